import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFile, ModelManifest } from '../../src/contract/index.ts';

/** Describes a file as it is. */
export function fileOf(file: string, content: Uint8Array, url = `http://127.0.0.1/${file}`): ModelFile {
  return { file, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex'), url };
}

/** A manifest of the tiny network of onnx.ts, or of another file. */
export function tinyManifest(content: Uint8Array, changes: Partial<ModelManifest> = {}): ModelManifest {
  return {
    name: 'tiny',
    task: 'adds 10, 20 and 30',
    source: 'this test',
    licence: 'Apache-2.0',
    files: [fileOf('tiny.onnx', content)],
    inputs: [{ name: 'x', type: 'float32', shape: [1, 3] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, 3] }],
    labels: [],
    preprocessing: 'none',
    ...changes,
  };
}

/** Puts a file into a store. */
export function store(folder: string, model: string, file: string, content: Uint8Array): string {
  mkdirSync(join(folder, model), { recursive: true });
  const path = join(folder, model, file);
  writeFileSync(path, content);
  return path;
}
