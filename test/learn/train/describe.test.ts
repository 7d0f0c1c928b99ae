import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/learn/dataset/dataset.ts';
import type { Encoder } from '../../../src/learn/head/description.ts';
import { initialise } from '../../../src/learn/head/initialise.ts';
import { describeHead } from '../../../src/learn/train/describe.ts';
import { createRandom } from '../../../src/random/index.ts';
import { vectors } from '../support/datasets.ts';

/** One sequence of two numbers a step. */
function sequence(steps: number, rateHz: number | undefined): Dataset {
  const dims = 2;
  const starts = Int32Array.of(0, steps);
  const values = new Float32Array(steps * dims);
  const mask = new Uint8Array(steps).fill(1);
  return { ...vectors(1), modalities: [{ name: 'signal', dims, rateHz, starts, values, mask }] };
}

function encoderOf(steps: number, rateHz?: number): Encoder {
  return describeHead(sequence(steps, rateHz), { kind: 'early', hidden: 4 }).modalities[0].encoder;
}

describe('encoders', () => {
  it('of signals tell their spectrum, over half of a sequence at once', () => {
    expect(encoderOf(85, 50)).toEqual({
      kind: 'spectrum',
      frame: 42,
      hop: 21,
      bands: 24,
      layers: [],
      statistics: true,
    });
    expect(encoderOf(26, 15)).toMatchObject({ kind: 'spectrum', frame: 12, hop: 6 });
  });

  it('of long signals look at moments, and at how these follow each other', () => {
    const encoder = encoderOf(8000, 8000);
    expect(encoder).toMatchObject({ kind: 'spectrum', frame: 256, hop: 128 });
    expect(encoder.kind === 'spectrum' && encoder.layers.length).toBe(3);
  });

  it('of other sequences are convolutions, and of signals too short to oscillate statistics', () => {
    expect(encoderOf(85).kind).toBe('convolution');
    expect(encoderOf(11, 6.5)).toEqual({ kind: 'statistics' });
    expect(encoderOf(7, 6.5).kind).toBe('none');
    expect(encoderOf(1).kind).toBe('none');
  });

  it('fit sequences of any length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.boolean(), (steps, isSignal) => {
        const dataset = sequence(steps, isSignal ? 10 : undefined);
        const description = describeHead(dataset, { kind: 'early', hidden: 4 });
        expect(initialise(description, createRandom(1)).size).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});
