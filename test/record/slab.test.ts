import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slab } from '../../src/record/slab.ts';

describe('a slab', () => {
  it('keeps what it was given, whatever comes after and whatever becomes of the original', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 9000, size: 'max' }), { maxLength: 40 });
    fc.assert(
      fc.property(messages, (given) => {
        const slab = new Slab();
        const kept = given.map((bytes) => {
          const scratch = Uint8Array.from(bytes);
          const copy = slab.keep(scratch);
          scratch.fill(0xff);
          return copy;
        });
        kept.forEach((copy, i) => expect(Buffer.compare(copy, given[i])).toBe(0));
      }),
    );
  });

  it('aligns the body of a CDR message, so that its numbers can be read in place', () => {
    const slab = new Slab();
    for (const length of [5, 12, 100, 8191, 8192, 8193, 70_000]) {
      expect((slab.keep(new Uint8Array(length)).byteOffset + 4) % 8, `${length} bytes`).toBe(0);
    }
  });

  it('holds many messages in one buffer, and large ones in their own', () => {
    const slab = new Slab();
    const small = Array.from({ length: 1000 }, () => slab.keep(new Uint8Array(300)).buffer);
    expect(new Set(small).size).toBeLessThan(10);
    const large = slab.keep(new Uint8Array(100_000));
    expect(large.buffer.byteLength).toBeLessThan(100_100);
  });
});
