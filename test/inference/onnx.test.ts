import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Model, ModelManifest, Tensor } from '../../src/contract/index.ts';
import { loadModel } from '../../src/inference/index.ts';
import { errorOf } from '../support/code.ts';
import { store, tinyManifest } from '../support/models.ts';
import { onnxFile, type OnnxChanges } from '../support/onnx.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-onnx-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts the content into the store, with a manifest that has its right size and sha256, and loads it. */
function load(content: Uint8Array, changes: Partial<ModelManifest> = {}): Promise<Model> {
  store(folder, 'tiny', 'tiny.onnx', content);
  return loadModel(tinyManifest(content, changes), folder);
}

const x: Tensor = { type: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 3) };
const tensor = (type: Tensor['type'], ...shape: number[]) => [{ name: 'x', type, shape }];

describe('ONNX models', () => {
  it.each([false, true])('run, and say what really runs them (weights in a constant: %j)', async (isConstant) => {
    const model = await load(onnxFile({ isConstant }));
    expect((await model.run({ x })).y).toEqual({ type: 'float32', shape: [1, 3], data: Float32Array.of(11, 22, 33) });
    expect(model.execution).toMatchObject({ runtime: 'onnxruntime', provider: 'cpu', threads: 1 });
    expect(model.execution.version).toMatch(/^\d+\.\d+\.\d+/);
    await model.close();
    await model.close();
  });

  it('pass over execution providers that are not there, and say so', async () => {
    const content = onnxFile();
    store(folder, 'tiny', 'tiny.onnx', content);
    const model = await loadModel(tinyManifest(content), folder, { providers: ['no-such-provider'], threads: 2 });
    expect(model.execution).toMatchObject({ provider: 'cpu', threads: 2 });
  });

  it.each([
    ['shape', { inputs: tensor('float32', 1, 4) }, 'inputs.x: expected float32 [1, 4], the file has float32 [1, 3]'],
    ['rank', { inputs: tensor('float32', 3) }, 'inputs.x: expected float32 [3], the file has float32 [1, 3]'],
    ['type', { inputs: tensor('uint8', 1, 3) }, 'inputs.x: expected uint8 [1, 3], the file has float32 [1, 3]'],
    ['name', { outputs: [{ name: 'z', type: 'float32', shape: [1, 3] }] }, 'outputs: expected "z", the file has ["y"]'],
  ] satisfies [string, Partial<ModelManifest>, string][])('are refused for another %s', async (_, changes, line) => {
    const { message } = await errorOf(load(onnxFile(), changes));
    expect(message).toBe(`models.tiny.${line} (E_MODEL_SHAPE)`);
  });

  it('let a manifest leave a dimension open', async () => {
    const model = await load(onnxFile(), { inputs: tensor('float32', -1, 3) });
    expect((await model.run({ x })).y.data).toEqual(Float32Array.of(11, 22, 33));
  });

  it.each(['/etc/passwd', '../../outside.bin', 'weights.bin', ''])(
    'are refused when their weights lie in %j, also where the file is there',
    async (location) => {
      writeFileSync(join(folder, 'weights.bin'), new Uint8Array(12));
      store(folder, 'tiny', 'weights.bin', new Uint8Array(12));
      for (const changes of [{ location }, { location, isConstant: true }] satisfies OnnxChanges[]) {
        const { message } = await errorOf(load(onnxFile(changes)));
        expect(message).toBe(
          `models.tiny.tiny.onnx: expected its weights inside, got ${JSON.stringify(location)} (E_MODEL_EXTERNAL)`,
        );
      }
    },
  );

  it('are refused where they are damaged, wherever they end', async () => {
    const whole = onnxFile();
    for (let length = 1; length < whole.length; length += 7) {
      const { code, message } = await errorOf(load(whole.slice(0, length)));
      expect(['E_MODEL_FORMAT', 'E_MODEL_SHAPE'], `${length} bytes: ${message}`).toContain(code);
      expect(message.split('\n')).toHaveLength(1);
    }
    const { code } = await errorOf(load(Uint8Array.from({ length: 500 }, (_, i) => (i * 97) % 256)));
    expect(code).toBe('E_MODEL_FORMAT');
  });

  it('refuse inputs that are not what the manifest says', async () => {
    const model = await load(onnxFile());
    const wrong: Record<string, Tensor>[] = [
      {},
      { x: { ...x, shape: [1, 4] } },
      { x: { ...x, type: 'int32' } },
      { x: { ...x, data: Float32Array.of(1) } },
    ];
    for (const inputs of wrong) expect((await errorOf(model.run(inputs))).code).toBe('E_MODEL_INPUT');
  });

  it('take tensors in shared memory', async () => {
    const data = new Float32Array(new SharedArrayBuffer(12));
    data.set([1, 2, 3]);
    const model = await load(onnxFile());
    expect((await model.run({ x: { ...x, data } })).y.data).toEqual(Float32Array.of(11, 22, 33));
  });

  it('keep running while another one is refused', async () => {
    const running = await load(onnxFile());
    expect((await errorOf(load(Uint8Array.of(1, 2, 3)))).code).toBe('E_MODEL_FORMAT');
    expect((await errorOf(load(onnxFile(), { inputs: tensor('float32', 2) }))).code).toBe('E_MODEL_SHAPE');
    expect((await errorOf(load(onnxFile({ location: '../x' })))).code).toBe('E_MODEL_EXTERNAL');
    expect((await running.run({ x })).y.data).toEqual(Float32Array.of(11, 22, 33));
  });

  it('give NaN for NaN, and go on', async () => {
    const model = await load(onnxFile());
    const { y } = await model.run({ x: { ...x, data: Float32Array.of(NaN, 2, 3) } });
    expect(y.data).toEqual(Float32Array.of(NaN, 22, 33));
    expect((await model.run({ x })).y.data).toEqual(Float32Array.of(11, 22, 33));
  });
});
