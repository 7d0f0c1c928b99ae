import {
  isForgetAnswer,
  isRecallAnswer,
  packEmbedding,
  packThing,
  similarityOf,
  type Command,
  type EffectOutcome,
  type EffectRequest,
  type ForgetQuery,
  type RecallAnswer,
  type Recalled,
} from '../../contract/index.ts';
import {
  secondsBetween,
  type Frame,
  type InputNumber,
  type Stamp,
  type StreamId,
  type UnixNs,
} from '../../frame/index.ts';
import type { Embedded, PerceptionConfig } from '../../perception/index.ts';
import type { RecallLimits } from '../config.ts';
import { failureOf } from '../failure.ts';
import { Questions } from '../questions.ts';
import { Wrong, type ReplyWith, type Turns } from '../turns.ts';
import { forgottenOf, nearOf, numberOf, subjectOf } from './arguments.ts';
import { askMemory, seek, type AskingOptions, type Target } from './asking.ts';
import type { Usual } from './confidence.ts';
import { exampleCount, inWords, isShown, STALE_SECONDS, type Answer, type FoundThing } from './found.ts';
import { known } from './known.ts';
import { Lessons, type Live } from './lessons.ts';
import { shownIn, unpackRemembered } from './shown.ts';
import type { Sighting } from './watches.ts';
import { Watching } from './watching.ts';
import type { View, Whereabouts } from './whereabouts.ts';

/** What the stage needs. */
export interface RecollectionOptions {
  readonly embeddings: PerceptionConfig['embeddings'];
  readonly recall: RecallLimits;
  /** Coordinate frame of `near`: that of the map where there is one. */
  readonly frame: string;
  readonly epoch: UnixNs;
  readonly whereabouts: Whereabouts;
  readonly turns: Turns;
  readonly request: (request: EffectRequest) => void;
  readonly sighted: (sighting: Sighting) => void;
}

/** How remembering fares. */
export interface RecollectionCounters {
  readonly remembered: number;
  /** Pictures that were to be remembered and are not, by reason. */
  readonly failed: Readonly<Record<string, number>>;
  readonly watches: readonly string[];
}

/** Replies to a command. */
export type ReplyTo = ReplyWith<Answer>;

/** Things that `find` tells at the most. */
const MOST_FOUND = 20;
/** s of 100 years: `since` and `last` are no more. */
const EVER = 3.2e9;

/**
 * The stage that remembers what cameras see, and answers what is asked of that. The memory itself is outside, as models are: what it
 * answers is an input and recorded, so a replay needs neither.
 */
export class Recollection {
  readonly #options: RecollectionOptions;
  readonly #questions: Questions;
  readonly #turns: Turns;
  readonly #live = new Map<StreamId, Live>();
  readonly #asking: AskingOptions;
  /** What is taught: the commands `teach` and `taught` are its. */
  readonly lessons: Lessons;
  /** What is watched for: the command `unwatch` is its. */
  readonly watching: Watching;
  readonly #views = new Map<StreamId, View>();
  /** Time of the latest input: what waited for its turn begins then. */
  #now = 0 as Stamp;
  #remembered = 0;
  readonly #failed: Record<string, number> = {};

