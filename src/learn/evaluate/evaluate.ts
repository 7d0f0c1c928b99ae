import { SensoriumError } from '../../contract/index.ts';
import { createRandom } from '../../random/index.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { withModalities } from '../dataset/modalities.ts';
import { readDataset } from '../dataset/read.ts';
import type { Architecture } from '../head/description.ts';
import type { Head } from '../head/network.ts';
import { accuracyOf } from '../measure/metrics.ts';
import { probabilitiesOf } from '../measure/temperature.ts';
import { millisecondsPerDecision } from '../onnx/speed.ts';
import { startEngine, type Engine } from '../tensorflow/engine.ts';
import { describeHeadFor } from '../train/describe.ts';
import { fitHead, type FitReport, type Selection } from '../train/fit.ts';
import type { TrainingOptions } from '../train/options.ts';
import { predict } from '../train/predict.ts';
import { figuresOf, percent, perGroupOf, type Figures, type Judged, type PerGroup } from './decisions.ts';
import { maskAnomalies } from './mask-anomalies.ts';
import { splitsOf, type Protocol } from './protocol.ts';
import { samplesOf, type Windows } from './samples.ts';
import { parseStress, stressed } from './stress.ts';
import { askSubsets, shapleyPerDecision, type IsPresent } from './subsets.ts';

/** What is to be measured. */
export interface EvaluationRequest {
  /** Folder of the data set that is learned from. */
  readonly train: string;
  /** Folder of another one that is judged; with the protocol `test` only. */
  readonly test?: string;
  /** Those that a head learns from and sees; absent: all. */
  readonly modalities?: readonly string[];
  readonly architecture: Architecture;
  readonly protocol: Protocol;
  readonly windows: Windows;
  /** As {@link parseStress} takes them, at least one: each head is trained once and asked under every one of them. */
  readonly stresses: readonly string[];
  /** Modalities whose anomaly score is above are masked ({@link maskAnomalies}); `undefined`: none is. */
  readonly maskAbove: number | undefined;
  readonly seeds: readonly number[];
  readonly training: TrainingOptions;
}

/** What was found; figures are those under the first stress. */
export interface Evaluation extends Figures {
  /** The same under each further stress, by what it is called; the heads are the same ones. */
  readonly perStress: Readonly<Record<string, Figures>>;
  /** Accuracy, percent, without stress, of every set of modalities (`none`, `imu`, `imu+drive`), the others being masked. */
  readonly perSubset: Readonly<Record<string, number>>;
  /**
   * Of each modality: mean magnitude, without stress, of its Shapley value for the probability of the decided class, in percent of
   * probability; none where there are more than six.
   */
  readonly contribution: Readonly<Record<string, number>>;
  /** Numbers that the head has learned. */
  readonly params: number;
  /** Median, ONNX Runtime, one thread. */
  readonly msPerDecision: number;
}

/** An evaluation, and what it rests on. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  readonly judged: readonly Judged[];
  /** Of each recording, video or speaker, the worst first; none where every sample is on its own. */
  readonly groups: readonly PerGroup[];
  /** How each head was chosen, in the order of `judged`. */
  readonly selections: readonly Selection[];
}

/** Told while a head is measured. */
export interface EvaluationProgress extends FitReport {
  /** Heads that are done, and all. */
  readonly done: number;
  readonly heads: number;
  readonly seed: number;
}

/**
 * Trains and judges a head as a protocol says, once for each seed.
 * @throws SensoriumError E_USAGE, E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED, E_MODEL_RUNTIME
 */
