import { SensoriumError } from '../../contract/index.ts';
import { below, normal, shuffled, type Random } from '../../random/index.ts';
import { stepsOf, type Dataset, type Modality } from '../dataset/dataset.ts';
import type { Scalings } from '../dataset/scaling.ts';
import { drawPresence } from '../train/spoil.ts';

/** What is done to test samples before a head is asked. */
export type Stress =
  | { readonly kind: 'none' }
  /** Shares of samples in which one modality tells of another class, and of those in which some are noisy. */
  | { readonly kind: 'conflict'; readonly lying: number; readonly noisy: number }
  /** Every modality is gone with this probability; one stays. */
  | { readonly kind: 'missing'; readonly share: number }
  | { readonly kind: 'gone'; readonly modality: string }
  /** Gaussian noise of `sigma` training standard deviations (for vectors: of their training range) on every channel. */
  | { readonly kind: 'noise'; readonly modality: string; readonly sigma: number }
  /** One after another. */
  | { readonly kind: 'several'; readonly parts: readonly Stress[] };

/** Standard deviation of the noise in a conflict, on scaled numbers. */
const CONFLICT_SIGMA = 0.5;

/** Test samples under stress. */
export interface Stressed {
  readonly dataset: Dataset;
  /** By sample and modality. */
  readonly isPresent: (sample: number, modality: number) => boolean;
}

/**
 * `none`, `conflict`, `conflict-hard`, `missing:<share or modality>`, `noise:<modality>:<sigma>`; several joined by `+`.
 * @throws SensoriumError E_USAGE, also for a modality that the data set has not
 */
export function parseStress(text: string, dataset: Dataset): Stress {
  const parts = text.split('+').map((part) => parseOne(part, dataset));
  return parts.length === 1 ? parts[0] : { kind: 'several', parts };
}

function parseOne(text: string, { modalities }: Dataset): Stress {
  const wrong = (what: string): SensoriumError =>
    new SensoriumError('E_USAGE', `expected ${what}, got "${text}"`, { path: '--stress' });
  const known = (name: string): string => {
    if (modalities.some((modality) => modality.name === name)) return name;
    throw wrong(`a modality of ${modalities.map((modality) => modality.name).join(', ')}`);
  };
  const [kind, first = '', second = ''] = text.split(':');
  if (text === 'none') return { kind: 'none' };
  if (text === 'conflict') return { kind: 'conflict', lying: 0.4, noisy: 0.1 };
  if (text === 'conflict-hard') return { kind: 'conflict', lying: 0.5, noisy: 0.5 };
  if (kind === 'missing' && first !== '') {
    const share = Number(first);
    if (Number.isNaN(share)) return { kind: 'gone', modality: known(first) };
    if (share >= 0 && share <= 1) return { kind, share };
    throw wrong('a share of 0..1');
  }
  if (kind === 'noise' && Number(second) > 0) return { kind, modality: known(first), sigma: Number(second) };
  throw wrong('none, conflict, conflict-hard, missing:<share or modality> or noise:<modality>:<sigma>');
}

/** Puts test samples under stress. @param scalings of the head that will be asked: fitted to training samples */
export function stressed(dataset: Dataset, stress: Stress, scalings: Scalings, random: Random): Stressed {
  const count = dataset.labels.length;
  const all = (): boolean => true;
  switch (stress.kind) {
    case 'none':
      return { dataset, isPresent: all };
    case 'missing':
      return { dataset, isPresent: drawPresence(count, dataset.modalities.length, stress.share, random) };
    case 'gone': {
      const gone = dataset.modalities.findIndex(({ name }) => name === stress.modality);
      return { dataset, isPresent: (_, modality) => modality !== gone };
    }
    case 'noise': {
      const modalities = dataset.modalities.map((modality) =>
        modality.name === stress.modality ? noisy(modality, all, stress.sigma, scalings, random) : modality,
      );
      return { dataset: { ...dataset, modalities }, isPresent: all };
    }
    case 'several':
      return stress.parts.reduce<Stressed>(
        (before, part) => {
          const after = stressed(before.dataset, part, scalings, random);
          return {
            dataset: after.dataset,
            isPresent: (sample, modality) => before.isPresent(sample, modality) && after.isPresent(sample, modality),
          };
        },
        { dataset, isPresent: all },
      );
    case 'conflict':
      return { dataset: conflicting(dataset, stress, scalings, random), isPresent: all };
  }
}

function conflicting(
  dataset: Dataset,
  { lying, noisy: share }: Extract<Stress, { readonly kind: 'conflict' }>,
  scalings: Scalings,
  random: Random,
): Dataset {
  const { labels, classes } = dataset;
  const rows = [...labels.keys()];
  const many = dataset.modalities.length;
  const sources = dataset.modalities.map(() => [...rows]);
  for (const row of shuffled(random, rows).slice(0, Math.round(lying * rows.length))) {
    const next = (labels[row] + 1) % classes.length;
    const others = rows.filter((other) => labels[other] === next);
    if (others.length > 0) sources[below(random, many)][row] = others[below(random, others.length)];
  }
  const spoiled = dataset.modalities.map(() => new Uint8Array(rows.length));
  for (const row of shuffled(random, rows).slice(0, Math.round(share * rows.length))) {
    // A proper subset: at least one modality, never all.
    const some = 1 + below(random, Math.max(1, many - 1));
    for (const m of shuffled(random, spoiled.keys()).slice(0, some)) spoiled[m][row] = 1;
  }
  return {
    ...dataset,
    modalities: dataset.modalities.map((modality, m) => {
      const { starts } = modality;
      const swapped = stepsOf(
        modality,
        sources[m].map((row) => [starts[row], starts[row + 1]]),
      );
      return noisy(swapped, (row) => spoiled[m][row] === 1, CONFLICT_SIGMA, scalings, random);
    }),
  };
}

function noisy(
  modality: Modality,
  isNoisy: (row: number) => boolean,
  sigma: number,
  scalings: Scalings,
  random: Random,
): Modality {
  const { name, dims, starts, mask } = modality;
  const { unit } = scalings[name];
  const values = modality.values.slice();
  for (let row = 0; row + 1 < starts.length; row += 1) {
    if (!isNoisy(row)) continue;
    for (let step = starts[row]; step < starts[row + 1]; step += 1) {
      if (mask[step] === 0) continue;
      for (let d = 0; d < dims; d += 1) values[step * dims + d] += sigma * unit[d] * normal(random);
    }
  }
  return { ...modality, values };
}
