import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseNpy } from '../../src/numpy/read.ts';
import { npyOf } from '../../src/numpy/write.ts';

it('writes arrays that read as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }), (shape) => {
      const values = Float64Array.from({ length: shape.reduce((all, side) => all * side, 1) }, (_, i) => Math.sin(i));
      const bytes = npyOf(shape, values);
      expect(parseNpy(bytes, 'made')).toEqual({ type: '<f8', shape, values });
      // The header fills whole 64 bytes, so that the numbers are aligned.
      expect((bytes.length - 8 * values.length) % 64).toBe(0);
    }),
  );
});
