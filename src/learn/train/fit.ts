import { createRandom } from '../../random/index.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { groupParts } from '../dataset/split.ts';
import type { HeadDescription } from '../head/description.ts';
import type { Head } from '../head/network.ts';
import { calibratedLosses, fitTemperature } from '../measure/temperature.ts';
import type { Engine } from '../tensorflow/engine.ts';
import type { EpochReport, TrainingOptions } from './options.ts';
import { lastWithinError } from './stopping.ts';
import { trainHead, type HeldOut, type Training } from './train.ts';
import { balanceVoices, withBalance, type Balance, type Heard } from './voices.ts';

/** Samples as they are learned from (many overlapping windows) and as they are judged (separate ones). */
export interface Samples {
  readonly dataset: Dataset;
  forTraining(rows: readonly number[]): Dataset;
  forJudging(rows: readonly number[]): Dataset;
}

/** How a head was chosen. */
export interface Selection {
  /** Epochs that were best on what was held out, or as good and more, and that the head was trained for. */
  readonly epochs: number;
  readonly temperature: number;
  /** Mean negative log-likelihood there, calibrated. */
  readonly heldOutLoss: number;
  /** Samples held out, all parts together. */
  readonly heldOut: number;
}

/** Told while a head is fitted. */
export interface FitReport extends EpochReport {
  /** Training from 1; the last one is the head itself. */
  readonly run: number;
  readonly runs: number;
}

/**
 * Chooses, trains and calibrates a head with training samples only. Some parts of the training groups are held out one
 * after another: the number of epochs with the least loss over them all is chosen, or more where that is a tie
 * ({@link lastWithinError}), and the temperature is fitted to what was said about them then. The head itself is trained with all training samples for that many epochs.
 * @param rows training samples of `samples.dataset`
 */
export async function fitHead(
  engine: Engine,
  description: HeadDescription,
  samples: Samples,
  rows: readonly number[],
  options: TrainingOptions,
  seed: number,
  onEpoch: (report: FitReport) => void | Promise<void> = () => undefined,
): Promise<{ readonly head: Head; readonly selection: Selection }> {
  const parts = partsOf(samples, rows, options, seed);
  const runs = parts.length + 1;
  const tell =
    (run: number) =>
    (report: EpochReport): void | Promise<void> =>
      onEpoch({ ...report, run, runs });
  const trials: { readonly training: Training; readonly heldOut: Dataset }[] = [];
  for (const part of parts) {
    const out = new Set(part);
    const heldOut = samples.forJudging(part);
    const data = samples.forTraining(rows.filter((row) => !out.has(row)));
    const run = tell(trials.length + 1);
    trials.push({ training: await trainHead(engine, description, data, options, seed, { heldOut }, run), heldOut });
  }
  const { selection, balance } = select(engine, description, trials, options);
  const data = samples.forTraining(rows);
  const stop = { epochs: selection.epochs };
  const { trained } = await trainHead(engine, description, data, options, seed, stop, tell(runs));
  const parameters = balance === undefined ? trained.parameters : withBalance(description, trained.parameters, balance);
  return { head: { ...trained, parameters, temperature: selection.temperature }, selection };
}

/** Parts that are held out, one after another. */
function partsOf(samples: Samples, rows: readonly number[], options: TrainingOptions, seed: number): number[][] {
  const { parts, partsUsed, heldOutEnough, groupsEnough } = options;
  const groups = new Set<number>();
  let held = 0;
  return groupParts(samples.dataset, rows, parts, createRandom(seed)).filter((part, i) => {
    const isWanted = groups.size < groupsEnough || (i < partsUsed && held < heldOutEnough);
    if (!isWanted) return false;
    held += samples.forJudging(part).labels.length;
    for (const row of part) groups.add(samples.dataset.groups[row]);
    return true;
  });
}

/** @returns also how single modalities are calibrated; nothing where the architecture has no such thing */
function select(
  engine: Engine,
  description: HeadDescription,
  trials: readonly { readonly training: Training; readonly heldOut: Dataset }[],
  options: TrainingOptions,
): { readonly selection: Selection; readonly balance: Balance | undefined } {
  const classes = description.classes.length;
  // Nothing could be held out (a single group): all epochs, as sure as it says.
  if (trials.length === 0) {
    return { selection: { epochs: options.epochs, temperature: 1, heldOutLoss: NaN, heldOut: 0 }, balance: undefined };
  }
  const labels = Int32Array.from(trials.flatMap(({ heldOut }) => [...heldOut.labels]));
  // A run that stopped stays where it was: its last word stands for later epochs.
  const at = (epoch: number): HeldOut[] =>
    trials.map(({ training: { held } }) => held[Math.min(epoch, held.length - 1)]);
  const logitsAt = (epoch: number): Float32Array => Float32Array.from(at(epoch).flatMap(({ logits }) => [...logits]));
  const longest = Math.max(...trials.map(({ training }) => training.held.length));
  const losses = Array.from({ length: longest }, (_, epoch) => calibratedLosses(logitsAt(epoch), labels, classes));
  const groups = Int32Array.from(trials.flatMap(({ heldOut }) => [...heldOut.groups]));
  const best = lastWithinError(losses, groups, options.tie);
  const heard = at(best).flatMap(({ voices }) => voices ?? []);
  const together = (of: (one: Heard) => Float32Array): Float32Array =>
    Float32Array.from(heard.flatMap((one) => [...of(one)]));
  const voices = { clear: together(({ clear }) => clear), noisy: together(({ noisy }) => noisy) };
  const balance =
    heard.length === 0 ? undefined : balanceVoices(engine, description, voices, labels, options.noiseShare);
  const selection = {
    epochs: best + 1,
    // One more that suits all modalities together would be wrong about fewer of them.
    temperature: balance !== undefined ? 1 : fitTemperature(logitsAt(best), labels, classes, groups),
    heldOutLoss: losses[best].reduce((sum, loss) => sum + loss, 0) / labels.length,
    heldOut: labels.length,
  };
  return { selection, balance };
}
