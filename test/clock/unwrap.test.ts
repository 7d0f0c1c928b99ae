import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUnwrapper } from '../../src/clock/unwrap.ts';

describe('counter', () => {
  it.each([8, 16, 24, 32, 64] as const)('of %i bits counts on through any number of wraps', (bits) => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }),
        fc.array(fc.integer({ min: 0, max: Math.min(2 ** 14, 2 ** (bits - 1) - 1) }), { maxLength: 50 }),
        (start, steps) => {
          const unwrapper = createUnwrapper(bits);
          let raw = start;
          let expected = 0;
          let wraps = 0;
          expect(unwrapper.read(raw)).toBe(0);
          unwrapper.take(raw);
          for (const step of steps) {
            if (raw + BigInt(step) >= 1n << BigInt(bits)) wraps += 1;
            raw = BigInt.asUintN(bits, raw + BigInt(step));
            expected += step;
            expect(unwrapper.read(raw)).toBe(expected);
            unwrapper.take(raw);
          }
          expect(unwrapper.wraps()).toBe(wraps);
        },
      ),
    );
  });
});
