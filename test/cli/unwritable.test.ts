import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, put, write } from '../../src/cli/folder.ts';
import { unwritable } from '../../src/contract/index.ts';
import { createNpyWriter } from '../../src/numpy/write.ts';

const folder = mkdtempSync(join(tmpdir(), 'unwritable-'));
const file = join(folder, 'file');
writeFileSync(file, '');
afterAll(() => rmSync(folder, { recursive: true }));

describe('what cannot be written says why', () => {
  it.each([
    ['a full disk', '/dev/full', 'no space left on device'],
    ['a folder that is not there', join(folder, 'no', 'file'), 'no such file or directory'],
    ['a folder', folder, 'illegal operation on a directory'],
    ['a file as a folder', join(file, 'x'), 'not a directory'],
  ])('%s', async (_what, path, why) => {
    await expect(write(path, 'x')).rejects.toThrow(`${path}: cannot be written: ${why} (E_FILE_WRITE)`);
  });

  it('a file of a folder, and the folder itself', async () => {
    await expect(put('/dev', 'full', 'x')).rejects.toThrow('/dev/full: cannot be written: no space left on device');
    await expect(makeFolder(join(file, 'x'))).rejects.toThrow(`${join(file, 'x')}: cannot be made: not a directory`);
  });

  it('an array on a full disk', () => {
    const rows = (): void => {
      const writer = createNpyWriter('/dev/full', '<f4');
      writer.append([1]);
      writer.close();
    };
    expect(rows).toThrow('/dev/full: cannot be written: no space left on device (E_FILE_WRITE)');
  });

  it.each([
    [new Error('of a library\n  at its place'), 'cannot be written: of a library'],
    ['a word', 'cannot be written: a word'],
  ])('of what is no error of the system the first line', (cause, what) => {
    expect(unwritable('x', cause)).toMatchObject({ what, code: 'E_FILE_WRITE', path: 'x', cause });
  });
});
