import {
  isForgotten,
  isRememberedPicture,
  isTaughtAnswer,
  MOST_SORTS,
  packEmbedding,
  showValue,
  sortOf,
  sortsOf,
  TAUGHT_FROM,
  unpackThing,
  unpackVectors,
  withExamples,
  type Command,
  type Example,
  type ForgetQuery,
  type Place,
  type RememberedPicture,
  type SeenThing,
  type Sort,
  type Sought,
} from '../../contract/index.ts';
import { NS_PER_SECOND, secondsBetween, type InputNumber, type Stamp, type StreamId } from '../../frame/index.ts';
import type { Embedded } from '../../perception/index.ts';
import type { LessonReport } from '../../publish/index.ts';
import type { RecallLimits } from '../config.ts';
import { failureOf } from '../failure.ts';
import type { Questions } from '../questions.ts';
import { Wrong, type ReplyWith, type Turns } from '../turns.ts';
import { choiceOf, examplesOf, plainName, sortNameOf } from './arguments.ts';
import { askMemory, type Target } from './asking.ts';
import { chosenIn, type Choice, type Viewed } from './choice.ts';
import { exampleCount, quoted, STALE_SECONDS, whereabouts } from './found.ts';
import { known } from './known.ts';

/** A thing in view, and where it is. */
export type PlacedThing = SeenThing & { readonly place?: Place };

/** A view of now. */
export type Live = Omit<Embedded, 'things'> &
  Viewed<PlacedThing> & {
    readonly place?: Place;
    /** Its number in the memory, once that is known. */
    readonly remembered?: number;
  };

/** What teaching needs. */
export interface LessonsOptions {
  readonly recall: RecallLimits;
  readonly questions: Questions;
  readonly turns: Turns;
  /** Views of now, by stream. */
  readonly views: ReadonlyMap<StreamId, Live>;
  /** Unix time, µs. */
  readonly unixOf: (stamp: Stamp) => number;
  /** Remembers a view, if there is a memory, and tells its number: another encoder learns the example from it. */
  readonly remember: (view: Live, now: Stamp, then: (picture: number | undefined, now: Stamp) => void) => void;
  /** A name was taught. @returns watches that go by the word, still */
  readonly learnt: (name: string) => readonly string[];
}

/** A lesson, and what it tells of. */
export interface Lesson extends LessonReport {
  /** Of the picture, where it is of this session. */
  readonly input?: InputNumber;
}

/** What a lesson was learnt from. */
type From = Omit<NonNullable<LessonReport['learnt']>, 'name' | 'examples'> & { readonly input?: InputNumber };

/** After so long the memory is asked again what was taught, ns. */
const AGAIN = 10 * NS_PER_SECOND;

/**
 * Sorts of things that somebody gives names to, by examples and without a change of any weight. They are kept with the memory, where there is one, whose
 * answers are inputs; without one they are known until the session ends.
 */
export class Lessons {
  readonly #options: LessonsOptions;
  #examples: readonly Example[] = [];
  /** By encoder, as far as they have been asked for since the examples changed. */
  readonly #sorts = new Map<string, readonly Sort[]>();
  #attempts = 0;
  /** When the memory is asked next. */
  #due: number;
  #isReady: boolean;

  constructor(options: LessonsOptions) {
    this.#options = options;
    this.#isReady = options.recall.path === undefined;
    this.#due = this.#isReady ? Infinity : 0;
  }

  /** Whether what was taught before is known, or the memory did not tell it. */
  get isReady(): boolean {
    return this.#isReady;
  }

