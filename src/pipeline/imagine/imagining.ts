import {
  isImagineAnswer,
  isProgressAnswer,
  type Command,
  type EffectOutcome,
  type EffectRequest,
  type ProgressAnswer,
  type WantedGoal,
} from '../../contract/index.ts';
import type { Frame, InputNumber, Stamp, StreamId } from '../../frame/index.ts';
import type { ImaginationConfig } from '../../perception/index.ts';
import type { ImaginedReport, ProgressReport } from '../../publish/index.ts';
import { hindered, Senses, type Look } from '../answer/index.ts';
import { failureOf } from '../failure.ts';
import type { StreamHealth } from '../monitor.ts';
import { Questions } from '../questions.ts';
import { lettersOf, numberOf } from '../recall/arguments.ts';
import { Wrong, type ReplyWith, type Turns } from '../turns.ts';

/** How near the view is to a goal. */
export type Progress = ProgressReport;

/** What the stage needs. */
export interface ImaginingOptions {
  readonly config: ImaginationConfig;
  readonly health: (stream: StreamId, now: Stamp) => StreamHealth;
  readonly turns: Turns;
  readonly request: (request: EffectRequest) => void;
}

/** ms beyond the deadline before an answer is given up: the model has to be opened first. */
const GRACE_MS = 120_000;
const MOST_SEED = 2 ** 31 - 1;
/** Letters of a picture of a goal, base64: a megabyte and a half. */
const MOST_PICTURE = 2_000_000;

/**
 * The stage that makes pictures of what is wanted, and tells how near the view is to one. The model is outside: what it gives is an input and recorded, so
 * a replay needs none.
 */
export class Imagining {
  readonly #options: ImaginingOptions;
  readonly #questions: Questions;
  readonly #senses: Senses;
  /** Time of the latest input. */
  #now = 0 as Stamp;

  constructor(options: ImaginingOptions) {
    this.#options = options;
    this.#questions = new Questions(options.request);
    this.#senses = new Senses(options.config, options.health);
  }

  /** A frame has come. */
  take(frame: Frame): void {
    if (this.#options.config.model !== undefined) this.#senses.take(frame);
  }

  /** @returns whether the answer was to a question of this stage */
  answer(id: string, outcome: EffectOutcome, now: Stamp): boolean {
    this.#now = now;
    return this.#questions.answer(id, outcome, now);
  }

  tick(now: Stamp): void {
    this.#now = now;
    this.#questions.tick(now);
  }

  /** `imagine`: a picture of what words say. */
  imagine({ args }: Command, input: InputNumber, now: Stamp, reply: ReplyWith<ImaginedReport>): void {
    this.#now = now;
    this.#options.turns.take('ask', reply, () => {
      const model = this.#model();
      const words = lettersOf('words', args['words']);
      const seed = seedOf(args);
      return (done) => {
        const request = { id: `imagine/${input}`, model, at: this.#now, task: 'imagine', words, seed } as const;
        this.#ask(request, isImagineAnswer, done, ({ sha256: modelHash, picture, things, unknown = [] }) => {
          const shown = things.map(({ colour, label }) => `${colour} ${label}`).join(', ') || 'nothing';
          const what = `${shown} (from left to right, as ${model} sees its picture)${strange(unknown)}`;
          done('done', what, { words, seed, picture, things, unknownWords: unknown, model, modelHash });
        });
      };
    });
  }

  /** `progress`: how near the view is to a goal. */
  progress({ args }: Command, input: InputNumber, now: Stamp, reply: ReplyWith<Progress>): void {
    this.#now = now;
    let look: Look | undefined;
    const begin = (): ((done: ReplyWith<Progress>) => void) => {
      const model = this.#model();
      const goal = goalOf(args);
      const its = (look = this.#senses.look(now));
      return (done) => this.#compare(`progress/${input}`, model, goal, its, done);
    };
    this.#options.turns.take('ask', reply, begin, () => look?.release());
  }

  #compare(id: string, model: string, goal: WantedGoal, look: Look, done: ReplyWith<Progress>): void {
    const { senses, picture: frame, release } = look;
    const asked = { goal: 'words' in goal ? goal.words : 'a picture', senses, model };
    const cannotTell = hindered(['sight'], senses);
    if (cannotTell !== undefined || frame === undefined) {
      release();
      const prose = `I cannot tell: ${cannotTell?.what ?? 'nothing is seen'}`;
      return done('done', prose, { ...asked, prose, ...(cannotTell && { cannotTell }), unknownWords: [] });
    }
    const request = { id, model, at: this.#now, task: 'progress', frame, goal } as const;
    this.#ask(request, isProgressAnswer, done, ({ sha256: modelHash, unknown = [], ...way }) => {
      const prose = inWords(way) + strange(unknown);
      done('done', prose, { ...asked, prose, way, unknownWords: unknown, modelHash });
    });
    release();
  }

  #ask<Answer, Full>(
    request: EffectRequest,
    isAnswer: (output: unknown) => output is Answer,
    done: ReplyWith<Full>,
    then: (answer: Answer) => void,
  ): void {
    this.#questions.ask(request, this.#options.config.deadlineMs + GRACE_MS, (outcome) => {
      const why = failureOf(outcome);
      if (why !== undefined) return done('refused', `${request.model} gave no answer: ${why.what}`);
      if (outcome.status === 'done' && isAnswer(outcome.output)) return then(outcome.output);
      done('refused', `${request.model} gave no answer that is one`);
    });
  }

  #model(): string {
    const { model } = this.#options.config;
    if (model === undefined) throw new Wrong('no model: perception.imagination.model names none');
    return model;
  }
}

/** @throws Wrong */
function goalOf(args: Command['args']): WantedGoal {
  const { picture, goal } = args;
  if (picture === undefined) return { words: lettersOf('goal', goal), seed: seedOf(args) };
  if (typeof picture === 'string' && picture.length <= MOST_PICTURE && /^[A-Za-z0-9+/]+={0,2}$/.test(picture))
    return { picture };
  throw new Wrong('picture: expected JPEG, PNG or WebP in base64, of 1.5 MB at most');
}

/** @throws Wrong */
function seedOf(args: Command['args']): number {
  const seed = numberOf(args, 'seed', 0, MOST_SEED, 1);
  if (Number.isInteger(seed)) return seed;
  throw new Wrong(`seed: expected a whole number, got ${seed}`);
}

function inWords({ nearness, remaining, missing }: Pick<ProgressAnswer, 'nearness' | 'remaining' | 'missing'>): string {
  const gone = missing.map(({ colour, label }) => `${colour} ${label}`).join(', ');
  const told = `${(100 * nearness).toFixed(0)} % there, ${remaining.toFixed(2)} m to go`;
  return gone === '' ? told : `${told}; not to be seen: ${gone}`;
}

function strange(unknown: readonly string[]): string {
  return unknown.length === 0
    ? ''
    : `; unknown to the model: ${unknown.map((word) => JSON.stringify(word)).join(', ')}`;
}
