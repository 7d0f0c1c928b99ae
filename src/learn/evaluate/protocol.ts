import { join } from 'node:path';
import { SensoriumError } from '../../contract/index.ts';
import { createRandom, shuffled } from '../../random/index.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { columnOf } from '../dataset/read.ts';
import { foldSplits, randomSplit, type Split } from '../dataset/split.ts';
import type { HeldOutFold } from '../onnx/export.ts';

/** How a data set is divided into what is learned from and what is judged. */
export type Protocol =
  /** 80 % at random to learn from, anew with every seed. */
  | { readonly kind: 'random80' }
  /** By a file of folds in the data set's folder. */
  | { readonly kind: 'folds'; readonly file: string }
  /** So many parts of whole groups, dealt at random with every seed. */
  | { readonly kind: 'groups'; readonly parts: number }
  /** Everything is learned from, another data set is judged. */
  | { readonly kind: 'test' };

/**
 * `random80`, `folds:<file>`, `groups:<K>`, `test`.
 * @throws SensoriumError E_USAGE
 */
export function parseProtocol(text: string): Protocol {
  const [, kind, value] = /^([a-z0-9]+)(?::(.+))?$/.exec(text) ?? [];
  if (kind === 'random80' && value === undefined) return { kind };
  if (kind === 'test' && value === undefined) return { kind };
  if (kind === 'folds' && value !== undefined) return { kind, file: value };
  if (kind === 'groups' && /^[1-9]\d*$/.test(value ?? '') && Number(value) > 1) return { kind, parts: Number(value) };
  throw new SensoriumError('E_USAGE', `expected random80, folds:<file>, groups:<K> or test, got "${text}"`, {
    path: '--protocol',
  });
}

/**
 * The splits of one seed. `test` has a single one, with nothing of this data set to judge.
 * @param folder the data set's
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED of a file of folds
 */
export async function splitsOf(dataset: Dataset, folder: string, protocol: Protocol, seed: number): Promise<Split[]> {
  switch (protocol.kind) {
    case 'random80':
      return [randomSplit(dataset, 0.8, createRandom(seed))];
    case 'folds':
      return foldSplits(await columnOf(folder, fileNamed(protocol.file), dataset.labels.length));
    case 'groups':
      return foldSplits(dealt(dataset, protocol.parts, seed));
    case 'test':
      return [{ train: [...dataset.labels.keys()], test: [] }];
  }
}

/**
 * `<file>:<fold>`, such as `run_fold:0`.
 * @throws SensoriumError E_USAGE
 */
export function parseFold(text: string, path: string): HeldOutFold {
  const [, file, fold] = /^(.+):(-?\d{1,9})$/.exec(text) ?? [];
  if (file !== undefined) return { file, fold: Number(fold) };
  throw new SensoriumError('E_USAGE', `expected <file>:<fold>, such as run_fold:0, got "${text}"`, { path });
}

/**
 * One fold to judge, the rest to learn from.
 * @param folder the data set's
 * @param fold `undefined`: nothing to judge
 * @throws SensoriumError E_USAGE where no sample or every sample is in the fold; E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function foldOf(dataset: Dataset, folder: string, fold: HeldOutFold | undefined): Promise<Split> {
  const count = dataset.labels.length;
  if (fold === undefined) return { train: [...dataset.labels.keys()], test: [] };
  const file = fileNamed(fold.file);
  const folds = await columnOf(folder, file, count);
  const rows = [...folds.keys()];
  const [train, test] = [true, false].map((isLearned) =>
    rows.filter((row) => (folds[row] !== fold.fold) === isLearned),
  );
  if (train.length > 0 && test.length > 0) return { train, test };
  const which = test.length === 0 ? 'no sample' : 'every sample';
  throw new SensoriumError('E_USAGE', `${which} has fold ${fold.fold}`, { path: join(folder, file) });
}

/** Whether two of them are the same samples. */
export function isSameFold(a: HeldOutFold | undefined, b: HeldOutFold | undefined): boolean {
  const bare = (file: string): string => file.replace(/\.npy$/, '');
  return a !== undefined && b !== undefined && bare(a.file) === bare(b.file) && a.fold === b.fold;
}

/** `fold` and `fold.npy` mean the same file. */
function fileNamed(file: string): string {
  return file.endsWith('.npy') ? file : `${file}.npy`;
}

function dealt({ groups }: Dataset, parts: number, seed: number): Int32Array {
  const part = new Map(shuffled(createRandom(seed), new Set(groups)).map((group, i) => [group, i % parts]));
  return groups.map((group) => part.get(group) ?? 0);
}
