import { createRandom } from '../../random/index.ts';
import { batchOf, type Batch } from '../dataset/batch.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { fitScaling, type Scalings } from '../dataset/scaling.ts';
import { nothingFor, parametersOf } from '../head/initialise.ts';
import type { Engine, Parameters } from '../tensorflow/engine.ts';
import { AdamW } from '../train/adamw.ts';
import { ParameterMean } from '../train/average.ts';
import type { Samples } from '../train/fit.ts';
import type { EpochReport, TrainingOptions } from '../train/options.ts';
import { placed } from '../train/place.ts';
import { addNoise } from '../train/spoil.ts';
import { batchesOf, originsOf, siblingsOf } from './batches.ts';
import { boundSharpness, contrast, type Comparison } from './contrast.ts';
import { embedAll, SHARPNESS, type EncodersDescription } from './embed.ts';

/** How encoders learn without labels; what heads have as well means the same ({@link TrainingOptions}). */
export type PretrainingOptions = Pick<
  TrainingOptions,
  'epochs' | 'batchSize' | 'rate' | 'weightDecay' | 'dropout' | 'noise' | 'noiseShare' | 'rangeNoise'
>;

/** What is used when nobody says otherwise: large batches, since what is told apart in a batch is what is learned. */
export const PRETRAINING: PretrainingOptions = {
  epochs: 40,
  batchSize: 128,
  rate: 2e-3,
  weightDecay: 1e-2,
  dropout: 0.1,
  noiseShare: 0.25,
  noise: 1,
  rangeNoise: 0.1,
};

/** Numbers of an embedding. */
export const EMBEDDING = 64;

/** Encoders that have learned. */
export interface Pretrained {
  readonly description: EncodersDescription;
  readonly scalings: Scalings;
  /** Encoders, projections and sharpness. */
  readonly parameters: Parameters;
}

/**
 * Learns encoders from samples whose labels nobody looks at: what several senses tell at the same moment belongs together. Where windows
 * are cut out of samples, so does what each tells a little earlier or later (van den Oord et al. 2018 ask a sequence for its future): what
 * lasts, such as the ground, is then told beside what passes, such as a speed.
 * @param rows samples to learn from
 * @param seed of the beginning, the batches, and what is spoiled
 */
export async function pretrain(
  engine: Engine,
  description: EncodersDescription,
  samples: Samples,
  rows: readonly number[],
  options: PretrainingOptions,
  seed: number,
  onEpoch: (report: Pick<EpochReport, 'epoch' | 'epochs' | 'loss'>) => void | Promise<void> = () => undefined,
): Promise<Pretrained> {
  const random = createRandom(seed);
  const data = withoutLabels(samples.forTraining(rows));
  const origins = originsOf(samples, rows);
  const siblingOf = siblingsOf(origins, random);
  const isCut = new Set(origins).size < origins.length;
  const scalings = fitScaling(data);
  const { modalities } = description;
  const sideways = nothingFor(modalities);
  const parameters = parametersOf((ops) => {
    const embeddings = embedAll(ops, description, sideways.scalings, sideways.inputs);
    contrast(ops, embeddings, { samples: 2, isPresent: () => true, isApart: () => true });
  }, random);
  const mean = new ParameterMean(parameters);
  const optimizer = new AdamW(options.weightDecay);
  const isVectors = modalities.every(({ steps }) => steps === 1);
  const spoiled = { ...options, noise: isVectors ? options.rangeNoise : options.noise };
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    const batches = batchesOf(origins, options.batchSize, random);
    let loss = 0;
    for (const [i, windows] of batches.entries()) {
      const views = isCut ? [windows, windows.map(siblingOf)] : [windows];
      const seen = views.map((view) => batchOf(data, view, modalities));
      const comparison = comparisonOf(data, windows, seen, description);
      for (const batch of seen) addNoise(batch, scalings, spoiled, random);
      const step = engine.differentiate(
        parameters,
        (ops) => {
          const embeddings = seen.flatMap((batch) => embedAll(ops, description, scalings, placed(ops, batch)));
          return contrast(ops, embeddings, comparison);
        },
        { share: options.dropout, random },
      );
      const progress = (epoch + i / batches.length) / options.epochs;
      optimizer.step(parameters, step.gradients, options.rate * 0.5 * (1 + Math.cos(Math.PI * progress)));
      const sharpness = parameters.get(SHARPNESS);
      if (sharpness !== undefined) boundSharpness(sharpness.data);
      mean.add(parameters);
      loss += step.loss / batches.length;
    }
    await onEpoch({ epoch: epoch + 1, epochs: options.epochs, loss });
  }
  return { description, scalings, parameters: mean.parameters };
}

/** Scaling would look at labels. */
function withoutLabels(data: Dataset): Dataset {
  return { ...data, labels: new Int32Array(data.labels.length) };
}

/** @param seen views of the samples, one after another: what is compared are the modalities of them all */
function comparisonOf(
  data: Dataset,
  windows: readonly number[],
  seen: readonly Batch[],
  { modalities }: EncodersDescription,
): Comparison {
  const masks = seen.flatMap((batch) => modalities.map(({ name }) => batch.masks[name]));
  return {
    samples: windows.length,
    isPresent: (sample, view) => {
      const { data: mask, shape } = masks[view];
      return mask.subarray(sample * shape[1], (sample + 1) * shape[1]).includes(1);
    },
    isApart: (a, b) => isApart(data, windows[a], windows[b]),
  };
}

/** Of one recording, samples that stand in an order are told apart from so many places on: nearer ones may overlap. */
const FAR = 20;

/**
 * Whether two samples may be told apart. Two of one recording may overlap, or be of the same place: they are only where it is known that
 * there is much between them.
 */
function isApart({ groups, order, isConversation }: Dataset, a: number, b: number): boolean {
  return groups[a] !== groups[b] || (isConversation === true && Math.abs(order[a] - order[b]) >= FAR);
}
