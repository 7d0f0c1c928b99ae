import { floatTensor, type FloatTensor } from '../../fusion/heads/index.ts';
import { createRandom, shuffled } from '../../random/index.ts';
import { take, type Dataset } from '../dataset/dataset.ts';
import { fitScaling } from '../dataset/scaling.ts';
import { assemble, unitsFor, unitsOf } from '../dataset/units.ts';
import { isConversational, type HeadDescription } from '../head/description.ts';
import { initialise } from '../head/initialise.ts';
import { scalar } from '../head/layers.ts';
import { forward } from '../head/network.ts';
import { accuracyOf, negativeLogLikelihood } from '../measure/metrics.ts';
import { calibratedLosses, probabilitiesOf } from '../measure/temperature.ts';
import type { Engine } from '../tensorflow/engine.ts';
import { AdamW } from './adamw.ts';
import { ParameterMean } from './average.ts';
import { costOfDifferences, differencesOf } from './invariance.ts';
import { lossOf } from './loss.ts';
import { letLie } from './lies.ts';
import { mixSome, mixedShare } from './mix.ts';
import type { EpochReport, TrainingOptions } from './options.ts';
import { placed } from './place.ts';
import { predict, type Trained } from './predict.ts';
import { begin, learned } from './start.ts';
import { lastWithinError } from './stopping.ts';
import { reachesOf, withReaches } from './reach.ts';
import { hearVoices, type Heard } from './voices.ts';
import { withhold } from './withhold.ts';
import { addNoise, drawPresence } from './spoil.ts';

/** Training samples that an accuracy is told of where nothing is held out. */
const LOOKED_AT = 256;

/** A head and how it got there. */
export interface Training {
  readonly trained: Trained;
  /** Of each epoch, on what was held out; empty where nothing was. */
  readonly held: readonly HeldOut[];
}

/** What a head said about samples that it was not trained with, after an epoch. */
export interface HeldOut {
  readonly logits: Float32Array;
  /** Negative log-likelihood of each at the temperature that suits all best: being too sure is mended later. */
  readonly losses: Float64Array;
  /** What each modality said alone ({@link hearVoices}). */
  readonly voices: Heard | undefined;
}

/**
 * Trains a head. All chance comes from the seed.
 * @param data samples to learn from; scaling is fitted to them
 * @param seed of the beginning, the order, and what is withheld and spoiled
 * @param stop how many epochs are run (the learning rate still falls as over `options.epochs`), or what is held out to find
 *   out: training ends when `options.patience` epochs have brought nothing
 */
