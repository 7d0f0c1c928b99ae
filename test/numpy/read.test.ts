import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNpy } from '../../src/numpy/read.ts';
import { npyOf } from './support/npy.ts';

describe('NumPy arrays', () => {
  it('come back as they were written, in either order and any type', () => {
    const types = fc.constantFrom('<f8', '<f4', '<i4', '<i2', '|u1', '<i8');
    fc.assert(
      fc.property(
        types,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        (type, shape, fortran, version) => {
          const count = shape.reduce((product, side) => product * side, 1);
          const values = Array.from({ length: count }, (_, i) => (i * 7) % 120);
          const array = parseNpy(npyOf(values, { type, shape, fortran, version }), 'a.npy');
          expect(array).toEqual({ type, shape, values: Float64Array.from(values) });
        },
      ),
    );
  });

  it('without any numbers are arrays', () => {
    expect(parseNpy(npyOf([], { shape: [0, 3] }), 'a.npy')).toMatchObject({
      shape: [0, 3],
      values: new Float64Array(0),
    });
  });

  const whole = npyOf([1, 2, 3, 4], { shape: [2, 2] });
  it.each([
    ['nothing', new Uint8Array(0), 'not an array of NumPy', 'E_FILE_FORMAT'],
    ['text', Buffer.from('1,2,3\n4,5,6\n'), 'not an array of NumPy', 'E_FILE_FORMAT'],
    ['a beginning', whole.subarray(0, 9), 'cut short', 'E_FILE_DAMAGED'],
    ['half a header', whole.subarray(0, 40), 'cut short within its header', 'E_FILE_DAMAGED'],
    ['all but a byte', whole.subarray(0, -1), '2 x 2 numbers need 32 bytes, 31 are there', 'E_FILE_DAMAGED'],
    ['a later version', npyOf([1], { shape: [1], version: 9 }), 'version 1, 2 or 3, got 9', 'E_FILE_FORMAT'],
    ['big-endian numbers', npyOf([1], { shape: [1], name: '>f8' }), 'got ">f8"', 'E_FILE_FORMAT'],
    ['objects', npyOf([1], { shape: [1], name: '|O' }), 'got "|O"', 'E_FILE_FORMAT'],
    ['no dimension', npyOf([1], { shape: [] }), 'got none', 'E_FILE_FORMAT'],
  ])('%s: a clear error', (_name, file, text, code) => {
    expect(() => parseNpy(file, 'a.npy')).toThrow(expect.objectContaining({ code, path: 'a.npy' }) as Error);
    expect(() => parseNpy(file, 'a.npy')).toThrow(text);
  });
});
