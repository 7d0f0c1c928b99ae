import { likenessOf, unpackVectors } from '../contract/index.ts';
import type { PictureRecord } from './segment.ts';
import type { Similarity } from './threshold.ts';

/**
 * How like what is sought pictures are, by what is remembered of the things in them.
 * @param sought its vectors, packed
 */
export function likenesses(
  records: Iterable<PictureRecord>,
  sought: { readonly embedding: string; readonly kind?: string },
): Similarity[] {
  const its = unpackVectors(sought);
  if (its === undefined) return [];
  const all: Similarity[] = [];
  for (const { facts, vector } of records) {
    const things = facts.things?.flatMap(
      ({ embedding, kind }) => unpackVectors(its.kind === undefined ? { embedding } : { embedding, kind }) ?? [],
    );
    all.push({ at: facts.at, similarity: likenessOf(its, { embedding: vector, things }) });
  }
  return all.sort((a, b) => a.at - b.at);
}
