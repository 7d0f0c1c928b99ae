import { SensoriumError } from '../../contract/index.ts';
import { createRandom } from '../../random/index.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { withModalities } from '../dataset/modalities.ts';
import { readDataset } from '../dataset/read.ts';
import { percent } from '../evaluate/decisions.ts';
import { splitsOf, type Protocol } from '../evaluate/protocol.ts';
import { samplesOf } from '../evaluate/samples.ts';
import type { Architecture } from '../head/description.ts';
import { bootstrapInterval } from '../measure/bootstrap.ts';
import { chosen } from '../measure/metrics.ts';
import { startEngine, type Engine } from '../tensorflow/engine.ts';
import { describeHeadFor } from '../train/describe.ts';
import { fitHead } from '../train/fit.ts';
import type { TrainingOptions } from '../train/options.ts';
import { predict } from '../train/predict.ts';
import { drawLabelled } from './labelled.ts';
import { describeEncoders } from './pretrain-dataset.ts';
import { EMBEDDING, pretrain, type PretrainingOptions } from './pretrain.ts';
import { embeddingsOf, meanRecall, recallsOf, type Recall, type Recalls } from './recall.ts';
import { startWith } from './start-with.ts';

/** What is to be measured. */
export interface PretrainingEvaluationRequest {
  /** Folder of the data set. */
  readonly train: string;
  /** Absent: all. */
  readonly modalities?: readonly string[];
  /** Of the heads that begin with the encoders, or without. */
  readonly architecture: Architecture;
  readonly protocol: Protocol;
  /** Shares of the training samples whose label is known, 0..1. */
  readonly shares: readonly number[];
  readonly seeds: readonly number[];
  readonly pretraining: PretrainingOptions;
  readonly training: TrainingOptions;
}

/** How heads begin: with chance; with encoders that stay as they are; with encoders that go on learning. */
const WAYS = ['scratch', 'frozen', 'tuned'] as const;
type Way = (typeof WAYS)[number];

/** Accuracy of heads that began in one way; percent, interval by bootstrap over groups. */
export interface WayFigures {
  readonly perSeed: readonly number[];
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** What is gained over `scratch`, decision by decision; absent there. */
  readonly gain?: { readonly mean: number; readonly low: number; readonly high: number };
}

/** What few labels are worth. */
export interface FewLabels extends Readonly<Record<Way, WayFigures>> {
  readonly share: number;
  /** Samples whose label was known, in the mean over splits. */
  readonly labelled: number;
}

/** What encoders are worth that learned without labels. */
export interface PretrainingEvaluation {
  /** On test samples. */
  readonly recall: Recalls;
  readonly labels: readonly FewLabels[];
}

/** Decisions of a head: which were right, and whom they are about. */
interface Tally {
  readonly seed: number;
  readonly right: readonly number[];
  readonly groups: Int32Array;
}

/**
 * Learns encoders from the training samples of each split without their labels, asks how well they find what belongs together in the test samples,
 * and trains heads with the labels of few of the training samples: all under the same rules, whatever they begin with.
 * @param tell of heads and encoders that are done, and all
 * @throws SensoriumError E_USAGE, E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED, E_MODEL_RUNTIME
 */