export async function evaluateHead(
  request: EvaluationRequest,
  tell: (progress: EvaluationProgress) => void | Promise<void> = () => undefined,
): Promise<Evaluated> {
  const { train, architecture, protocol, training, seeds } = request;
  const dataset = withModalities(await readDataset(train), request.modalities);
  const other = await otherOf(request, dataset);
  const samples = samplesOf(dataset, request.windows);
  const testing = samplesOf(other ?? dataset, request.windows);
  const stresses = request.stresses.map((text) => ({
    text,
    stress: parseStress(text, dataset),
    judged: [] as Judged[],
  }));
  const description = describeHeadFor(samples, architecture);
  const engine = await startEngine();
  const splits = await Promise.all(seeds.map((seed) => splitsOf(dataset, train, protocol, seed)));
  const heads = splits.reduce((all, { length }) => all + length, 0);
  // Sums over all decisions.
  const right = new Map<string, number>();
  const moved = new Map<string, number>();
  const sum = (into: Map<string, number>, name: string, value: number): void =>
    void into.set(name, (into.get(name) ?? 0) + value);
  const selections: Selection[] = [];
  let first: Head | undefined;
  for (const [s, seed] of seeds.entries()) {
    for (const [fold, split] of splits[s].entries()) {
      const progress = { done: selections.length, heads, seed };
      const { head, selection } = await fitHead(engine, description, samples, split.train, training, seed, (report) =>
        tell({ ...report, ...progress }),
      );
      first ??= head;
      selections.push(selection);
      const rows = other === undefined ? split.test : [...other.labels.keys()];
      const test = testing.forTesting(rows);
      for (const { stress, judged } of stresses) {
        const { dataset: spoiled, isPresent } = stressed(test, stress, head.scalings, createRandom(1000 * seed + fold));
        const { maskAbove } = request;
        const isLeft = maskAbove === undefined ? isPresent : maskAnomalies(engine, head, spoiled, isPresent, maskAbove);
        judged.push({ seed, fold, groups: test.groups, ...decisionsOf(engine, head, spoiled, isLeft) });
      }
      const names = description.modalities.map(({ name }) => name);
      const classes = dataset.classes.length;
      const subsets = await askSubsets((isPresent) => decisionsOf(engine, head, test, isPresent).probabilities, names);
      for (const { name, probabilities } of subsets) {
        sum(right, name, accuracyOf({ labels: test.labels, probabilities, classes }) * test.labels.length);
      }
      shapleyPerDecision(subsets, names.length, classes)?.forEach((value, i) =>
        sum(moved, names[i % names.length], Math.abs(value)),
      );
    }
  }
  if (first === undefined) throw new SensoriumError('E_USAGE', 'nothing to measure', { path: '--seeds' });
  const [{ judged }, ...further] = stresses;
  const count = judged.reduce((all, { labels }) => all + labels.length, 0);
  const evaluation: Evaluation = {
    ...figuresOf(judged, other ?? dataset),
    perStress: Object.fromEntries(further.map(({ text, judged }) => [text, figuresOf(judged, other ?? dataset)])),
    perSubset: meansOf(right, count),
    contribution: meansOf(moved, count),
    params: [...first.parameters.values()].reduce((all, { data }) => all + data.length, 0),
    msPerDecision: await millisecondsPerDecision(first),
  };
  return { evaluation, judged, groups: perGroupOf(judged, other ?? dataset), selections };
}

/** The other data set that is judged; it must be of the same kind. */
async function otherOf(
  { test, protocol, modalities }: EvaluationRequest,
  dataset: Dataset,
): Promise<Dataset | undefined> {
  if ((test !== undefined) !== (protocol.kind === 'test')) {
    throw new SensoriumError('E_USAGE', 'expected --protocol test together with --test <dataset>');
  }
  if (test === undefined) return undefined;
  const other = withModalities(await readDataset(test), modalities);
  const shapeOf = ({ classes, modalities }: Dataset): string =>
    JSON.stringify([classes, modalities.map(({ name, dims, rateHz }) => [name, dims, rateHz])]);
  if (shapeOf(other) === shapeOf(dataset)) return other;
  throw new SensoriumError('E_FILE_FORMAT', 'expected the classes and modalities of the training set', { path: test });
}

function decisionsOf(
  engine: Engine,
  head: Head,
  dataset: Dataset,
  isPresent: IsPresent,
): Pick<Judged, 'labels' | 'probabilities' | 'classes'> {
  const classes = dataset.classes.length;
  const probabilities = probabilitiesOf(predict(engine, head, dataset, isPresent), classes, head.temperature);
  return { labels: dataset.labels, probabilities, classes };
}

function meansOf(sums: ReadonlyMap<string, number>, count: number): Record<string, number> {
  return Object.fromEntries([...sums].map(([name, all]) => [name, percent(all / count)]));
}
