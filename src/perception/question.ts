import type { EffectOutcome, EffectRequest } from '../contract/index.ts';
import { NS_PER_MS, NS_PER_SECOND, type Frame, type Stamp } from '../frame/index.ts';

/** How a stage fares that asks about pictures. */
export interface PictureCounters {
  readonly asked: number;
  readonly answered: number;
  /** Pictures passed over because the one before was not answered yet. */
  readonly passedOver: number;
  /** Answers that came to nothing, by reason. */
  readonly failed: Readonly<Record<string, number>>;
}

/** What is asked, and who is told. */
export interface PictureQuestion<Answer> {
  readonly request: (frame: Frame, at: Stamp) => EffectRequest;
  /** Whether this is an answer, and all its numbers are. */
  readonly isAnswer: (output: unknown) => output is Answer;
  readonly told: (answer: Answer, frame: Frame, now: Stamp) => void;
}

/** A question that is open. */
interface Open {
  readonly id: string;
  readonly frame: Frame;
  readonly at: Stamp;
}

/**
 * Asks about one picture at a time, at most `hz` a second, and takes the answers. It waits for no answer longer than its deadline,
 * whatever became of it outside. Answers with numbers that are none are refused.
 */
export class PictureQuestions<Answer> {
  readonly #limits: { readonly hz: number; readonly deadlineMs: number };
  readonly #question: PictureQuestion<Answer>;
  readonly #ask: (request: EffectRequest) => void;
  #open: Open | undefined;
  #nextDue = -Infinity;
  #asked = 0;
  #answered = 0;
  #passedOver = 0;
  readonly #failed: Record<string, number> = {};

  constructor(
    limits: { readonly hz: number; readonly deadlineMs: number },
    question: PictureQuestion<Answer>,
    ask: (request: EffectRequest) => void,
  ) {
    this.#limits = limits;
    this.#question = question;
    this.#ask = ask;
  }

  /** A picture has come. @returns whether it is looked at */
  take(frame: Frame, now: Stamp): boolean {
    if (frame.measurement.kind !== 'image' || frame.stamp < this.#nextDue) return false;
    if (this.#open !== undefined) {
      this.#passedOver += 1;
      return false;
    }
    this.#nextDue = frame.stamp + NS_PER_SECOND / this.#limits.hz;
    const request = this.#question.request(frame, now);
    this.#open = { id: request.id, frame, at: now };
    this.#asked += 1;
    this.#ask(request);
    return true;
  }

  /** @returns whether the answer was to a question that is open here */
  answer(id: string, outcome: EffectOutcome, now: Stamp): boolean {
    const open = this.#open;
    if (open?.id !== id) return false;
    this.#open = undefined;
    if (outcome.status === 'failed') this.#fail(outcome.reason);
    else if (!this.#question.isAnswer(outcome.output)) this.#fail('not finite');
    else {
      this.#answered += 1;
      this.#question.told(outcome.output, open.frame, now);
    }
    return true;
  }

  /** Time has passed: a question that has been open for too long is given up. */
  tick(now: Stamp): void {
    if (this.#open === undefined || now - this.#open.at <= this.#limits.deadlineMs * NS_PER_MS) return;
    this.#open = undefined;
    this.#fail('no answer');
  }

  counters(): PictureCounters {
    return {
      asked: this.#asked,
      answered: this.#answered,
      passedOver: this.#passedOver,
      failed: { ...this.#failed },
    };
  }

  #fail(reason: string): void {
    this.#failed[reason] = (this.#failed[reason] ?? 0) + 1;
  }
}
