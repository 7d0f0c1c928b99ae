import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/fusion/heads/index.ts';
import { FILES, encodersFiles, readEncoders, type Encoders } from '../../../src/learn/pretrain/file.ts';
import { npyOf } from '../../numpy/support/npy.ts';

const ENCODERS: Encoders = {
  description: { modalities: [{ name: 'left', dims: 2, steps: 1, encoder: { kind: 'none' } }], hidden: 3, size: 4 },
  scalings: { left: { shift: Float32Array.of(1, 2), scale: Float32Array.of(0.5, 4), unit: Float32Array.of(1, 1) } },
  parameters: new Map([
    ['left.fc1.weight', floatTensor([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))],
    ['left.fc1.bias', floatTensor([3], Float32Array.of(7, 8, 9))],
    ['left.embedding.weight', floatTensor([3, 4], new Float32Array(12))],
    ['sharpness', floatTensor([1], Float32Array.of(2))],
  ]),
  learnedFrom: { dataset: 'vectors', samples: 9, heldOut: { file: 'fold', fold: 1 } },
};

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-encoders-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function write(): void {
  for (const [file, content] of Object.entries(encodersFiles(ENCODERS))) writeFileSync(join(folder, file), content);
}

describe('files of encoders', () => {
  it('are read as they were written, without what is thrown away', async () => {
    write();
    const { description, scalings, parameters, learnedFrom } = await readEncoders(folder);
    expect({ description, scalings, learnedFrom }).toEqual({
      description: ENCODERS.description,
      scalings: ENCODERS.scalings,
      learnedFrom: ENCODERS.learnedFrom,
    });
    expect([...parameters]).toEqual([...ENCODERS.parameters].slice(0, 2));
  });

  it.each<[string, string, string | Uint8Array, string]>([
    ['what is no JSON', FILES.description, '{', 'E_MODEL_FORMAT'],
    ['what is something else', FILES.description, '{"modalities":[{"name":"left","dims":2}]}', 'E_MODEL_FORMAT'],
    ['too few numbers', FILES.numbers, npyOf([1, 2], { type: '<f4', shape: [2] }), 'E_MODEL_FORMAT'],
    ['numbers that are none', FILES.numbers, npyOf(Array(9).fill(NaN), { type: '<f4', shape: [9] }), 'E_MODEL_FORMAT'],
    ['half a file', FILES.numbers, npyOf([1, 2], { type: '<f4', shape: [9] }), 'E_FILE_DAMAGED'],
  ])('are refused: %s', async (_, file, content, code) => {
    write();
    writeFileSync(join(folder, file), content);
    await expect(readEncoders(folder)).rejects.toMatchObject({ code });
  });

  it('are missed', async () => {
    await expect(readEncoders(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'E_MODEL_MISSING' });
  });
});
