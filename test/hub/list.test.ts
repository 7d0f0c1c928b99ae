import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hubModelsIn } from '../../src/hub/index.ts';

let store: string;
beforeEach(() => (store = mkdtempSync(join(tmpdir(), 'sensorium-hub-list-'))));
afterEach(() => rmSync(store, { recursive: true }));

function folder(name: string, lock?: string): void {
  mkdirSync(join(store, name), { recursive: true });
  if (lock !== undefined) writeFileSync(join(store, name, 'sensorium.lock.json'), lock);
}

describe('models of hubs in a store', () => {
  it('are the folders with a lock file, with what is there of them', async () => {
    const unknown = { family: null, kind: null };
    const clip = { family: 'clip', kind: 'words and pictures' };
    const file = { bytes: 10, sha256: 'a'.repeat(64) };
    const lock = (...files: string[]): string =>
      JSON.stringify({ model: 'x/y', commit: 'c0ffee', files: Object.fromEntries(files.map((name) => [name, file])) });
    folder('b/whole', lock('onnx/text_model_q4.onnx', 'onnx/vision_model_q4.onnx', 'onnx/text_model.onnx'));
    writeFileSync(join(store, 'b/whole/config.json'), '{"model_type": "clip"}');
    folder('b/strange', lock('config.json'));
    writeFileSync(join(store, 'b/strange/config.json'), '{"model_type": "bert"}');
    folder('a/begun', lock('config.json'));
    folder('a/damaged', '{');
    folder('a/by-hand');
    folder('fastestdet');
    expect(await hubModelsIn(store)).toEqual([
      { name: 'a/begun', ...unknown, commit: 'c0ffee', precisions: [], bytes: 10, state: 'incomplete' },
      { name: 'a/damaged', ...unknown, commit: null, precisions: [], bytes: 0, state: 'E_MODEL_MANIFEST' },
      { name: 'b/strange', ...unknown, commit: 'c0ffee', precisions: [], bytes: 10, state: 'E_MODEL_UNKNOWN' },
      { name: 'b/whole', ...clip, commit: 'c0ffee', precisions: ['q4'], bytes: 30, state: 'ready' },
    ]);
    expect(await hubModelsIn(join(store, 'nowhere'))).toEqual([]);
  });
});
