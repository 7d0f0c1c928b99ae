import { SensoriumError } from '../../contract/index.ts';
import { createRandom } from '../../random/index.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { readDataset } from '../dataset/read.ts';
import { percent } from '../evaluate/decisions.ts';
import { foldOf, isSameFold } from '../evaluate/protocol.ts';
import { samplesOf } from '../evaluate/samples.ts';
import { stressed } from '../evaluate/stress.ts';
import { askSubsets, setsOf, shapleyPerDecision } from '../evaluate/subsets.ts';
import type { HeadDescription } from '../head/description.ts';
import type { HeldOutFold, LearnedFrom } from '../onnx/export.ts';
import { openHead, type OpenHead } from '../onnx/open-head.ts';
import { readHead } from '../onnx/read-head.ts';
import { scoreOf, type Score } from './score.ts';

/** What is to be taken from a head. */
export interface AblationRequest {
  /** Folder of the data set that it is judged by. */
  readonly dataset: string;
  /** The head's ONNX file. */
  readonly model: string;
  /** Samples to judge; `undefined`: those that the head says were held out, or all. */
  readonly fold: HeldOutFold | undefined;
  /** Standard deviations of the noise, in training standard deviations (of vectors: training ranges) of a channel. */
  readonly sigmas: readonly number[];
  /** Of the noise. */
  readonly seed: number;
}

/** How good a head is without some of its modalities, and with noise on each. */
export interface AblationReport {
  readonly dataset: string;
  readonly architecture: HeadDescription['architecture'];
  readonly classes: readonly string[];
  readonly modalities: readonly string[];
  readonly learnedFrom: LearnedFrom;
  /** The fold that was judged; absent: all samples were. */
  readonly fold?: HeldOutFold;
  /** The head may have seen the samples that it was judged by: such figures say little. */
  readonly isSeen: boolean;
  /** Samples, or windows of them, that were judged. */
  readonly decisions: number;
  /** By what was present: `none`, `imu`, `imu+drive`. */
  readonly perSubset: Readonly<Record<string, Score>>;
  /** By the modality that noise was added to, the others being as they are. */
  readonly noise: Readonly<Record<string, readonly (Score & { readonly sigma: number })[]>>;
  /** Of each modality: mean magnitude of its Shapley value, in percent of probability; none where there are more than six. */
  readonly contribution: Readonly<Record<string, number>>;
}

/** A report, and the Shapley values of each decision. */
export interface Ablation {
  readonly report: AblationReport;
  /** CSV: `index,label,decided,p,<modality>…`; `undefined` where there are more than six modalities. */
  readonly contributions: string | undefined;
}

/**
 * Asks a trained head with every set of its modalities, and with noise on each of them.
 * @param tell of conditions that are done, and all
 * @throws SensoriumError E_MODEL_… of the head, also where it takes something else than the data set has; E_FILE_… of the data set;
 *   E_USAGE of the fold
 */
export async function ablateHead(
  { dataset: folder, model: path, fold, sigmas, seed }: AblationRequest,
  tell: (done: number, all: number) => void | Promise<void> = () => undefined,
): Promise<Ablation> {
  const file = await readHead(path);
  const { description, scalings, learnedFrom } = file;
  const dataset = await readDataset(folder);
  refuseOther(description, dataset, path);
  const isSame = dataset.name === learnedFrom.dataset && dataset.labels.length === learnedFrom.samples;
  const judged = fold ?? (isSame ? learnedFrom.heldOut : undefined);
  const rows = judged === undefined ? [...dataset.labels.keys()] : (await foldOf(dataset, folder, judged)).test;
  const test = samplesOf(dataset, 'single').forTesting(rows);
  if (test.labels.length === 0) throw new SensoriumError('E_FILE_FORMAT', 'nothing to judge', { path: folder });
  const names = description.modalities.map(({ name }) => name);
  const head = await openHead(file, path);
  try {
    const all = setsOf(names.length).length + names.length * sigmas.length;
    let done = 0;
    const ask: OpenHead['ask'] = async (...asked) => {
      const probabilities = await head.ask(...asked);
      await tell((done += 1), all);
      return probabilities;
    };
    const subsets = await askSubsets((isPresent) => ask(test, isPresent), names);
    const noise: Record<string, (Score & { readonly sigma: number })[]> = {};
    for (const modality of names) {
      noise[modality] = [];
      for (const sigma of sigmas) {
        // The same draw at every sigma: what differs between them is its size alone.
        const spoiled = stressed(test, { kind: 'noise', modality, sigma }, scalings, createRandom(seed));
        noise[modality].push({ sigma, ...scoreOf(await ask(spoiled.dataset, spoiled.isPresent), test) });
      }
    }
    const shares = shapleyPerDecision(subsets, names.length, test.classes.length);
    const report: AblationReport = {
      dataset: dataset.name,
      architecture: description.architecture,
      classes: description.classes,
      modalities: names,
      learnedFrom,
      ...(judged === undefined ? {} : { fold: judged }),
      isSeen: isSame && !isSameFold(judged, learnedFrom.heldOut),
      decisions: test.labels.length,
      perSubset: Object.fromEntries(subsets.map(({ name, probabilities }) => [name, scoreOf(probabilities, test)])),
      noise,
      contribution: shares === undefined ? {} : meanMagnitudes(shares, names),
    };
    const whole = subsets[subsets.length - 1].probabilities;
    return { report, contributions: shares === undefined ? undefined : linesOf(shares, names, whole, test) };
  } finally {
    await head.close();
  }
}

/** @throws SensoriumError E_MODEL_SHAPE where a head is not one for this data set */
function refuseOther({ classes, modalities }: HeadDescription, dataset: Dataset, path: string): void {
  const wrong = (what: string): SensoriumError => new SensoriumError('E_MODEL_SHAPE', what, { path });
  if (JSON.stringify(classes) !== JSON.stringify(dataset.classes)) {
    throw wrong(`it decides between ${classes.join(', ')}; ${dataset.name} has ${dataset.classes.join(', ')}`);
  }
  for (const { name, dims } of modalities) {
    const found = dataset.modalities.find((modality) => modality.name === name);
    if (found === undefined) throw wrong(`it takes ${name}, which ${dataset.name} has not`);
    if (found.dims !== dims) throw wrong(`it takes ${dims} numbers of ${name}, ${dataset.name} has ${found.dims}`);
  }
}

function meanMagnitudes(shares: Float64Array, names: readonly string[]): Record<string, number> {
  const sums = new Float64Array(names.length);
  shares.forEach((share, i) => (sums[i % names.length] += Math.abs(share)));
  return Object.fromEntries(names.map((name, m) => [name, percent(sums[m] / (shares.length / names.length))]));
}

function linesOf(shares: Float64Array, names: readonly string[], whole: Float32Array, test: Dataset): string {
  const classes = test.classes.length;
  const lines = Array.from(test.labels, (label, i) => {
    const row = whole.subarray(i * classes, (i + 1) * classes);
    const decided = row.indexOf(Math.max(...row));
    const own = shares.subarray(i * names.length, (i + 1) * names.length);
    return [i, label, decided, row[decided], ...Array.from(own, (share) => share.toFixed(6))].join(',');
  });
  return `${[['index', 'label', 'decided', 'p', ...names].join(','), ...lines].join('\n')}\n`;
}
