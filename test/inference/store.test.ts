import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelManifest } from '../../src/contract/index.ts';
import { modelFolder, readModel } from '../../src/inference/index.ts';
import { errorOf } from '../support/code.ts';
import { fileOf, store, tinyManifest } from '../support/models.ts';

const CONTENT = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-models-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const manifest = tinyManifest(CONTENT);
const read = (of: ModelManifest = manifest): Promise<{ code: string; message: string }> =>
  errorOf(readModel(folder, of));

describe('the store of models', () => {
  it('reads what the manifest says', async () => {
    store(folder, 'tiny', 'tiny.onnx', CONTENT);
    expect(await readModel(folder, manifest)).toEqual(new Map([['tiny.onnx', CONTENT]]));
  });

  it('is where SENSORIUM_MODELS says, else in the cache folder', () => {
    expect(modelFolder({ SENSORIUM_MODELS: '/m', XDG_CACHE_HOME: '/c' })).toBe('/m');
    expect(modelFolder({ XDG_CACHE_HOME: '/c' })).toBe('/c/sensorium/models');
    expect(modelFolder({})).toMatch(/\.cache\/sensorium\/models$/);
  });

  it('says what is missing, and where', async () => {
    const { code, message } = await read();
    expect(code).toBe('E_MODEL_MISSING');
    expect(message).toBe(`${join(folder, 'tiny', 'tiny.onnx')}: no such file (E_MODEL_MISSING)`);
  });

  it('refuses other content', async () => {
    const changed = CONTENT.slice();
    changed[500] ^= 1;
    store(folder, 'tiny', 'tiny.onnx', changed);
    const { code, message } = await read();
    expect(code).toBe('E_MODEL_HASH');
    expect(message).toContain(`expected sha256 ${manifest.files[0].sha256}, got `);
  });

  it.each([999, 1001])('refuses %i bytes where 1000 are said', async (length) => {
    store(folder, 'tiny', 'tiny.onnx', new Uint8Array(length));
    expect((await read()).message).toContain(`expected 1000 bytes, got ${length} (E_MODEL_SIZE)`);
  });

  it('does not read a file of many gigabytes to find that out', async () => {
    truncateSync(store(folder, 'tiny', 'tiny.onnx', CONTENT), 2 ** 38);
    expect((await read()).code).toBe('E_MODEL_SIZE');
  });

  it('refuses links, even to the right file', async () => {
    const real = store(folder, 'elsewhere', 'tiny.onnx', CONTENT);
    mkdirSync(join(folder, 'tiny'));
    symlinkSync(real, join(folder, 'tiny', 'tiny.onnx'));
    const { code, message } = await read();
    expect(code).toBe('E_MODEL_PATH');
    expect(message).toContain('symbolic link');
  });

  it('refuses a linked folder', async () => {
    store(folder, 'elsewhere', 'tiny.onnx', CONTENT);
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'tiny'));
    expect((await read()).code).toBe('E_MODEL_PATH');
  });

  it('refuses what is no file', async () => {
    mkdirSync(join(folder, 'tiny', 'tiny.onnx'), { recursive: true });
    expect((await read()).code).toBe('E_MODEL_PATH');
  });

  it.each(['../tiny.onnx', '/etc/passwd', 'a/b.onnx', '..', '.hidden.onnx', 'a\\b.onnx', '', 'a\0b.onnx', 'a..b'])(
    'refuses the file name %j',
    async (name) => {
      const { code, message } = await read(tinyManifest(CONTENT, { files: [fileOf(name, CONTENT)] }));
      expect(code).toBe('E_MODEL_PATH');
      expect(message).toContain('models.tiny.files.0.file: expected a plain name, got ');
    },
  );

  it('refuses such names of models and of shards too', async () => {
    expect((await read({ ...manifest, name: '../tiny' })).code).toBe('E_MODEL_PATH');
    const files = [manifest.files[0], fileOf('../../shard.bin', CONTENT)] as const;
    expect((await read({ ...manifest, files: [...files] })).code).toBe('E_MODEL_PATH');
  });

  it('refuses manifests that say nothing sensible', async () => {
    const [file] = manifest.files;
    const cases: Partial<ModelManifest>[] = [
      { files: [{ ...file, bytes: 0 }] },
      { files: [{ ...file, bytes: 2 ** 40 }] },
      { files: [{ ...file, sha256: 'abc' }] },
      { files: [{ ...file, url: 'file:///etc/passwd' }] },
      { inputs: [] },
      { inputs: [{ name: 'x', type: 'float32', shape: [0, 3] }] },
      { licence: '' },
    ];
    for (const changes of cases) expect((await read({ ...manifest, ...changes })).code).toBe('E_MODEL_MANIFEST');
  });
});
