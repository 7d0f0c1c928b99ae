import type { EffectOutcome } from '../contract/index.ts';
import { NS_PER_MS, type Stamp } from '../frame/index.ts';

/** How questions fare that queue. */
export interface BacklogCounters {
  readonly asked: number;
  readonly answered: number;
  /** Answers that came to nothing, by reason. */
  readonly failed: Readonly<Record<string, number>>;
}

/**
 * The open questions about what comes only once: it must not be missed, so they queue, up to `backlog`. None is waited for longer than
 * `deadlineMs`, by the input's own time and whatever became of it outside; answers that are none are refused.
 */
export class Backlog<About> {
  readonly #limits: { readonly backlog: number; readonly deadlineMs: number };
  readonly #open = new Map<string, { readonly about: About; readonly at: Stamp }>();
  #asked = 0;
  #answered = 0;
  readonly #failed: Record<string, number> = {};

  constructor(limits: { readonly backlog: number; readonly deadlineMs: number }) {
    this.#limits = limits;
  }

  /** Whether no more may wait. */
  get isFull(): boolean {
    return this.#open.size >= this.#limits.backlog;
  }

  /** A question is put. */
  open(id: string, about: About, at: Stamp): void {
    this.#open.set(id, { about, at });
    this.#asked += 1;
  }

  /**
   * What came of a question.
   * @param isAnswer whether it is an answer, and all its numbers are
   * @param told is given the answer, where it is one, and what it is about
   * @returns whether the question is open here
   */
  answer<Answer>(
    id: string,
    outcome: EffectOutcome,
    isAnswer: (output: unknown) => output is Answer,
    told: (about: About, answer: Answer) => void,
  ): boolean {
    const open = this.#open.get(id);
    if (open === undefined) return false;
    this.#open.delete(id);
    if (outcome.status === 'failed') this.#fail(outcome.reason);
    else if (!isAnswer(outcome.output)) this.#fail('not finite');
    else {
      this.#answered += 1;
      told(open.about, outcome.output);
    }
    return true;
  }

  /** Time has passed: questions that have been open for too long are given up. */
  tick(now: Stamp): void {
    for (const [id, { at }] of this.#open) {
      if (now - at <= this.#limits.deadlineMs * NS_PER_MS) return;
      this.#open.delete(id);
      this.#fail('no answer');
    }
  }

  counters(): BacklogCounters {
    return { asked: this.#asked, answered: this.#answered, failed: { ...this.#failed } };
  }

  #fail(reason: string): void {
    this.#failed[reason] = (this.#failed[reason] ?? 0) + 1;
  }
}