export async function trainHead(
  engine: Engine,
  description: HeadDescription,
  data: Dataset,
  options: TrainingOptions,
  seed: number,
  stop: { readonly epochs: number } | { readonly heldOut: Dataset },
  onEpoch: (report: EpochReport) => void | Promise<void> = () => undefined,
): Promise<Training> {
  const random = createRandom(seed);
  const scalings = { ...fitScaling(data), ...options.start?.scalings };
  const chance = initialise(description, random);
  begin(chance, options.start);
  const reaches = reachesOf(engine, { description, scalings, parameters: chance }, data);
  const knowing = (of: Trained): Trained => ({ ...of, parameters: withReaches(description, of.parameters, reaches) });
  const isApart = 'apart' in description.architecture && description.architecture.apart === true;
  const parameters = isApart ? withReaches(description, chance, reaches) : chance;
  const mean = new ParameterMean(parameters);
  const trained: Trained = { description, scalings, parameters: mean.parameters };
  const optimizer = new AdamW(options.weightDecay);
  const classes = description.classes.length;
  const names = description.modalities.map(({ name }) => name);
  const isConversation = isConversational(description.architecture);
  const isVectors = description.modalities.every(({ steps }) => steps === 1);
  const held: HeldOut[] = [];
  const seen = 'heldOut' in stop ? stop.heldOut : someOf(data);
  const last = 'heldOut' in stop ? options.epochs : stop.epochs;
  const units = unitsOf(description, data);
  const atOnce = unitsFor(options.batchSize, units);
  for (let epoch = 0; epoch < last; epoch += 1) {
    const order = shuffled(random, units);
    let [loss, steps] = [0, 0];
    for (let from = 0; from < order.length; from += atOnce) {
      const taken = order.slice(from, from + atOnce);
      const isPresent = drawPresence(taken.length, description.modalities.length, options.modalityDropout, random);
      const { batch, rows } = assemble(description, data, taken);
      const differences = options.invariance === 0 ? undefined : differencesIn(description, data, rows);
      const clear = differences === undefined ? undefined : assemble(description, data, taken).batch;
      const sources = isConversation ? [] : letLie(batch, names, options.lying, random);
      const hot = hotOf(data.labels, rows, classes);
      const own = names.map((_, m) =>
        m in sources
          ? hotOf(
              data.labels,
              Int32Array.from(sources[m], (i) => rows[i]),
              classes,
            )
          : hot,
      );
      if (isVectors) mixSome(batch, names, hot, own, mixedShare(data.labels.length, classes), random);
      // Afterwards: what is withheld of one sample is there to be mixed into another.
      withhold(batch, names, isPresent);
      addNoise(batch, scalings, isVectors ? { ...options, noise: options.rangeNoise } : options, random);
      const progress = (epoch + from / order.length) / options.epochs;
      const step = engine.differentiate(
        parameters,
        (ops) => {
          const fused = forward(ops, description, scalings, placed(ops, batch));
          const loss = lossOf(ops, fused, description.architecture, hot, own, progress);
          if (differences === undefined || clear === undefined) return loss;
          const { hidden } = forward(ops, description, scalings, placed(ops, clear));
          if (hidden === undefined) return loss;
          return ops.add(loss, ops.mul(costOfDifferences(ops, hidden, differences), scalar(ops, options.invariance)));
        },
        { share: options.dropout, random },
      );
      optimizer.step(
        parameters,
        learned(description, step.gradients, options.start),
        options.rate * 0.5 * (1 + Math.cos(Math.PI * progress)),
      );
      mean.add(parameters);
      loss += step.loss;
      steps += 1;
    }
    const logits = predict(engine, trained, seen);
    const decisions = { labels: seen.labels, probabilities: probabilitiesOf(logits, classes, 1), classes };
    const looked = { accuracy: accuracyOf(decisions), nll: negativeLogLikelihood(decisions) };
    await onEpoch({ epoch: epoch + 1, epochs: last, loss: loss / steps, ...looked });
    if (!('heldOut' in stop)) continue;
    held.push({
      logits,
      losses: calibratedLosses(logits, seen.labels, classes),
      voices: hearVoices(engine, knowing(trained), seen, seed),
    });
    const good = lastWithinError(
      held.map(({ losses }) => losses),
      seen.groups,
      options.tie,
    );
    if (epoch - good >= options.patience) break;
  }
  return { trained: knowing(trained), held };
}

/** How recordings of a class in a batch are to be compared; `undefined` where there is nothing to compare. */
function differencesIn(
  { architecture }: HeadDescription,
  { labels, groups }: Dataset,
  rows: Int32Array,
): FloatTensor | undefined {
  if (!('hidden' in architecture)) return undefined;
  return differencesOf(
    rows.map((row) => labels[row]),
    rows.map((row) => groups[row]),
    architecture.hidden,
  );
}

function someOf(data: Dataset): Dataset {
  const every = Math.max(1, Math.floor(data.labels.length / LOOKED_AT));
  return take(
    data,
    [...data.labels.keys()].filter((row) => row % every === 0),
  );
}

/** [B, classes]: 1 at the label; zeros where there is no sample. */
function hotOf(labels: Int32Array, rows: Int32Array, classes: number): FloatTensor {
  const hot = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => {
    if (row >= 0) hot[i * classes + labels[row]] = 1;
  });
  return floatTensor([rows.length, classes], hot);
}
