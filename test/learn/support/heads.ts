import { floatTensor } from '../../../src/fusion/heads/index.ts';
import type { Batch } from '../../../src/learn/dataset/batch.ts';
import type { Scalings } from '../../../src/learn/dataset/scaling.ts';
import {
  ARCHITECTURES,
  isConversational,
  type ArchitectureKind,
  type HeadDescription,
} from '../../../src/learn/head/description.ts';
import { logSoftmax } from '../../../src/learn/head/layers.ts';
import { forward, type Head } from '../../../src/learn/head/network.ts';
import type { Ops } from '../../../src/learn/head/ops.ts';
import { placed } from '../../../src/learn/train/place.ts';
import { createRandom } from '../../../src/random/index.ts';

/** All architectures that take one sample at a time. */
export const KINDS = (Object.keys(ARCHITECTURES) as ArchitectureKind[]).filter((kind) => !isConversational({ kind }));

const LATE_BAYES = { kind: 'late-bayes', hidden: 128 } as const;

/** A small head over a vector, a sequence as it is, one with convolutions, one with statistics, and one with a spectrum too. */
export function describeHead(kind: ArchitectureKind): HeadDescription {
  return {
    classes: ['a', 'b', 'c'],
    modalities: [
      { name: 'view', dims: 5, steps: 1, encoder: { kind: 'none' } },
      { name: 'slow', dims: 2, steps: 4, encoder: { kind: 'none' } },
      {
        name: 'fast',
        dims: 3,
        steps: 17,
        encoder: {
          kind: 'convolution',
          layers: [
            { width: 6, kernel: 4, stride: 2 },
            { width: 8, kernel: 3, stride: 1 },
          ],
        },
      },
      { name: 'drive', dims: 2, steps: 9, encoder: { kind: 'statistics' } },
      {
        name: 'tone',
        dims: 2,
        steps: 27,
        encoder: {
          kind: 'spectrum',
          frame: 12,
          hop: 6,
          bands: 4,
          layers: [{ width: 5, kernel: 2, stride: 1 }],
          statistics: true,
        },
      },
    ],
    // One that has more hidden layers than it has when nobody says otherwise.
    architecture: kind === 'late-bayes' ? { ...LATE_BAYES, layers: 2 } : ARCHITECTURES[kind],
  };
}

/** Scaling that is not the identity. */
export function scalingsFor({ modalities }: HeadDescription): Scalings {
  return Object.fromEntries(
    modalities.map(({ name, dims }) => [
      name,
      {
        shift: new Float32Array(dims).map((_, i) => i / 10),
        scale: new Float32Array(dims).map((_, i) => 1 + i / 5),
        unit: new Float32Array(dims).fill(1),
      },
    ]),
  );
}

/** Samples with all kinds of holes: whole, steps missing, modalities missing, nothing at all. */
export function inputsFor({ modalities }: HeadDescription, count: number): Batch {
  const random = createRandom(count);
  const values: Batch['values'] = Object.fromEntries(
    modalities.map(({ name, dims, steps }) => {
      const data = new Float32Array(count * steps * dims).map(() => 4 * random() - 2);
      return [name, floatTensor([count, steps, dims], data)];
    }),
  );
  const masks: Batch['masks'] = Object.fromEntries(
    modalities.map(({ name, steps }, m) => {
      const data = new Float32Array(count * steps).map((_, at) => {
        const sample = Math.floor(at / steps);
        if (sample === count - 1 || sample === m + 1) return 0;
        return sample === 0 || random() < 0.7 ? 1 : 0;
      });
      return [name, floatTensor([count, steps], data)];
    }),
  );
  return { values, masks };
}

/** Cross-entropy of the class `sample % classes`. */
export function lossOf(description: HeadDescription, batch: Batch): <T>(ops: Ops<T>) => T {
  return <T>(ops: Ops<T>): T => {
    const { logits } = forward(ops, description, scalingsFor(description), placed(ops, batch));
    const classes = description.classes.length;
    const [samples, steps] = batch.masks[description.modalities[0].name].shape;
    const count = isConversational(description.architecture) ? samples * steps : samples;
    const hot = new Float32Array(count * classes).map((_, at) =>
      Math.floor(at / classes) % classes === at % classes ? -1 / count : 0,
    );
    const each = ops.mul(logSoftmax(ops, logits), ops.constant([count, classes], hot));
    return ops.reshape(ops.sum(ops.reshape(each, [-1, 1]), 0), [1]);
  };
}

/** A head with these parameters, which knows how far out what it has learned is, and how sure several are together, where it is of a kind that does. */
export function headOf(description: HeadDescription, begun: Head['parameters'], temperature = 1.7): Head {
  const parameters = new Map(begun);
  for (const name of parameters.keys()) {
    if (/\.(reach|retreat|sharpness)$/.test(name)) parameters.set(name, floatTensor([1], Float32Array.of(0.7)));
  }
  return { description, scalings: scalingsFor(description), parameters, temperature };
}
