import {
  bestThing,
  FITS,
  isForgetAnswer,
  isRecallAnswer,
  isThresholdAnswer,
  packEmbedding,
  similarityOf,
  unpackEmbedding,
  type Command,
  type EffectOutcome,
  type EffectRequest,
  type Place,
  type RecallAnswer,
  type Recalled,
  type RememberedThing,
  type SeenThing,
} from '../../contract/index.ts';
import {
  NS_PER_SECOND,
  type Frame,
  type InputNumber,
  type Stamp,
  type StreamId,
  type UnixNs,
} from '../../frame/index.ts';
import {
  isEmbeddingAnswer,
  type Embedded,
  type EmbeddingAnswer,
  type PerceptionConfig,
} from '../../perception/index.ts';
import type { RecallLimits } from '../config.ts';
import { failureOf } from '../failure.ts';
import { Questions } from '../questions.ts';
import { Wrong, type ReplyWith, type Turns } from '../turns.ts';
import { forgottenOf, nameOf, nearOf, numberOf, subjectOf, type Subject } from './arguments.ts';
import { confidenceOf, type Usual } from './confidence.ts';
import { inWords, isShown, STALE_SECONDS, type Answer, type FoundThing } from './found.ts';
import { Watches, type Sighting } from './watches.ts';
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

