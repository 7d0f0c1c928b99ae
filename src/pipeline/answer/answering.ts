import {
  isModelAnswer,
  missingFor,
  type Command,
  type EffectOutcome,
  type EffectRequest,
} from '../../contract/index.ts';
import { NS_PER_SECOND, type Frame, type InputNumber, type Stamp, type StreamId } from '../../frame/index.ts';
import type { AnswersConfig, Detections } from '../../perception/index.ts';
import { failureOf } from '../failure.ts';
import type { SaidReport } from '../../publish/index.ts';
import type { StreamHealth } from '../monitor.ts';
import { Questions } from '../questions.ts';
import { lettersOf } from '../recall/arguments.ts';
import { Wrong, type ReplyWith, type Turns } from '../turns.ts';
import { saidBlind, saidBy } from './said.ts';
import { Senses, type Look } from './senses.ts';
import { hindered, isWell } from './words.ts';

/** What the stage needs. */
export interface AnsweringOptions {
  readonly config: AnswersConfig;
  readonly health: (stream: StreamId, now: Stamp) => StreamHealth;
  readonly turns: Turns;
  readonly request: (request: EffectRequest) => void;
  /** A description that nobody asked for. */
  readonly described: (said: SaidReport, now: Stamp) => void;
}

/** How answering fares. */
export interface AnsweringCounters {
  readonly model: string;
  readonly asked: number;
  readonly answered: number;
  readonly failed: Readonly<Record<string, number>>;
}

/** A question on its way to the model. */
interface Put {
  readonly id: string;
  readonly question: string;
}

/** What is asked where a description is wanted, by the senses that there are to be. */
const DESCRIBE = {
  both: 'describe what you see and hear',
  sight: 'describe what you see',
  hearing: 'describe what you hear',
} as const;
/** s that the model's own deadline is exceeded by before it is given up: it has to be opened, and a run of a network ends by itself. */
const GRACE_MS = 120_000;
/** Age from which on boxes say nothing of the picture, ns. */
const OLD = NS_PER_SECOND;

/**
 * The stage that answers questions about what is seen and heard, and describes it. The model is outside: what it says is an input and
 * recorded, so a replay needs none. A question is about the moment at which it came, however long it waits.
 */
export class Answering {
  readonly #options: AnsweringOptions;
  readonly #questions: Questions;
  readonly #senses: Senses;
  #detections: Detections | undefined;
  /** Time of the latest input. */
  #now = 0 as Stamp;
  #due: Stamp | undefined;
  #described = 0;
  #asked = 0;
  #answered = 0;
  readonly #failed: Record<string, number> = {};
  #isDescribing = false;

  constructor(options: AnsweringOptions) {
    this.#options = options;
    this.#questions = new Questions(options.request);
    this.#senses = new Senses(options.config, options.health);
  }

  /** A frame has come. */
  take(frame: Frame): void {
    if (this.#options.config.model !== undefined) this.#senses.take(frame);
  }

  /** A detector has answered: its boxes may be what is spoken of. */
  detected(found: Detections): void {
    if (found.stream === this.#options.config.camera) this.#detections = found;
  }

  /** @returns whether the answer was to a question of this stage */
  answer(id: string, outcome: EffectOutcome, now: Stamp): boolean {
    this.#now = now;
    return this.#questions.answer(id, outcome, now);
  }

  /** Time has passed. @param asksModels whether what nobody waits for may be asked */
  tick(now: Stamp, asksModels: boolean): void {
    this.#now = now;
    this.#questions.tick(now);
    const { model, describeSeconds } = this.#options.config;
    if (model === undefined || describeSeconds === 0 || !asksModels || this.#isDescribing) return;
    this.#due ??= (now + describeSeconds * NS_PER_SECOND) as Stamp;
    if (now < this.#due) return;
    this.#due = (now + describeSeconds * NS_PER_SECOND) as Stamp;
    this.#isDescribing = this.#options.turns.offer('describe', (next) => {
      this.#described += 1;
      this.#put(
        model,
        this.#description(`describe/every/${this.#described}`),
        this.#senses.look(this.#now),
        (...[, , said]) => {
          this.#isDescribing = false;
          if (said !== undefined) this.#options.described(said, this.#now);
          next();
        },
      );
    });
  }

  /** `ask`: a question about what is seen and heard now. */
  ask({ args }: Command, input: InputNumber, now: Stamp, reply: ReplyWith<SaidReport>): void {
    this.#inTurn(now, reply, () => {
      const question = lettersOf('question', args['question']);
      return { id: `ask/${input}`, question };
    });
  }

  /** `describe`: what is seen and heard now. */
  describe(input: InputNumber, now: Stamp, reply: ReplyWith<SaidReport>): void {
    this.#inTurn(now, reply, () => this.#description(`describe/${input}`));
  }

  /** @returns `undefined` where no model answers */
  counters(): AnsweringCounters | undefined {
    const { model } = this.#options.config;
    if (model === undefined) return undefined;
    return { model, asked: this.#asked, answered: this.#answered, failed: { ...this.#failed } };
  }

  #description(id: string): Put {
    const about = this.#senses.configured();
    return { id, question: DESCRIBE[about.length === 1 ? about[0] : 'both'] };
  }

  #inTurn(now: Stamp, reply: ReplyWith<SaidReport>, check: () => Put): void {
    this.#now = now;
    const { model } = this.#options.config;
    let look: Look | undefined;
    const begin = (): ((done: ReplyWith<SaidReport>) => void) => {
      if (model === undefined) throw new Wrong('no model: perception.answers.model names none');
      const put = check();
      const its = (look = this.#senses.look(now));
      return (done) => this.#put(model, put, its, done);
    };
    this.#options.turns.take('ask', reply, begin, () => look?.release());
  }

  #put(model: string, { id, question }: Put, look: Look, done: ReplyWith<SaidReport>): void {
    const { senses, picture, before, felt, clip, release } = look;
    const { deadlineMs, most } = this.#options.config;
    const isNew = this.#detections !== undefined && this.#now - this.#detections.stamp < OLD;
    const detections = isNew ? (this.#detections?.detections ?? []) : [];
    const asked = { question, senses, model, detections };
    const missing = missingFor(question, isWell(senses));
    const cannot = missing && hindered([missing], senses);
    if (cannot !== undefined) {
      release();
      const said = saidBlind(asked, cannot);
      return done('done', said.prose, said);
    }
    const request = {
      id,
      model,
      at: this.#now,
      task: 'answer',
      question,
      ...(picture === undefined ? {} : { frame: picture }),
      ...(before === undefined ? {} : { before }),
      ...(felt === undefined ? {} : { felt }),
      ...(clip === undefined ? {} : { clip }),
      deadlineMs,
      most,
    } as const;
    this.#asked += 1;
    const failed = (reason: string, what: string): void => {
      this.#failed[reason] = (this.#failed[reason] ?? 0) + 1;
      done('refused', `${model} gave no answer: ${what}`);
    };
    this.#questions.ask(request, deadlineMs + GRACE_MS, (outcome) => {
      const why = failureOf(outcome);
      if (why !== undefined) return failed(why.reason, why.what);
      if (outcome.status !== 'done' || !isModelAnswer(outcome.output)) return failed('not finite', 'none that is one');
      const { text, ended } = outcome.output;
      if (text.trim() === '') return failed(ended, `it said nothing (${ended})`);
      this.#answered += 1;
      const said = saidBy(asked, outcome.output);
      done('done', said.prose, said);
    });
    release();
  }
}