export async function evaluatePretraining(
  request: PretrainingEvaluationRequest,
  tell: (done: number, all: number) => void | Promise<void> = () => undefined,
): Promise<PretrainingEvaluation> {
  const { train, architecture, protocol, shares, seeds, pretraining, training } = request;
  if (protocol.kind === 'test') {
    throw new SensoriumError('E_USAGE', 'expected random80, folds:<file> or groups:<K>', { path: '--protocol' });
  }
  const dataset = withModalities(await readDataset(train), request.modalities);
  const samples = samplesOf(dataset, 'single');
  const head = describeHeadFor(samples, architecture);
  const description = describeEncoders(samples, architecture.hidden, EMBEDDING);
  const engine = await startEngine();
  const splits = await Promise.all(seeds.map((seed) => splitsOf(dataset, train, protocol, seed)));
  // A head that these encoders do not fit is refused before anything is learned.
  const none = await pretrain(engine, description, samples, splits[0][0].train, { ...pretraining, epochs: 0 }, 1);
  startWith(none, head, false, train);
  const all = splits.reduce((sum, { length }) => sum + length, 0) * (1 + shares.length * WAYS.length);
  let done = 0;
  const recalls: Recalls[] = [];
  const tallies = shares.map(() => ({
    labelled: [] as number[],
    scratch: [] as Tally[],
    frozen: [] as Tally[],
    tuned: [] as Tally[],
  }));
  for (const [s, seed] of seeds.entries()) {
    for (const [fold, split] of splits[s].entries()) {
      const encoders = await pretrain(engine, description, samples, split.train, pretraining, seed);
      const test = samples.forTesting(split.test);
      recalls.push(
        recallsOf(
          embeddingsOf(engine, encoders, test),
          description.modalities.map(({ name }) => name),
        ),
      );
      await tell((done += 1), all);
      for (const [i, share] of shares.entries()) {
        const rows = drawLabelled(dataset, split.train, share, createRandom(1000 * seed + fold));
        tallies[i].labelled.push(rows.length);
        for (const way of WAYS) {
          const start = way === 'scratch' ? {} : { start: startWith(encoders, head, way === 'frozen', train) };
          const fitted = await fitHead(engine, head, samples, rows, { ...training, ...start }, seed);
          tallies[i][way].push({ seed, ...tallyOf(engine, fitted.head, test) });
          await tell((done += 1), all);
        }
      }
    }
  }
  return {
    recall: { ...meanRecall(recalls), pairs: perPair(recalls) },
    labels: tallies.map(({ labelled, scratch, frozen, tuned }, i) => ({
      share: shares[i],
      labelled: labelled.reduce((sum, count) => sum + count, 0) / labelled.length,
      scratch: figuresOf(scratch),
      frozen: { ...figuresOf(frozen), gain: gainOf(frozen, scratch) },
      tuned: { ...figuresOf(tuned), gain: gainOf(tuned, scratch) },
    })),
  };
}

function tallyOf(engine: Engine, head: Parameters<typeof predict>[1], test: Dataset): Omit<Tally, 'seed'> {
  // Calibration does not change what is decided.
  const decisions = { labels: test.labels, probabilities: predict(engine, head, test), classes: test.classes.length };
  const right = [...chosen(decisions)].map((pick, i) => Number(pick === test.labels[i]));
  return { right, groups: test.groups };
}

function figuresOf(tallies: readonly Tally[]): WayFigures {
  const perSeed = [...new Set(tallies.map(({ seed }) => seed))].map((seed) =>
    percent(meanOf(tallies.filter((one) => one.seed === seed).flatMap(({ right }) => right))),
  );
  return {
    perSeed,
    ...intervalOf(
      tallies.flatMap(({ right }) => right),
      tallies,
    ),
  };
}

/** Of the same decisions, how many more were right. */
function gainOf(tallies: readonly Tally[], others: readonly Tally[]): NonNullable<WayFigures['gain']> {
  const more = tallies.flatMap(({ right }, i) => right.map((one, k) => one - others[i].right[k]));
  return intervalOf(more, tallies);
}

function intervalOf(values: readonly number[], tallies: readonly Tally[]): NonNullable<WayFigures['gain']> {
  const groups = tallies.flatMap((one) => [...one.groups]);
  const { low, high } = bootstrapInterval(values, groups);
  return { mean: percent(meanOf(values)), low: percent(low), high: percent(high) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function perPair(recalls: readonly Recalls[]): Record<string, Recall> {
  return Object.fromEntries(
    Object.keys(recalls[0].pairs).map((pair) => [pair, meanRecall(recalls.map(({ pairs }) => pairs[pair]))]),
  );
}