  tick(now: Stamp): void {
    if (now < this.#due) return;
    this.#due = Infinity;
    this.#attempts += 1;
    const request = { id: `taught/${this.#attempts}`, model: 'memory', at: now, task: 'taught', query: {} } as const;
    this.#options.questions.ask(request, this.#options.recall.deadlineMs, (outcome, then) => {
      this.#isReady = true;
      const isKnown = outcome.status === 'done' && failureOf(outcome) === undefined && isTaughtAnswer(outcome.output);
      if (isKnown) this.#set(withExamples((outcome.output as { examples: Example[] }).examples, this.#examples));
      else this.#due = then + AGAIN;
    });
  }

  /** What a name was taught as, to the encoder that looks now. */
  targetOf(words: string): Target | undefined {
    const encoder = this.#encoder();
    const name = plainName(words);
    const sort = encoder === undefined ? undefined : this.#sortsOf(encoder).find((its) => its.name === name);
    if (sort === undefined || encoder === undefined) return undefined;
    return { name, sought: sort.sought, encoder, unknownWords: [], examples: sort.examples };
  }

  isTaught(name: string): boolean {
    return this.#examples.some((example) => example.name === name);
  }

  /** Forgets what the memory has forgotten. @returns how many examples */
  forget(query: ForgetQuery): number {
    const left = this.#examples.filter((example) => !isForgotten(example, query));
    const count = this.#examples.length - left.length;
    if (count > 0) this.#set(left);
    return count;
  }

  /** `taught`: all that is taught; with a name, what its examples have in common, too. */
  list({ args: { name } }: Command, reply: ReplyWith<Lesson>): void {
    const { taught } = this.#told();
    if (name !== undefined) {
      const target = typeof name === 'string' ? this.targetOf(name) : undefined;
      const names = taught.filter(({ isOfEncoder }) => isOfEncoder).map((its) => its.name);
      if (target === undefined) {
        const what = `name: expected one that was taught, of ${names.join(', ') || 'none'}; got ${showValue(name)}`;
        return reply('refused', what);
      }
      const { encoder, sought, examples = 0 } = target;
      const what = `${quoted(target.name)} is taught by ${exampleCount(examples)}`;
      return reply('done', what, { ...this.#told(), sought: { encoder, ...packed(sought) } });
    }
    const all = taught.map(
      ({ name, examples, isOfEncoder }) =>
        `${quoted(name)} (${exampleCount(examples)}${isOfEncoder ? '' : ', of another encoder'})`,
    );
    reply('done', `taught: ${all.join(', ') || 'nothing'}`, this.#told());
  }

  /** `teach`: gives a name to what is in view, what a picture of the memory shows, or what came in files. */
  teach({ args }: Command, input: InputNumber, now: Stamp, reply: ReplyWith<Lesson>): void {
    this.#options.turns.take('ask', reply, () => {
      const name = sortNameOf(args);
      const names = new Set(this.#examples.map((example) => example.name));
      if (!names.has(name) && names.size >= MOST_SORTS) {
        throw new Wrong(`name: ${MOST_SORTS} are taught already: "forget taught=…" one of them`);
      }
      const files = examplesOf(args);
      const id = `teach/${input}`;
      const at = this.#options.unixOf(now);
      if (files !== undefined) {
        const examples = files.map((example) => ({ name, at, ...example }));
        return (done) => this.#keep(examples, {}, { id, now }, done);
      }
      const choice = choiceOf(args);
      const { picture } = args;
      if (picture !== undefined) {
        if (!Number.isSafeInteger(picture))
          throw new Wrong('picture: expected the number of a picture that is remembered');
        if (this.#options.recall.path === undefined)
          throw new Wrong('picture: nothing is remembered: recall.path is not set');
        return (done) => this.#fromMemory(name, picture as number, choice, { id, now }, done);
      }
      const view = this.#viewOf(args['stream'], now);
      const thing = chosenIn(view, choice);
      const { stream, stamp, encoder, input: number } = view;
      const example = { name, at: this.#options.unixOf(stamp), stream, encoder, ...exampleOf(thing) };
      const from = { stream, age: secondsBetween(stamp, now), input: number, ...('box' in thing ? seenOf(thing) : {}) };
      return (done) =>
        this.#options.remember(view, now, (its, then) =>
          this.#keep([{ ...example, ...known({ picture: its }) }], from, { id, now: then }, done),
        );
    });
  }

  #fromMemory(
    name: string,
    picture: number,
    choice: Choice,
    { id, now }: { readonly id: string; readonly now: Stamp },
    done: ReplyWith<Lesson>,
  ): void {
    const request = { id: `${id}/picture`, model: 'memory', at: now, task: 'picture', query: { id: picture } } as const;
    askMemory(this.#options, request, isRememberedPicture, done, (remembered, then) => {
      try {
        const { at, stream, encoder } = remembered;
        const thing = chosenIn(viewedOf(remembered), choice);
        const example = { name, at, stream, picture, encoder, ...exampleOf(thing) };
        const age = Math.max(0, (this.#options.unixOf(then) - at) / 1e6);
        const from = { stream, id: picture, age, ...('box' in thing ? seenOf(thing) : {}) };
        this.#keep([example], from, { id, now: then }, done);
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        done('refused', error.message);
      }
    });
  }

  #keep(
    examples: readonly Example[],
    { input, ...from }: From,
    { id, now }: { readonly id: string; readonly now: Stamp },
    done: ReplyWith<Lesson>,
  ): void {
    const [{ name, encoder }] = examples;
    const others = this.#sortsOf(encoder).filter((sort) => sort.name !== name);
    const vectors = unpackVectors(examples[examples.length - 1]);
    const taken = vectors && sortOf(vectors, others);
    const alike = taken && { alike: { name: taken.sort.name, similarity: taken.similarity } };
    const learn = (): void => {
      this.#set(withExamples(this.#examples, examples));
      const count = this.#sortsOf(encoder).find((sort) => sort.name === name)?.examples ?? examples.length;
      const learnt = { name, examples: count, ...from, ...alike };
      const byWord = this.#options.learnt(name).map((watch) => `; ${watch} goes by the word, still: "watch" it anew`);
      done('done', [inWords(learnt), ...byWord].join(''), {
        ...this.#told(),
        learnt,
        ...(input === undefined ? {} : { input }),
      });
    };
    if (this.#options.recall.path === undefined) return learn();
    const request = { id, model: 'memory', at: now, task: 'teach', query: { examples } } as const;
    askMemory(this.#options, request, (output): output is object => typeof output === 'object', done, learn);
  }

  /** The view that is meant. @throws Wrong where there is none of now */
  #viewOf(stream: unknown, now: Stamp): Live {
    const views = [...this.#options.views.values()].filter(({ stamp }) => secondsBetween(stamp, now) < STALE_SECONDS);
    const view = views.find((its) => stream === undefined || its.stream === stream);
    if (view !== undefined) return view;
    const known = views.map((its) => its.stream).join(', ') || `none: no picture was looked at for ${STALE_SECONDS} s`;
    throw new Wrong(`stream: expected one that an encoder looks at now, of ${known}`);
  }

  /** The encoder that looks now; before it has, that of the last lesson. */
  #encoder(): string | undefined {
    const [view] = this.#options.views.values();
    return (view ?? this.#examples.at(-1))?.encoder;
  }

  #sortsOf(encoder: string): readonly Sort[] {
    const known = this.#sorts.get(encoder) ?? sortsOf(this.#examples, encoder);
    this.#sorts.set(encoder, known);
    return known;
  }

  #set(examples: readonly Example[]): void {
    this.#examples = examples;
    this.#sorts.clear();
  }

  #told(): Pick<Lesson, 'taught' | 'threshold'> {
    const now = this.#encoder();
    const taught = new Map<string, { name: string; examples: number; isOfEncoder: boolean }>();
    for (const { name, encoder } of this.#examples) {
      const before = taught.get(`${encoder} ${name}`)?.examples ?? 0;
      const isOfEncoder = now === undefined || encoder === now;
      taught.set(`${encoder} ${name}`, { name, examples: before + 1, isOfEncoder });
    }
    return { taught: [...taught.values()], threshold: TAUGHT_FROM };
  }
}

