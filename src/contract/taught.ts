import type { StreamId } from '../frame/index.ts';
import type { ForgetQuery } from './recall.ts';
import { cosineWith, intersectionOverUnion, meanOf, unpackVectors, type SeenThing, type Sought } from './things.ts';

/** An example of a sort of thing that somebody has given a name. */
export interface Example {
  /** Of the sort. */
  readonly name: string;
  /** Unix time of its picture, or of the lesson where it came in a file, µs. */
  readonly at: number;
  /** Unset: it came in a file. */
  readonly stream?: StreamId;
  /** Number of its picture in the memory, where that is known. */
  readonly picture?: number;
  /** Of the thing in its picture; unset: it is the picture as a whole, or came in a file. */
  readonly box?: SeenThing['box'];
  /** SHA-256 of the encoder, hex: to another one it means nothing. */
  readonly encoder: string;
  /** Packed. */
  readonly embedding: string;
  readonly kind?: string;
}

/** A sort that was taught to an encoder. */
export interface Sort {
  readonly name: string;
  readonly examples: number;
  readonly sought: Sought;
}

/** Names that may be taught. */
export const MOST_SORTS = 64;
/** Examples of each that are kept, the newest: after five they add little. */
export const MOST_EXAMPLES = 8;

/**
 * Cosine from which on a thing counts as one of a sort that was taught. Too low: strange things are taken for it; too high: it is missed. On the train
 * split 97 of 100 things are known by five examples, and 6 of 100 strange ones are taken for one of five sorts.
 */
export const TAUGHT_FROM = 0.8;

/** What examples have in common: the mean of each of their vectors. @param examples of one encoder, at least one */
export function prototypeOf(examples: readonly Sought[]): Sought {
  const kinds = examples.flatMap(({ kind }) => kind ?? []);
  const embedding = meanOf(examples.map((example) => example.embedding));
  return kinds.length < examples.length ? { embedding } : { embedding, kind: meanOf(kinds) };
}

/**
 * The example that a picture gives: the thing that a box is of, or the picture as a whole, where the encoder knows no things.
 * @param box in shares of the picture's sides
 * @param least intersection over union that their boxes have to exceed
 * @returns `undefined` where nothing is seen there
 */
export function exampleAt<Thing extends SeenThing>(
  { embedding, things }: { readonly embedding: Float32Array; readonly things: readonly Thing[] | undefined },
  box: SeenThing['box'],
  least = 0,
): Thing | Sought | undefined {
  if (things === undefined) return { embedding };
  const overlaps = things.map((thing) => intersectionOverUnion(thing.box, box));
  const most = Math.max(...overlaps);
  return most > least ? things[overlaps.indexOf(most)] : undefined;
}

/** Which of some sorts a thing is, and how like it; `undefined`: it is none of them. */
export function sortOf<Sort extends { readonly sought: Sought }>(
  thing: Pick<SeenThing, 'embedding' | 'kind'>,
  sorts: readonly Sort[],
): { readonly sort: Sort; readonly similarity: number } | undefined {
  const all = sorts.map((sort) => ({ sort, similarity: cosineWith(sort.sought, thing) }));
  const [best] = all.sort((a, b) => b.similarity - a.similarity);
  return best !== undefined && best.similarity >= TAUGHT_FROM ? best : undefined;
}

/** Examples with more of them: of each name and encoder the newest are kept. */
export function withExamples(all: readonly Example[], more: readonly Example[]): readonly Example[] {
  const joined = [...all, ...more];
  return joined.filter((its, i) => {
    const newer = joined.slice(i + 1).filter((other) => other.name === its.name && other.encoder === its.encoder);
    return newer.length < MOST_EXAMPLES;
  });
}

/** Whether an example is to be forgotten. What is forgotten by likeness to words are pictures alone. */
export function isForgotten({ name, at, picture }: Example, query: ForgetQuery): boolean {
  const { ids, from = -Infinity, to = Infinity, like, taught } = query;
  if (like !== undefined || (ids !== undefined && (picture === undefined || !ids.includes(picture)))) return false;
  return (taught === undefined || taught === name) && at >= from && at <= to;
}

/** The sorts that examples of one encoder make, in the order of their first ones. */
export function sortsOf(examples: readonly Example[], encoder: string): Sort[] {
  const byName = new Map<string, Sought[]>();
  for (const example of examples) {
    const vectors = example.encoder === encoder ? unpackVectors(example) : undefined;
    if (vectors !== undefined) byName.set(example.name, [...(byName.get(example.name) ?? []), vectors]);
  }
  return [...byName].map(([name, all]) => ({ name, examples: all.length, sought: prototypeOf(all) }));
}

/** Whether this is one, with vectors in it. */
export function isExample(example: unknown): example is Example {
  const { name, at, stream, picture, box, encoder, ...vectors } = (example ?? {}) as Partial<Example>;
  const isText =
    [name, encoder].every((its) => typeof its === 'string') && ['string', 'undefined'].includes(typeof stream);
  const isNumbered = Number.isSafeInteger(at) && (picture === undefined || Number.isSafeInteger(picture));
  const isBoxed = box === undefined || (Array.isArray(box) && box.length === 4 && box.every(Number.isFinite));
  return isText && isNumbered && isBoxed && unpackVectors(vectors) !== undefined;
}

/** All that was taught. */
export interface TaughtAnswer {
  readonly examples: readonly Example[];
}

/** Whether this is an answer, of examples. */
export function isTaughtAnswer(output: unknown): output is TaughtAnswer {
  const { examples } = (output ?? {}) as Partial<TaughtAnswer>;
  return Array.isArray(examples) && examples.every(isExample);
}
