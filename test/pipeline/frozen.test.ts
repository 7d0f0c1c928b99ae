import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../src/frame/index.ts';
import { createFrozenDetector, MOST_EQUAL } from '../../src/pipeline/frozen.ts';

const jpeg = (data: Uint8Array): Measurement => ({ kind: 'image', encoding: 'jpeg', data });

/** A compressed picture of so many bytes. */
const bytes = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i + seed, 2_654_435_761) >>> 16) & 0xff);

describe('a camera whose picture freezes', () => {
  it('is found by the bytes of its JPEGs, which lie in memory that is used again', () => {
    const isFrozen = createFrozenDetector();
    const memory = bytes(100_000);
    for (let i = 1; i < MOST_EQUAL; i += 1) {
      expect(isFrozen(jpeg(memory))).toBe(false);
      memory.fill(0xff);
      memory.set(bytes(100_000));
    }
    expect(isFrozen(jpeg(memory))).toBe(true);
    // All that follows a pixel that differs is coded otherwise.
    memory.set(bytes(50_000, 7), 50_000);
    expect(isFrozen(jpeg(memory))).toBe(false);
  });

  it('is not suspected while its pictures differ, in bytes or in their number', () => {
    const isFrozen = createFrozenDetector();
    for (let i = 0; i < 3 * MOST_EQUAL; i += 1) {
      expect(isFrozen(jpeg(i % 3 === 0 ? bytes(40_000) : bytes(40_000 - (i % 3), i)))).toBe(false);
    }
  });

  it('is not judged by raw pixels: to look at all of them costs too much', () => {
    const isFrozen = createFrozenDetector();
    const data = bytes(640 * 480);
    const raw: Measurement = { kind: 'image', encoding: 'mono8', width: 640, height: 480, rowStride: 640, data };
    for (let i = 0; i < 2 * MOST_EQUAL; i += 1) expect(isFrozen(raw)).toBe(false);
  });
});
