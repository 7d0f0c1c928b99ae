import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Model, ModelManifest } from '../../src/contract/index.ts';
import { loadModel } from '../../src/inference/index.ts';
import { errorOf } from '../support/code.ts';
import { fileOf, store, tinyManifest } from '../support/models.ts';

const WEIGHTS = new Uint8Array(Float32Array.of(10, 20, 30).buffer);

/** `y = x + w` as the converter of TensorFlow.js writes it. */
function graphFile(shard: string): Uint8Array {
  const shape = (...sizes: number[]) => ({ shape: { dim: sizes.map((size) => ({ size: String(size) })) } });
  const float = { type: 'DT_FLOAT' };
  const node = [
    { name: 'x', op: 'Placeholder', attr: { dtype: float, shape: shape(1, 3) } },
    { name: 'w', op: 'Const', attr: { dtype: float, value: { tensor: { dtype: 'DT_FLOAT', tensorShape: {} } } } },
    { name: 'y', op: 'AddV2', input: ['x', 'w'], attr: { T: float } },
  ];
  const tensor = (name: string) => ({
    name,
    dtype: 'DT_FLOAT',
    tensorShape: { dim: [{ size: '1' }, { size: '3' }] },
  });
  return Buffer.from(
    JSON.stringify({
      format: 'graph-model',
      modelTopology: { node, versions: { producer: 1 } },
      signature: { inputs: { x: tensor('x') }, outputs: { y: tensor('y') } },
      weightsManifest: [{ paths: [shard], weights: [{ name: 'w', shape: [3], dtype: 'float32' }] }],
    }),
  );
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-tfjs-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function load(graph: Uint8Array, changes: Partial<ModelManifest> = {}): Promise<Model> {
  store(folder, 'tiny', 'model.json', graph);
  store(folder, 'tiny', 'shard.bin', WEIGHTS);
  const files: ModelManifest['files'] = [fileOf('model.json', graph), fileOf('shard.bin', WEIGHTS)];
  return loadModel(tinyManifest(graph, { files, ...changes }), folder);
}

const x = { type: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 3) } as const;

describe('TensorFlow.js graph models', () => {
  it('run on WebAssembly', async () => {
    const model = await load(graphFile('shard.bin'));
    expect(model.execution).toMatchObject({ runtime: 'tensorflow.js', provider: 'wasm' });
    for (let i = 0; i < 3; i += 1) {
      expect((await model.run({ x })).y).toEqual({
        type: 'float32',
        shape: [1, 3],
        data: Float32Array.of(11, 22, 33),
      });
    }
    await model.close();
  });

  it.each(['other.bin', '../shard.bin', '/etc/passwd', 'https://example.org/shard.bin'])(
    'are refused when their weights lie in %j',
    async (shard) => {
      const { message } = await errorOf(load(graphFile(shard)));
      expect(message).toContain(`models.tiny.weights: expected one of ["model.json","shard.bin"], got "${shard}"`);
      expect(message).toContain('(E_MODEL_EXTERNAL)');
    },
  );

  it('are refused where they are something else', async () => {
    for (const content of ['{', 'null', '{}', '{"format":"layers-model","modelTopology":{}}']) {
      expect((await errorOf(load(Buffer.from(content)))).code).toBe('E_MODEL_FORMAT');
    }
    const inputs = [{ name: 'x', type: 'float32', shape: [1, 4] }] as const;
    expect((await errorOf(load(graphFile('shard.bin'), { inputs }))).code).toBe('E_MODEL_SHAPE');
    for (const name of ['y', 'z']) {
      const outputs = [{ name, type: 'float32', shape: [3] }] as const;
      expect((await errorOf(load(graphFile('shard.bin'), { outputs }))).code).toBe('E_MODEL_SHAPE');
    }
  });
});
