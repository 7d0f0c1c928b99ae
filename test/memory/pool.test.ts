import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPayloadPool } from '../../src/memory/index.ts';

describe('a pool of payloads', () => {
  it('gives out a buffer again once nobody holds it, and the step in which it was let go is over', () => {
    const pool = createPayloadPool({ bytes: 8192 });
    const first = pool.take(5000);
    expect(first?.data.length).toBe(5000);
    expect(pool.take(5000)).toBeUndefined();
    first?.retain();
    first?.release();
    pool.sweep();
    expect(pool.take(5000)).toBeUndefined();
    first?.release();
    expect(pool.take(5000)).toBeUndefined();
    pool.sweep();
    const second = pool.take(8000);
    expect(second?.data.buffer).toBe(first?.data.buffer);
    expect(pool.status()).toEqual({ bytes: 8192, slots: 1, held: 1, heldShare: 1, refused: 3 });
  });

  it('gives up free buffers for one of another size', () => {
    const pool = createPayloadPool({ bytes: 16_384 });
    for (const one of [1, 2, 3, 4].map(() => pool.take(4096))) one?.release();
    pool.sweep();
    expect(pool.take(16_000)?.data.length).toBe(16_000);
    expect(pool.status()).toMatchObject({ bytes: 16_384, slots: 1 });
    expect(pool.take(1)).toBeUndefined();
  });

  it('refuses what is larger than all of it', () => {
    expect(createPayloadPool({ bytes: 8192 }).take(8193)).toBeUndefined();
  });

  it('tells those who let go too often, or come back too late', () => {
    const pool = createPayloadPool({ bytes: 8192 });
    const one = pool.take(1);
    one?.release();
    one?.release();
    expect(() => pool.sweep()).toThrow(/once too often/);
    const other = pool.take(1);
    other?.release();
    pool.sweep();
    expect(() => other?.retain()).toThrow(/after its release/);
  });

  it('writes over what nobody holds any more, where that is asked for', () => {
    const pool = createPayloadPool({ bytes: 8192, poison: true });
    const one = pool.take(3);
    one?.data.fill(7);
    one?.release();
    expect([...(one?.data ?? [])]).toEqual([7, 7, 7]);
    pool.sweep();
    expect([...(one?.data ?? [])]).toEqual([255, 255, 255]);
  });

  it('never gives the same bytes to two, and never has more than it may', () => {
    const most = 65_536;
    fc.assert(
      fc.property(fc.array(fc.record({ size: fc.integer({ min: 1, max: 40_000 }), drop: fc.nat(5) })), (steps) => {
        const pool = createPayloadPool({ bytes: most });
        const held: { data: Uint8Array; mark: number; release: () => void }[] = [];
        steps.forEach(({ size, drop }, mark) => {
          const one = pool.take(size);
          if (one !== undefined) {
            one.data.fill(mark % 251);
            held.push({ data: one.data, mark: mark % 251, release: one.release });
          }
          for (const { data, mark: its } of held) expect(data.every((byte) => byte === its)).toBe(true);
          if (drop < held.length) held.splice(drop, 1).forEach(({ release }) => release());
          pool.sweep();
          expect(pool.status().bytes).toBeLessThanOrEqual(most);
          expect(pool.status().held).toBe(held.length);
        });
      }),
    );
  });
});
