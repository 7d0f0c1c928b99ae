import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../src/numpy/read.ts';
import { npyFile } from '../../src/numpy/write.ts';

describe('arrays as NumPy writes them', () => {
  it('are read as they were written', () => {
    const side = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(
        fc.array(side, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('<f8', '<f4', '<i4', '|u1'),
        (shape, type) => {
          const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 7) % 200);
          const file = npyFile(values, shape, type);
          const found = parseNpy(file, 'x');
          expect([found.type, found.shape, [...found.values]]).toEqual([type, shape, values]);
          expect((file.length - values.length * { '<f8': 8, '<f4': 4, '<i4': 4, '|u1': 1 }[type]) % 64).toBe(0);
        },
      ),
    );
  });
});
