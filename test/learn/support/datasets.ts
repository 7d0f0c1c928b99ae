import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../../../src/learn/dataset/dataset.ts';
import { createRandom, normal } from '../../../src/random/index.ts';
import { npyOf } from '../../numpy/support/npy.ts';

/** Vectors of two modalities around a point for each of three classes; four samples of a class are one group. */
export function vectors(count: number, seed = 1, noise = 0.3): Dataset {
  const random = createRandom(seed);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const modality = (name: string, dims: number): Dataset['modalities'][number] => ({
    name,
    dims,
    rateHz: undefined,
    starts: Int32Array.from({ length: count + 1 }, (_, i) => i),
    values: new Float32Array(count * dims).map(
      (_, at) => Math.cos(2 * labels[Math.floor(at / dims)] + (at % dims) + dims) + noise * normal(random),
    ),
    mask: new Uint8Array(count).fill(1),
  });
  return {
    name: 'vectors',
    classes: ['a', 'b', 'c'],
    labels,
    groups: labels.map((label, i) => 3 * Math.floor(i / 12) + label),
    order: labels.map((_, i) => i),
    modalities: [modality('left', 4), modality('right', 6)],
  };
}

/** Moments that two senses tell of, each in its own way; four of them are of one recording, and all of one class. */
export function moments(count: number, seed = 1): Dataset {
  const random = createRandom(seed);
  const seen = Array.from({ length: count }, () => Array.from({ length: 4 }, () => normal(random)));
  const modality = (name: string, dims: number): Dataset['modalities'][number] => ({
    name,
    dims,
    rateHz: undefined,
    starts: Int32Array.from({ length: count + 1 }, (_, i) => i),
    values: Float32Array.from(
      seen.flatMap((one) =>
        Array.from({ length: dims }, (_, d) => one[d % 4] * Math.cos(d + dims) + one[(d + 1) % 4] * Math.sin(d + dims)),
      ),
    ),
    mask: new Uint8Array(count).fill(1),
  });
  return {
    name: 'moments',
    classes: ['a', 'b'],
    labels: new Int32Array(count),
    groups: Int32Array.from({ length: count }, (_, i) => Math.floor(i / 4)),
    order: Int32Array.from({ length: count }, (_, i) => i),
    modalities: [modality('left', 6), modality('right', 8)],
  };
}

/** Sequences of two rates, 5 s each; a step's first number says which sample and step it is. */
export function sequences(labels: readonly number[]): Dataset {
  const modality = (name: string, rateHz: number): Dataset['modalities'][number] => {
    const steps = 5 * rateHz;
    return {
      name,
      dims: 1,
      rateHz,
      starts: Int32Array.from({ length: labels.length + 1 }, (_, i) => i * steps),
      values: new Float32Array(labels.length * steps).map((_, at) => at),
      mask: new Uint8Array(labels.length * steps).fill(1),
    };
  };
  return {
    name: 'sequences',
    classes: ['a', 'b'],
    labels: Int32Array.from(labels),
    groups: Int32Array.from(labels.keys()),
    order: Int32Array.from(labels.keys()),
    modalities: [modality('fast', 20), modality('slow', 10)],
  };
}

/** Writes a data set as its folder. */
export function writeDataset(
  folder: string,
  { name, classes, labels, groups, order, isConversation, modalities }: Dataset,
): void {
  mkdirSync(folder, { recursive: true });
  const files = {
    labels: 'labels.npy',
    group: 'group.npy (who it is of)',
    ...(isConversation === true ? { order: 'order.npy (place there)' } : {}),
  };
  const sides = modalities.map(({ name: key, rateHz }) => [key, rateHz === undefined ? {} : { rateHz }]);
  const description = { name, classes, modalities: Object.fromEntries(sides) as object, files };
  writeFileSync(join(folder, 'dataset.json'), JSON.stringify(description));
  const count = labels.length;
  writeFileSync(join(folder, 'labels.npy'), npyOf([...labels], { type: '|u1', shape: [count] }));
  writeFileSync(join(folder, 'group.npy'), npyOf([...groups], { type: '<i4', shape: [count] }));
  if (isConversation === true) {
    writeFileSync(join(folder, 'order.npy'), npyOf([...order], { type: '<i4', shape: [count] }));
  }
  for (const { name: key, dims, values } of modalities) {
    const steps = values.length / dims / count;
    const shape = steps === 1 ? [count, dims] : [count, steps, dims];
    writeFileSync(join(folder, `${key}.npy`), npyOf([...values], { type: '<f4', shape }));
  }
}
