import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseNpy, readNpy } from '../../src/numpy/read.ts';
import { createNpyWriter, npyFile } from '../../src/numpy/write.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-numpy-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('an array that grows on the disk', () => {
  it.each([
    ['<f4', [2, 3], 40_000],
    ['<i4', [], 70_000],
    ['<f4', [100_000], 3],
    ['<f4', [4], 0],
  ] as const)('%s with rows %j reads as it was written', async (type, sides, rows) => {
    const path = join(folder, `${sides.join('x')}-${rows}.npy`);
    const width = sides.reduce<number>((product, side) => product * side, 1);
    const writer = createNpyWriter(path, type, sides);
    const row = new Array<number>(width);
    for (let i = 0; i < rows; i += 1) {
      for (let k = 0; k < width; k += 1) row[k] = i % 3 === 2 && type === '<f4' ? NaN : i * 7 + k;
      writer.append(row);
    }
    writer.close();
    const { shape, values } = await readNpy(path);
    expect(shape).toEqual([rows, ...sides]);
    const wrong = values.findIndex((value, i) => {
      const [at, k] = [Math.floor(i / width), i % width];
      return !Object.is(value, at % 3 === 2 && type === '<f4' ? NaN : at * 7 + k);
    });
    expect(wrong).toBe(-1);
  });

  it('refuses rows of another size, and a place where nothing can be written', () => {
    const writer = createNpyWriter(join(folder, 'row.npy'), '<f4', [2]);
    expect(() => writer.append([1])).toThrow(/expected 2 numbers a row, got 1/);
    writer.close();
    expect(() => createNpyWriter(join(folder, 'no', 'folder.npy'), '<f4')).toThrow(/E_FILE_WRITE/);
  });
});

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
