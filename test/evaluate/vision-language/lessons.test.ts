import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../src/contract/index.ts';
import { percentTaught, taught, type Seen } from '../../../src/evaluate/vision-language/lessons.ts';
import { viewOf } from '../../../src/evaluate/vision-language/views.ts';
import { unitOf } from '../../../src/contract/index.ts';
import { createRandom } from '../../../src/random/index.ts';
import { codeOf } from '../../support/code.ts';

const DATA = { path: 'somewhere', classes: 'classes' };

/** Eight of each of some classes, each about a direction of its own; the baseline sees them all alike. */
function seenOf(classes: number, noise: number): Seen[] {
  const random = createRandom(5);
  return Array.from({ length: 8 * classes }, (_, i) => ({
    label: `class ${i % classes}`,
    id: String(i),
    world: String(i),
    known: unitOf(Float32Array.from({ length: classes }, (_, n) => (n === i % classes ? 1 : 0) + noise * random())),
    plain: Float32Array.of(1, 0),
  }));
}

describe('classes that are taught by examples', () => {
  it('are known again where they lie apart, and what was not taught is rejected', () => {
    const { cases, baseline, more } = taught(seenOf(7, 0.2), 1, DATA);
    expect([percentTaught(cases), more]).toEqual([100, { rejection: 1 }]);
    // Of five that look the same the first is taken.
    expect(baseline).toBe(20);
    expect(new Set(cases.map(({ form }) => form))).toEqual(new Set(['1 example', '5 examples']));
  });

  it('are not where nothing tells them apart', () => {
    const alike = seenOf(7, 0.2).map((its) => ({ ...its, known: its.plain }));
    const { cases, more } = taught(alike, 1, DATA);
    expect([percentTaught(cases), more]).toEqual([20, { rejection: 0.5 }]);
  });

  it('are refused where there are too few', () => {
    expect(codeOf(() => taught(seenOf(4, 0), 1, DATA))).toBe('E_USAGE');
  });
});

describe('a view of a picture', () => {
  const side = fc.integer({ min: 1, max: 30 });

  it('is a part of it, in its light or another', () => {
    fc.assert(
      fc.property(side, side, fc.integer(), fc.integer({ min: 0, max: 255 }), (width, height, seed, level) => {
        // Rows may be longer than their pixels.
        const rowStride = 3 * width + 2;
        const data = new Uint8Array(rowStride * height).fill(level);
        const picture: Picture = { width, height, format: 'rgb8', rowStride, data };
        const view = viewOf(picture, createRandom(seed));
        expect(view.width).toBeGreaterThanOrEqual(Math.max(1, Math.round(0.4 * width)));
        expect(view.width).toBeLessThanOrEqual(Math.max(1, Math.round(0.8 * width)));
        expect(view.height).toBeLessThanOrEqual(Math.max(1, Math.round(0.8 * height)));
        expect([view.rowStride, view.data.length]).toEqual([3 * view.width, 3 * view.width * view.height]);
        // One level, or that of what hides a part.
        expect(new Set([...view.data].filter((its) => its !== 128)).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });
});
