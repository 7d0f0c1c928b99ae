import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openNpyRows } from '../../src/numpy/rows.ts';
import { npyFile } from '../../src/numpy/write.ts';
import { codeOf } from '../support/code.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'a.npy');

describe('rows of an array', () => {
  it('come back in any order', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('|u1' as const, '<u2' as const, '<i2' as const),
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
        (type, rows, sides) => {
          const width = sides.reduce((product, side) => product * side, 1);
          const values = Array.from({ length: rows * width }, (_, i) => (i * 7) % 120);
          writeFileSync(path, npyFile(values, [rows, ...sides], type));
          const array = openNpyRows(path, type, sides);
          expect(array.shape).toEqual([rows, ...sides]);
          for (let row = rows - 1; row >= 0; row -= 1) {
            expect(Array.from(array.row(row))).toEqual(values.slice(row * width, (row + 1) * width));
          }
          array.close();
        },
      ),
    );
  });

  it('are refused where the file is another, or cut short', () => {
    writeFileSync(path, npyFile([1, 2, 3, 4], [2, 2], '<i2'));
    expect(codeOf(() => openNpyRows(path, '<u2', [2]))).toBe('E_FILE_FORMAT');
    expect(codeOf(() => openNpyRows(path, '<i2', [3]))).toBe('E_FILE_FORMAT');
    expect(codeOf(() => openNpyRows(join(folder, 'none.npy'), '<i2', [2]))).toBe('E_FILE_MISSING');
    truncateSync(path, 133);
    expect(codeOf(() => openNpyRows(path, '<i2', [2]))).toBe('E_FILE_DAMAGED');
    writeFileSync(path, 'no array');
    expect(codeOf(() => openNpyRows(path, '<i2', [2]))).toBe('E_FILE_FORMAT');
  });
});
