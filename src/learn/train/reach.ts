import { floatTensor } from '../../fusion/heads/index.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { HeadDescription } from '../head/description.ts';
import { meanSquare, reachName } from '../head/far.ts';
import { encodeAll } from '../head/network.ts';
import type { Engine, Parameters } from '../tensorflow/engine.ts';
import { placed } from './place.ts';
import { inBatches, type Trained } from './predict.ts';
import { hasVoices } from './voices.ts';

/** Share of the samples that stay within a modality's reach. Smaller: more is told of as if it was far out. */
const NEARLY_ALL = 0.99;

/**
 * How far out nearly all samples of each modality are: the mean square of what fusion sees of them, that one in a hundred is above.
 * @returns `undefined` of a modality whose features are learned: they are others in the end; none of an architecture without voices
 */
export function reachesOf(engine: Engine, trained: Trained, dataset: Dataset): (number | undefined)[] {
  const { description, scalings } = trained;
  const { architecture, modalities } = description;
  if (!hasVoices(architecture)) return [];
  const squares = inBatches(
    engine,
    trained,
    dataset,
    () => true,
    modalities.length,
    (ops, batch) => {
      const encoded = encodeAll(ops, description, scalings, placed(ops, batch));
      return ops.concat(
        encoded.map(({ pooled, pooledWidth }) => meanSquare(ops, pooled, pooledWidth)),
        1,
      );
    },
  );
  return modalities.map(({ encoder }, m) => {
    if ('layers' in encoder && encoder.layers.length > 0) return undefined;
    // What is absent has zeros.
    const own = squares.filter((square, i) => i % modalities.length === m && square > 0).sort();
    return own.length === 0 ? undefined : own[Math.floor(NEARLY_ALL * (own.length - 1))];
  });
}

/** A head that knows how far out what it has learned is. @param reaches as {@link reachesOf} gives them */
export function withReaches(
  { modalities }: HeadDescription,
  parameters: Parameters,
  reaches: readonly (number | undefined)[],
): Parameters {
  const known = new Map(parameters);
  reaches.forEach((reach, m) => {
    if (reach !== undefined) known.set(reachName(modalities[m].name), floatTensor([1], Float32Array.of(1 / reach)));
  });
  return known;
}
