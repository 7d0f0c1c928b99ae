import { packEmbedding, similarityOf, unpackEmbedding } from './embedding.ts';

/** Something that an encoder sees in a picture, by itself. */
export interface SeenThing {
  /** In the space of words, of length 1. */
  readonly embedding: Float32Array;
  /** How likely something is there at all, 0 at the most: what is to be added to a cosine with words before things are compared. */
  readonly seen: number;
  /** Left, top, right and bottom, in shares of the picture's sides. */
  readonly box: readonly [number, number, number, number];
  /** m along the camera's axis, by the look of it, for a focal length of the picture's width: another one's is so many times as far. */
  readonly distance: number;
}

/** The same as it travels: the embedding is packed. */
export type PackedThing = Omit<SeenThing, 'embedding'> & { readonly embedding: string };

/** From which fit on a thing counts as what the words say: their cosine, less what speaks against anything being there. */
export const FITS = 0.4;

/** The thing that fits words best, with its fit; `undefined` where there is none. @param words their embedding */
export function bestThing<Thing extends Pick<SeenThing, 'embedding' | 'seen'>>(
  words: Float32Array,
  things: readonly Thing[],
): (Thing & { readonly fit: number }) | undefined {
  const fits = things.map((thing) => ({ ...thing, fit: similarityOf(words, thing.embedding) + thing.seen }));
  return fits.reduce<(Thing & { readonly fit: number }) | undefined>(
    (best, its) => (best !== undefined && best.fit >= its.fit ? best : its),
    undefined,
  );
}

export function packThing({ embedding, ...its }: SeenThing): PackedThing {
  return { ...its, embedding: packEmbedding(embedding) };
}

/** @returns `undefined` for what no thing packs to */
export function unpackThing(thing: unknown): SeenThing | undefined {
  const { embedding, seen, box, distance } = (thing ?? {}) as Partial<PackedThing>;
  const vector = typeof embedding === 'string' ? unpackEmbedding(embedding) : undefined;
  if (vector === undefined || !Array.isArray(box) || box.length !== 4) return undefined;
  if (![seen, distance, ...(box as unknown[])].every(Number.isFinite)) return undefined;
  return {
    embedding: vector,
    seen: seen as number,
    box: box as unknown as SeenThing['box'],
    distance: distance as number,
  };
}