  constructor(options: RecollectionOptions) {
    this.#options = options;
    this.#questions = new Questions(options.request);
    this.#turns = options.turns;
    const unixOf = (stamp: Stamp): number => this.#unixOf(stamp);
    const { recall, embeddings, turns, sighted } = options;
    const learnt = (name: string): readonly string[] => this.watching.taught(name);
    const remember = this.#rememberTaught.bind(this);
    const knowing = { recall, questions: this.#questions, turns, views: this.#live, unixOf };
    this.lessons = new Lessons({ ...knowing, remember, learnt });
    const taught = (words: string): Target | undefined => this.lessons.targetOf(words);
    this.#asking = { recall, embeddings, questions: this.#questions, taught };
    const asking = this.#asking;
    const now = (): Stamp => this.#now;
    this.watching = new Watching({ recall, turns, asking, lessons: this.lessons, unixOf, now, sighted });
  }

  /** A frame has come. @param isAsked whether an encoder looks at it */
  take(frame: Frame, isAsked: boolean): void {
    if (isAsked) this.#views.set(frame.stream, this.#options.whereabouts.of(frame));
    else this.#options.whereabouts.take(frame);
  }

  /** An encoder has answered: the view of now, which is remembered where it is new. */
  embedded(embedded: Embedded, now: Stamp): void {
    const { stream, isNew } = embedded;
    const view = this.#views.get(stream);
    const place = view?.place;
    const things = embedded.things?.map((thing) => ({ ...thing, ...known({ place: view?.placeOf(thing) }) }));
    const live = { ...embedded, ...known({ place }), things, bearingOf: view?.bearingOf ?? (() => undefined) };
    this.#live.set(stream, live);
    this.watching.see(live);
    if (isNew && this.#options.recall.path !== undefined) this.#remember(live, now);
  }

  /** Puts a view into the memory. @param then is told its number, where it is there now */
  #remember(live: Live, at: Stamp, then: (id: number | undefined, now: Stamp) => void = () => undefined): void {
    const { id: embedded, stream, stamp, packed, encoder, input, place, things } = live;
    const kept = things?.map(({ place: its, ...thing }) => ({ ...packThing(thing), ...known({ place: its }) }));
    const where = known({ place, things: kept });
    const memory = { at: this.#unixOf(stamp), stream, embedding: packed, encoder, input, ...where };
    const id = `remember/${stream}/${input}`;
    const request = { id, model: 'memory', at, task: 'remember', memory, embedded } as const;
    this.#questions.ask(request, this.#options.recall.deadlineMs, (outcome, now) => {
      const why = failureOf(outcome);
      if (why === undefined) this.#remembered += 1;
      else this.#failed[why.reason] = (this.#failed[why.reason] ?? 0) + 1;
      const number = why === undefined && outcome.status === 'done' ? numberIn(outcome.output) : undefined;
      const latest = this.#live.get(stream);
      if (number !== undefined && latest?.id === embedded) this.#live.set(stream, { ...latest, remembered: number });
      then(number, now);
    });
  }

