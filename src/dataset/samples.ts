import { mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '../contract/index.ts';
import type { StreamId } from '../frame/index.ts';
import { createNpyWriter, NPY_HEADER, type NpyWriter } from '../numpy/write.ts';
import type { FeatureWindow } from '../perception/index.ts';

/** What the samples of a set are like. */
export interface SampleShape {
  readonly steps: number;
  /** Names of the numbers in a step, by modality. */
  readonly names: ReadonlyMap<StreamId, readonly string[]>;
}

/** Samples as they are written: on the disk, but for their labels. */
export interface SampleWriter {
  /** @param group number of the recording, from 0 on */
  add(window: FeatureWindow, label: string, group: number): void;
  /** Windows of each class so far. */
  counts(): ReadonlyMap<string, number>;
  /**
   * Ends the set.
   * @param classes in the order of their numbers
   * @param balance of no class more than so many times the windows of the rarest, evenly chosen; `undefined`: all
   * @returns windows of each class that are in the set
   */
  finish(classes: readonly string[], balance: number | undefined): Promise<Record<string, number>>;
  /** Gives it up: nothing is left. */
  abandon(): Promise<void>;
}

/** Parts that recordings are dealt to, for `--folds fold`. */
const FOLDS = 5;

/**
 * Writes samples into a folder: `<modality>.npy` [N, steps, dims] with NaN where masked, `labels.npy`, `group.npy` (recording), `order.npy`
 * (place in time) and `fold.npy` (recordings dealt to five folds). They are gathered beside and moved there when they are whole.
 * @throws SensoriumError E_FILE_WRITE, also from the calls
 */
export async function createSampleWriter(folder: string, { steps, names }: SampleShape): Promise<SampleWriter> {
  const scratch = await mkdtemp(join(folder, '.gathering-')).catch((cause: unknown) => {
    throw unwritable(folder, cause);
  });
  const sides = new Map([...names].map(([stream, all]) => [stream, [steps, all.length] as const]));
  const writers = new Map<StreamId, NpyWriter>(
    [...sides].map(([stream, its]) => [stream, createNpyWriter(join(scratch, `${stream}.npy`), '<f4', its)]),
  );
  const labels: string[] = [];
  const groups: number[] = [];

  async function finish(classes: readonly string[], balance: number | undefined): Promise<Record<string, number>> {
    for (const writer of writers.values()) writer.close();
    const rows = balance === undefined ? [...labels.keys()] : balancedRows(labels, balance);
    for (const [stream, its] of sides) {
      const path = join(scratch, `${stream}.npy`);
      if (rows.length === labels.length) await rename(path, join(folder, `${stream}.npy`));
      else await copyRows(path, join(folder, `${stream}.npy`), its, rows);
    }
    const column = (file: string, valueOf: (row: number, place: number) => number): void => {
      const writer = createNpyWriter(join(folder, file), '<i4');
      rows.forEach((row, place) => writer.append([valueOf(row, place)]));
      writer.close();
    };
    column('labels.npy', (row) => classes.indexOf(labels[row]));
    column('group.npy', (row) => groups[row]);
    column('order.npy', (_row, place) => place);
    column('fold.npy', (row) => groups[row] % FOLDS);
    await rm(scratch, { recursive: true });
    const counts = Object.fromEntries(classes.map((label) => [label, 0]));
    for (const row of rows) counts[labels[row]] += 1;
    return counts;
  }

  return {
    add(window, label, group) {
      for (const [stream, writer] of writers) {
        const part = window.sequences.get(stream);
        const [, dims] = sides.get(stream) ?? [steps, 0];
        writer.append(part === undefined ? new Float32Array(steps * dims).fill(NaN) : withHoles(part, dims));
      }
      labels.push(label);
      groups.push(group);
    },
    counts() {
      const counts = new Map<string, number>();
      for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
      return counts;
    },
    finish,
    abandon: () => rm(scratch, { recursive: true, force: true }),
  };
}

function withHoles(
  { values, mask }: { readonly values: Float32Array; readonly mask: Float32Array },
  dims: number,
): Float32Array {
  const row = Float32Array.from(values);
  mask.forEach((one, step) => {
    if (one === 0) row.fill(NaN, step * dims, (step + 1) * dims);
  });
  return row;
}

/** Rows in which no class has more than `balance` times as many as the rarest; of each class evenly over its own. */
export function balancedRows(labels: readonly string[], balance: number): number[] {
  const rows = new Map<string, number[]>();
  labels.forEach((label, row) => {
    const its = rows.get(label);
    if (its === undefined) rows.set(label, [row]);
    else its.push(row);
  });
  const most = Math.max(1, Math.round(balance * Math.min(...[...rows.values()].map(({ length }) => length))));
  const chosen = [...rows.values()].flatMap((its) =>
    its.length <= most ? its : Array.from({ length: most }, (_, i) => its[Math.floor((i * its.length) / most)]),
  );
  return chosen.sort((a, b) => a - b);
}

/** Copies rows of a file that {@link createNpyWriter} wrote. */
async function copyRows(from: string, to: string, sides: readonly number[], rows: readonly number[]): Promise<void> {
  const row = new Float32Array(sides.reduce((product, side) => product * side, 1));
  const writer = createNpyWriter(to, '<f4', sides);
  const file = await open(from);
  try {
    for (const index of rows) {
      await file.read(new Uint8Array(row.buffer), 0, row.byteLength, NPY_HEADER + index * row.byteLength);
      writer.append(row);
    }
  } finally {
    await file.close();
    writer.close();
  }
}

/** Writes `dataset.json`. */
export async function writeDescription(folder: string, description: object): Promise<void> {
  const path = join(folder, 'dataset.json');
  await writeFile(path, `${JSON.stringify(description, undefined, 2)}\n`).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
}