/** An example with the place of its thing, if it is one. */
function exampleOf(thing: PlacedThing | Sought): Pick<Example, 'embedding' | 'kind' | 'box'> {
  return { ...packed(thing), ...('box' in thing && { box: thing.box }) };
}

function packed({ embedding, kind }: Sought): Pick<Example, 'embedding' | 'kind'> {
  return { embedding: packEmbedding(embedding), ...(kind && { kind: packEmbedding(kind) }) };
}

function seenOf({ box, place }: PlacedThing): Pick<From, 'box' | 'place'> {
  return { box, ...(place && { place }) };
}

/** A picture of the memory; what is kept without a box cannot be chosen. */
function viewedOf({ embedding, things }: RememberedPicture): Viewed<PlacedThing> {
  const vectors = unpackVectors({ embedding });
  if (vectors === undefined) throw new Wrong('the memory gave no picture that is one');
  const seen = things?.flatMap(({ place, ...thing }) => {
    const its = unpackThing(thing);
    return its === undefined ? [] : [{ ...its, ...(place && { place }) }];
  });
  return { ...vectors, things: seen, bearingOf: () => undefined };
}

function inWords({ name, examples, stream, id, age, box, place, alike }: NonNullable<LessonReport['learnt']>): string {
  const when = age === undefined ? [] : [`${age.toFixed(1)} s ago`];
  const of = stream === undefined ? 'files' : [stream, ...(id === undefined ? when : [`picture ${id}`])].join(', ');
  const [left = 0, , right = 0] = box ?? [];
  const side =
    (left + right) / 2 < 1 / 3 ? 'on the left' : (left + right) / 2 > 2 / 3 ? 'on the right' : 'in the middle';
  const where = box === undefined ? [] : [side];
  return [
    `${quoted(name)} is taught by ${exampleCount(examples)}: ${[of, ...where, ...whereabouts(place)].join(', ')}`,
    ...(alike === undefined ? [] : [`it would pass for ${quoted(alike.name)}, too (${alike.similarity.toFixed(2)})`]),
  ].join('; ');
}