/** After so long a watch of the configuration that could not begin is tried again, ns: the encoder may still be loading. */
const AGAIN = 10 * NS_PER_SECOND;
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
  readonly #watches: Watches;
  readonly #live = new Map<StreamId, Embedded & Shown>();
  readonly #views = new Map<StreamId, View>();
  /** Time of the latest input: what waited for its turn begins then. */
  #now = 0 as Stamp;
  /** Watches of the configuration that have not begun, and when the next is due. */
  readonly #toWatch: [name: string, its: object][];
  #watchDue = 0;
  #remembered = 0;
  readonly #failed: Record<string, number> = {};

  constructor(options: RecollectionOptions) {
    this.#options = options;
    this.#questions = new Questions(options.request);
    this.#turns = options.turns;
    this.#toWatch = Object.entries(options.recall.watches);
    this.#watches = new Watches((stamp) => this.#unixOf(stamp), options.sighted);
  }

  /** A frame has come. @param isAsked whether an encoder looks at it */
  take(frame: Frame, isAsked: boolean): void {
    if (isAsked) this.#views.set(frame.stream, this.#options.whereabouts.of(frame));
    else this.#options.whereabouts.take(frame);
  }

  /** An encoder has answered: the view of now, which is remembered where it is new. */
  embedded(embedded: Embedded, now: Stamp): void {
    const { stream, id, isNew, stamp, packed, encoder, input } = embedded;
    const view = this.#views.get(stream);
    const place = view?.place;
    const placed = embedded.things.flatMap((thing) => {
      const its = view?.placeOf(thing);
      return its === undefined ? [] : [{ embedding: thing.embedding, seen: thing.seen, place: its }];
    });
    const shown = { place, placed };
    this.#live.set(stream, { ...embedded, ...shown });
    this.#watches.see(embedded, (words) => placeOf(words, shown));
    if (!isNew || this.#options.recall.path === undefined) return;
    const things = placed.map((its) => ({ ...its, embedding: packEmbedding(its.embedding) }));
    const where = { ...(place && { place }), ...(things.length > 0 && { things }) };
    const memory = { at: this.#unixOf(stamp), stream, embedding: packed, encoder, input, ...where };
    const request = {
      id: `remember/${stream}/${input}`,
      model: 'memory',
      at: now,
      task: 'remember',
      memory,
      embedded: id,
    } as const;
    this.#questions.ask(request, this.#options.recall.deadlineMs, (outcome) => {
      const why = failureOf(outcome);
      if (why === undefined) this.#remembered += 1;
      else this.#failed[why.reason] = (this.#failed[why.reason] ?? 0) + 1;
    });
  }

  /** @returns whether the answer was to a question of this stage */
  answer(id: string, outcome: EffectOutcome, now: Stamp): boolean {
    this.#now = now;
    return this.#questions.answer(id, outcome, now);
  }

  tick(now: Stamp): void {
    this.#now = now;
    this.#questions.tick(now);
    if (this.#toWatch.length > 0 && now >= this.#watchDue) this.#beginWatch(now);
  }

  counters(): RecollectionCounters {
    return { remembered: this.#remembered, failed: { ...this.#failed }, watches: this.#watches.names() };
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
        this.#embed(subject, `find/${input}`, done, (asked, at) => {
          const from = since === EVER ? {} : { since: this.#unixOf(at) - since * 1e6 };
          const where = near === undefined ? {} : { near };
          const { embedding, sha256: encoder } = asked;
          const query = { embedding, encoder, count, ...from, ...where };
          if (this.#options.recall.path === undefined) return done('done', ...this.#told(subject, asked, at, NOTHING));
          const request = { id: `find/${input}/recall`, model: 'memory', at, task: 'recall', query } as const;
          this.#recall(request, isRecallAnswer, done, (found, then) =>
            done('done', ...this.#told(subject, asked, then, found)),
          );
        });
    });
  }

  /** `forget`: erases what is remembered. */
  forget({ args }: Command, input: InputNumber, now: Stamp, reply: ReplyTo): void {
    this.#now = now;
    this.#turns.take('ask', reply, () => {
      if (this.#options.recall.path === undefined) throw new Wrong('nothing is remembered: recall.path is not set');
      const query = forgottenOf(args, this.#unixOf(now));
      const isLike = args['words'] !== undefined || args['embedding'] !== undefined;
      if (!isLike && Object.keys(query).length === 0) {
        throw new Wrong('expected ids, from, to, last, all, or words and similarity; got none');
      }
      const erase = (done: ReplyTo, more: object, at: Stamp): void => {
        const request = {
          id: `forget/${input}`,
          model: 'memory',
          at,
          task: 'forget',
          query: { ...query, ...more },
        } as const;
        this.#recall(request, isForgetAnswer, done, ({ forgotten }) =>
          done('done', `${forgotten} pictures are forgotten`),
        );
      };
      if (!isLike) return (done) => erase(done, {}, this.#now);
      const subject = subjectOf(args);
      const similarity = numberOf(args, 'similarity', -1, 1, NaN);
      return (done) =>
        this.#embed(subject, `forget/${input}`, done, ({ embedding, sha256: encoder }, at) =>
          erase(done, { like: { embedding, encoder, similarity } }, at),
        );
    });
  }

  /** Begins the next watch of the configuration. */
  #beginWatch(now: Stamp): void {
    const [[name, its]] = this.#toWatch;
    this.#watchDue = Infinity;
    this.#watch({ ...its, name }, `of/${name}`, now, (status) => {
      if (status === 'done') this.#toWatch.shift();
      this.#watchDue = status === 'done' ? 0 : this.#now + AGAIN;
    });
  }

  /** `watch`: tells from now on when something comes into view. */
  watch({ args }: Command, input: InputNumber, now: Stamp, reply: ReplyTo): void {
    this.#watch(args, String(input), now, reply);
  }

  #watch(args: Command['args'], id: string, now: Stamp, reply: ReplyTo): void {
    this.#now = now;
    this.#turns.take('watch', reply, () => {
      const name = nameOf(args, `watch-${id}`);
      const perHour = numberOf(args, 'perHour', 0.001, 100, 1);
      const threshold = args['threshold'] === undefined ? undefined : numberOf(args, 'threshold', -1, 1, 0);
      const subject = subjectOf(args);
      if (!this.#watches.hasRoomFor(name)) throw new Wrong('too many watches: "unwatch" one of them');
      if (threshold === undefined && this.#options.recall.path === undefined) {
        throw new Wrong('threshold: expected a number where nothing is remembered, got nothing');
      }
      return (done) =>
        this.#embed(subject, `watch/${id}`, done, ({ embedding, sha256: encoder, unknown }, at) => {
          const begin = (least: number, why: string): void => {
            const vector = unpackEmbedding(embedding) as Float32Array;
            this.#watches.begin({ name, words: nameOfSubject(subject), encoder, embedding: vector, threshold: least });
            const strange = unknown === undefined ? '' : `; unknown to the model: ${unknown.join(', ')}`;
            done(
              'done',
              `${name} watches for ${nameOfSubject(subject)}, from similarity ${least.toFixed(4)} on${why}${strange}`,
            );
          };
          if (threshold !== undefined) return begin(threshold, '');
          const query = { embedding, encoder, perHour };
          const request = { id: `watch/${id}/threshold`, model: 'memory', at, task: 'threshold', query } as const;
          this.#recall(request, isThresholdAnswer, done, (found) =>
            begin(found.threshold, `: ${perHour} false alarms an hour, by ${found.hours.toFixed(2)} h of memory`),
          );
        });
    });
  }

  /** `unwatch`: ends a watch. */
  unwatch({ args }: Command, reply: ReplyTo): void {
    const known = this.#watches.names().join(', ') || 'none';
    const { name } = args;
    if (typeof name === 'string' && this.#watches.end(name)) return reply('done', `${name} watches no longer`);
    reply('refused', `name: expected one of ${known}; got ${JSON.stringify(name) ?? 'nothing'}`);
  }

  #embed(subject: Subject, id: string, done: ReplyTo, then: (asked: EmbeddingAnswer, now: Stamp) => void): void {
    const at = this.#now;
    if ('embedding' in subject) return then({ embedding: subject.embedding, sha256: subject.encoder }, at);
    const [its] = Object.values(this.#options.embeddings);
    if (its === undefined) return done('refused', 'no model: perception.embeddings names none');
    const { model, deadlineMs } = its;
    const request = { id: `${id}/words`, model, at, task: 'embedWords', words: subject.words } as const;
    this.#questions.ask(request, deadlineMs, (outcome, now) => {
      const why = failureOf(outcome);
      if (why !== undefined) return done('refused', `${model} gave no answer: ${why.what}`);
      if (outcome.status === 'done' && isEmbeddingAnswer(outcome.output)) return then(outcome.output, now);
      done('refused', `${model} gave no embedding`);
    });
  }

  #recall<Found>(
    request: EffectRequest,
    isFound: (output: unknown) => output is Found,
    done: ReplyTo,
    then: (found: Found, now: Stamp) => void,
  ): void {
    this.#questions.ask(request, this.#options.recall.deadlineMs, (outcome, now) => {
      const why = failureOf(outcome);
      if (why !== undefined) return done('refused', `the memory gave no answer: ${why.what}`);
      if (outcome.status === 'done' && isFound(outcome.output)) return then(outcome.output, now);
      done('refused', 'the memory gave no answer that is one');
    });
  }

  /** What was found, in words and in full. */
  #told(
    subject: Subject,
    { embedding, sha256, unknown = [] }: EmbeddingAnswer,
    now: Stamp,
    its: RecallAnswer,
  ): [string, Answer] {
    const query = unpackEmbedding(embedding) as Float32Array;
    const views = [...this.#live.values()].filter(
      ({ encoder, stamp, embedding: its }) =>
        encoder === sha256 && its.length === query.length && secondsFrom(stamp, now) < STALE_SECONDS,
    );
    const live = views.map((view) => this.#seenNow(view, query, now, its)).sort((a, b) => b.similarity - a.similarity);
    const found = [...live, ...its.found.map((one) => this.#seenBefore(one, query, now, its))];
    const senses = [...new Set(found.map(({ stream }) => stream))];
    const absent = Object.keys(this.#options.embeddings).filter(
      (stream) => !views.some((view) => view.stream === stream),
    );
    const parts = { found, senses, absent, unknownWords: unknown, remembered: its.count };
    const answer = inWords(nameOfSubject(subject), parts);
    return [answer, { answer, count: found.filter(isShown).length, ...parts }];
  }

  #seenNow(view: Embedded & Shown, query: Float32Array, now: Stamp, usual: Usual): FoundThing {
    const { stream, stamp, input, embedding } = view;
    const similarity = similarityOf(query, embedding);
    const place = placeOf(query, view);
    const [at, age] = [this.#unixOf(stamp), secondsFrom(stamp, now)];
    const confidence = confidenceOf(similarity, usual);
    return { from: 'live', stream, at, age, similarity, input, ...known({ confidence, place }) };
  }

  #seenBefore({ isOfSession, input, ...one }: Recalled, query: Float32Array, now: Stamp, usual: Usual): FoundThing {
    const place = placeOf(query, { place: one.place, placed: (one.things ?? []).flatMap(unpackPlaced) });
    const confidence = confidenceOf(one.similarity, usual);
    // A place in what drifts means nothing in another session.
    const isThere = place !== undefined && (isOfSession || place.frame === 'map');
    const age = Math.max(0, (this.#unixOf(now) - one.at) / 1e6);
    const its = known({ confidence, place: isThere ? place : undefined, input: isOfSession ? input : undefined });
    const { id, similarity, at, stream, thumbnail } = one;
    return { from: 'memory', id, stream, at, age, similarity, ...its, ...known({ thumbnail }) };
  }

  /** Unix time, µs. */
  #unixOf(stamp: Stamp): number {
    return Number(this.#options.epoch / 1000n) + Math.round(stamp / 1000);
  }
}

/** Where what a picture shows is: as a whole, and thing by thing. */
interface Shown {
  readonly place: Place | undefined;
  readonly placed: readonly (Pick<SeenThing, 'embedding' | 'seen'> & { readonly place: Place })[];
}

/** Where what words name is: the place of the thing that fits them, or else of the picture's middle. */
function placeOf(words: Float32Array, { place, placed }: Shown): Place | undefined {
  const same = placed.filter(({ embedding }) => embedding.length === words.length);
  const best = bestThing(words, same);
  return best !== undefined && best.fit >= FITS ? best.place : place;
}

function unpackPlaced({ embedding, seen, place }: RememberedThing): Shown['placed'] {
  const vector = unpackEmbedding(embedding);
  return vector === undefined ? [] : [{ embedding: vector, seen, place }];
}

const NOTHING: RecallAnswer = { found: [], count: 0, mean: 0, deviation: 0 };

function nameOfSubject(subject: Subject): string {
  return 'words' in subject ? subject.words : subject.example;
}

function secondsFrom(stamp: Stamp, now: Stamp): number {
  return (now - stamp) / NS_PER_SECOND;
}

/** Without what is not known. */
function known<T extends object>(facts: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof known<T>
  >;
}
