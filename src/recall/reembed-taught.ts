import {
  exampleAt,
  packEmbedding,
  withExamples,
  type Example,
  type SeenThing,
  type Sought,
} from '../contract/index.ts';
import type { Encoder } from './encoder.ts';
import type { PictureRecord } from './segment.ts';

/** What an encoder sees in a picture: its things are `undefined` where it knows pictures as a whole only. */
export interface Looked {
  readonly embedding: Float32Array;
  readonly things?: readonly SeenThing[];
}

/** What becomes of what was taught. */
export interface TaughtAnew {
  readonly examples: readonly Example[];
  /** Examples that are kept, and those that are lost, by name. */
  readonly taught: Readonly<Record<string, number>>;
  readonly lost: Readonly<Record<string, number>>;
}

/** Intersection over union from which on a box is that of the same thing, seen by another encoder. */
const SAME = 0.3;

/**
 * Examples as another encoder sees them: in the pictures that they were taken of, which are found by their numbers, or by stream and time. One that came in
 * a file, one of a thing of which nobody knows where it was, and one whose picture is gone, is lost.
 */
export async function taughtAnew(
  examples: readonly Example[],
  records: Iterable<PictureRecord>,
  { sha256 }: Encoder,
  look: (thumbnail: Uint8Array) => Promise<Looked>,
): Promise<TaughtAnew> {
  const anew = new Map<Example, Example>(examples.flatMap((its) => (its.encoder === sha256 ? [[its, its]] : [])));
  if (anew.size < examples.length) {
    for (const { facts, thumbnail } of records) {
      const its = examples.filter((example) => !anew.has(example) && isOf(example, facts) && thumbnail.length > 0);
      if (its.length === 0) continue;
      const seen = await look(thumbnail);
      for (const example of its) {
        const sought = exampleIn(seen, example);
        if (sought !== undefined) anew.set(example, { ...kept(example), encoder: sha256, ...vectorsOf(sought) });
      }
    }
  }
  // Those of several encoders may be too many of one.
  const all = withExamples(
    [],
    examples.flatMap((example) => anew.get(example) ?? []),
  );
  return { examples: all, taught: countsOf(all), lost: countsOf(examples.filter((example) => !anew.has(example))) };
}

function countsOf(examples: readonly Example[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name } of examples) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function isOf({ picture, stream, at }: Example, facts: PictureRecord['facts']): boolean {
  return picture === undefined ? stream === facts.stream && at === facts.at : picture === facts.id;
}

function exampleIn({ embedding, things }: Looked, { box, kind }: Example): SeenThing | Sought | undefined {
  if (things === undefined) return { embedding };
  if (box !== undefined) return exampleAt({ embedding, things }, box, SAME);
  // What was taught as a whole is the largest thing to who sees things; of a thing without a box nobody knows which.
  const area = (its: SeenThing): number => (its.box[2] - its.box[0]) * (its.box[3] - its.box[1]);
  return kind === undefined ? [...things].sort((a, b) => area(b) - area(a))[0] : undefined;
}

/** What an example is, whoever looks. */
function kept({
  name,
  at,
  stream,
  picture,
  box,
}: Example): Pick<Example, 'name' | 'at' | 'stream' | 'picture' | 'box'> {
  return {
    name,
    at,
    ...(stream !== undefined && { stream }),
    ...(picture !== undefined && { picture }),
    ...(box && { box }),
  };
}

function vectorsOf(its: SeenThing | Sought): Pick<Example, 'embedding' | 'kind' | 'box'> {
  return {
    embedding: packEmbedding(its.embedding),
    ...(its.kind && { kind: packEmbedding(its.kind) }),
    ...('box' in its && { box: its.box }),
  };
}
