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
});

/** Whether so many of them in a row are taken for frozen. */
const isFrozenAfter = (count: number, make: (i: number) => Measurement): boolean => {
  const isFrozen = createFrozenDetector();
  return Array.from({ length: count }, (_, i) => isFrozen(make(i))).some((is) => is);
};
const raw = (data: Uint8Array): Measurement => ({
  kind: 'image',
  encoding: 'mono8',
  width: 64,
  height: 48,
  rowStride: 64,
  bigEndian: false,
  data,
});
const depth = (data: Uint16Array): Measurement => ({ kind: 'depth', width: 64, height: 48, scale: 0.001, data });
const cloud = (data: Uint8Array): Measurement => ({
  kind: 'cloud',
  width: data.length / 16,
  height: 1,
  fields: [],
  pointStride: 16,
  rowStride: data.length,
  bigEndian: false,
  dense: true,
  data,
});
const sound = (data: Int16Array): Measurement => ({ kind: 'audio', sampleRate: 16_000, channels: 1, data, missing: 0 });
const imu = (x: number): Measurement => ({
  kind: 'imu',
  angularVelocity: [0, x, 0],
  linearAcceleration: [0, 0, 9.8],
  orientation: [1, 0, 0, 0],
});

describe('what freezes', () => {
  // The last argument makes content of a seed: that of one seed is frozen, that of another each time is not.
  it.each<[string, (seed: number) => Measurement]>([
    ['an IMU', imu],
    ['a magnetometer', (seed) => ({ kind: 'magneticField', field: [2e-5, seed * 1e-9, -4e-5] })],
    ['a raw picture', (seed) => raw(bytes(64 * 48, seed))],
    ['depth', (seed) => depth(new Uint16Array(bytes(2 * 64 * 48, seed).buffer))],
    ['a cloud', (seed) => cloud(bytes(16 * 300, seed))],
    ['sound', (seed) => sound(new Int16Array(bytes(640, seed).buffer))],
  ])('is found: %s', (_, make) => {
    expect(isFrozenAfter(MOST_EQUAL - 1, () => make(1))).toBe(false);
    expect(isFrozenAfter(MOST_EQUAL, () => make(1))).toBe(true);
    expect(isFrozenAfter(2 * MOST_EQUAL, (i) => make(i))).toBe(false);
  });

  it.each<[string, Measurement]>([
    ['an orientation alone', { kind: 'imu', orientation: [1, 0, 0, 0] }],
    ['wheels', { kind: 'odometry', childFrameId: 'base', twist: { linear: [0, 0, 0], angular: [0, 0, 0] } }],
    ['a fix', { kind: 'fix', latitude: 48, longitude: 9, quality: 'fix', service: 1 }],
    ['a thermometer', { kind: 'scalar', quantity: 'temperature', value: 293 }],
    ['the dark', raw(new Uint8Array(64 * 48))],
    ['depth of nothing', depth(new Uint16Array(64 * 48))],
    ['a cloud without points', cloud(new Uint8Array())],
    ['digital silence', sound(new Int16Array(320))],
  ])('may well rest: %s', (_, measurement) => {
    expect(isFrozenAfter(3 * MOST_EQUAL, () => measurement)).toBe(false);
  });
});