  /** The number of a view that a lesson is of; one that was not new is remembered for it. */
  #rememberTaught(view: Live, now: Stamp, then: (picture: number | undefined, now: Stamp) => void): void {
    const isThere = view.isNew || view.remembered !== undefined || this.#options.recall.path === undefined;
    if (isThere) then(view.remembered, now);
    else this.#remember(view, now, then);
  }

  /** @returns whether the answer was to a question of this stage */
  answer(id: string, outcome: EffectOutcome, now: Stamp): boolean {
    this.#now = now;
    return this.#questions.answer(id, outcome, now);
  }

  tick(now: Stamp): void {
    this.#now = now;
    this.#questions.tick(now);
    if (Object.keys(this.#options.embeddings).length > 0) this.lessons.tick(now);
    this.watching.tick(now);
  }

  counters(): RecollectionCounters {
    return { remembered: this.#remembered, failed: { ...this.#failed }, watches: this.watching.names() };
  }

  /** `watch`: tells from now on when something comes into view. */
  watch(command: Command, input: InputNumber, now: Stamp, reply: ReplyTo): void {
    this.#now = now;
    this.watching.begin(command, input, reply);
  }

  /** `find`: what is in view, and what is remembered. */
  find({ args }: Command, input: InputNumber, now: Stamp, reply: ReplyTo): void {
    this.#now = now;
    this.#turns.take('ask', reply, () => {
      const since = numberOf(args, 'since', 0, EVER, EVER);
      const near = nearOf(args, this.#options.frame);
      const count = numberOf(args, 'top', 1, MOST_FOUND, 5);
      const subject = subjectOf(args);
      return (done) =>
        seek(this.#asking, subject, { id: `find/${input}`, at: this.#now }, done, (target, at) => {
          const from = since === EVER ? {} : { since: this.#unixOf(at) - since * 1e6 };
          const where = near === undefined ? {} : { near };
          const { encoder, sought } = target;
          // What is told by kinds is in another order than the memory's.
          const wanted = sought.kind === undefined ? count : MOST_FOUND;
          const query = { embedding: packEmbedding(sought.embedding), encoder, count: wanted, ...from, ...where };
          const tell = (found: RecallAnswer, then: Stamp): void =>
            done('done', ...this.#told(target, then, found, count));
          if (this.#options.recall.path === undefined) return tell(NOTHING, at);
          const request = { id: `find/${input}/recall`, model: 'memory', at, task: 'recall', query } as const;
          askMemory(this.#asking, request, isRecallAnswer, done, tell);
        });
    });
  }

  /** `forget`: erases what is remembered, and what was taught. */
  forget({ args }: Command, input: InputNumber, now: Stamp, reply: ReplyTo): void {
    this.#now = now;
    this.#turns.take('ask', reply, () => {
      const query = forgottenOf(args, this.#unixOf(now));
      if (this.#options.recall.path === undefined && query.taught === undefined) {
        throw new Wrong('nothing is remembered: recall.path is not set');
      }
      if (query.taught !== undefined && !this.lessons.isTaught(query.taught)) {
        throw new Wrong(`taught: expected a name that was taught, got ${JSON.stringify(query.taught)}`);
      }
      const isLike = args['words'] !== undefined || args['embedding'] !== undefined;
      if (!isLike && Object.keys(query).length === 0) {
        throw new Wrong('expected ids, from, to, last, all, taught, or words and similarity; got none');
      }
      if (!isLike) return (done) => this.#erase(query, `forget/${input}`, this.#now, done);
      const subject = subjectOf(args);
      const similarity = numberOf(args, 'similarity', -1, 1, NaN);
      return (done) =>
        seek(this.#asking, subject, { id: `forget/${input}`, at: this.#now }, done, ({ sought, encoder }, at) => {
          const like = { embedding: packEmbedding(sought.embedding), encoder, similarity };
          this.#erase({ ...query, like }, `forget/${input}`, at, done);
        });
    });
  }

  #erase(query: ForgetQuery, id: string, at: Stamp, done: ReplyTo): void {
    const erased = (pictures: number): void => {
      const count = this.lessons.forget(query);
      this.watching.forget();
      const examples = `${exampleCount(count)} of what was taught`;
      if (query.taught !== undefined) return done('done', `${examples} are forgotten`);
      done('done', `${pictures} pictures are forgotten${count === 0 ? '' : `, and ${examples}`}`);
    };
    if (this.#options.recall.path === undefined) return erased(0);
    const request = { id, model: 'memory', at, task: 'forget', query } as const;
    askMemory(this.#asking, request, isForgetAnswer, done, ({ forgotten }) => erased(forgotten));
  }

  /** What was found, in words and in full. @param count of the memory's at the most */
  #told(target: Target, now: Stamp, its: RecallAnswer, count: number): [string, Answer] {
    const views = [...this.#live.values()].filter(
      ({ encoder, stamp, embedding: seen }) =>
        encoder === target.encoder &&
        seen.length === target.sought.embedding.length &&
        secondsBetween(stamp, now) < STALE_SECONDS,
    );
    const best = (a: FoundThing, b: FoundThing): number => b.similarity - a.similarity;
    const live = views.map((view) => this.#seenNow(view, target, now, its)).sort(best);
    const before = its.found.map((one) => this.#seenBefore(one, target, now, its)).sort(best);
    const found = [...live, ...before.slice(0, count)];
    const senses = [...new Set(found.map(({ stream }) => stream))];
    const absent = Object.keys(this.#options.embeddings).filter(
      (stream) => !views.some((view) => view.stream === stream),
    );
    const { unknownWords, examples } = target;
    const parts = { found, senses, absent, unknownWords, remembered: its.count, ...known({ examples }) };
    const answer = inWords(target.name, parts);
    return [answer, { answer, count: found.filter(isShown).length, ...parts }];
  }

  #seenNow(view: Live, target: Target, now: Stamp, usual: Usual): FoundThing {
    const { stream, stamp, input } = view;
    const shown = shownIn(view, target, similarityOf(target.sought.embedding, view.embedding), usual);
    const [at, age] = [this.#unixOf(stamp), secondsBetween(stamp, now)];
    return { from: 'live', stream, at, age, input, ...shown };
  }

  #seenBefore({ isOfSession, input, ...one }: Recalled, target: Target, now: Stamp, usual: Usual): FoundThing {
    const view = known({ things: one.things?.flatMap(unpackRemembered), place: one.place });
    const { place, ...shown } = shownIn(view, target, one.similarity, usual);
    // A place in what drifts means nothing in another session.
    const isThere = place !== undefined && (isOfSession || place.frame === 'map');
    const age = Math.max(0, (this.#unixOf(now) - one.at) / 1e6);
    const its = known({ place: isThere ? place : undefined, input: isOfSession ? input : undefined });
    const { id, at, stream, thumbnail } = one;
    return { from: 'memory', id, stream, at, age, ...shown, ...its, ...known({ thumbnail }) };
  }

  /** Unix time, µs. */
  #unixOf(stamp: Stamp): number {
    return Number(this.#options.epoch / 1000n) + Math.round(stamp / 1000);
  }
}

const NOTHING: RecallAnswer = { found: [], count: 0, mean: 0, deviation: 0 };

/** The number that the memory gave a picture. */
function numberIn(output: unknown): number | undefined {
  const { id } = (output ?? {}) as { readonly id?: unknown };
  return Number.isSafeInteger(id) ? (id as number) : undefined;
}
