import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Model, Tensors } from '../../../src/contract/index.ts';
import { floatTensor } from '../../../src/fusion/heads/index.ts';
import { loadModel } from '../../../src/inference/index.ts';
import { initialise } from '../../../src/learn/head/initialise.ts';
import type { Head } from '../../../src/learn/head/network.ts';
import { exportHead, maskName, portsOf, type Numbers } from '../../../src/learn/onnx/export.ts';
import { createGraphBuilder } from '../../../src/learn/onnx/ops.ts';
import { quantised } from '../../../src/learn/onnx/quantise.ts';
import { createRandom } from '../../../src/random/index.ts';
import { store, tinyManifest } from '../../support/models.ts';
import { KINDS, describeHead, headOf, inputsFor } from '../support/heads.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-int8-'))));
afterEach(() => rmSync(folder, { recursive: true }));

async function load(head: Head, numbers: Numbers): Promise<{ readonly model: Model; readonly bytes: number }> {
  const content = exportHead(head, undefined, numbers);
  store(folder, 'tiny', 'tiny.onnx', content);
  return {
    model: await loadModel(tinyManifest(content, portsOf(head.description)), folder),
    bytes: content.length,
  };
}

describe('heads whose matrices are rounded to 8 bits', () => {
  it.each(KINDS)('%s: probabilities move by less than a twentieth, and the file is smaller', async (kind) => {
    const description = describeHead(kind);
    const head = headOf(description, initialise(description, createRandom(5)));
    const { values, masks } = inputsFor(description, 9);
    const inputs: Tensors = {
      ...values,
      ...Object.fromEntries(Object.entries(masks).map(([name, mask]) => [maskName(name), mask])),
    };
    const [whole, coarse] = [await load(head, 'float32'), await load(head, 'int8')];
    const [before, after] = [await whole.model.run(inputs), await coarse.model.run(inputs)];
    const moved = Array.from(after['probabilities'].data, (value, i) =>
      Math.abs(Number(value) - Number(before['probabilities'].data[i])),
    );
    expect(Math.max(...moved)).toBeLessThan(0.05);
    expect(Math.max(...moved)).toBeGreaterThan(0);
    expect(coarse.bytes).toBeLessThan(whole.bytes);
    await whole.model.close();
    await coarse.model.close();
  });
});

describe('quantised', () => {
  const random = createRandom(3);
  const matrix = (rows: number, columns: number): ReturnType<typeof floatTensor> =>
    floatTensor(
      [rows, columns],
      new Float32Array(rows * columns).map((_, i) => (i % columns) * (random() - 0.5)),
    );

  it('keeps every weight within half a step of its column, and what is small as it is', () => {
    const parameters = new Map([
      ['large', matrix(64, 20)],
      ['small', matrix(4, 4)],
    ]);
    const builder = createGraphBuilder(parameters);
    const { ops } = builder;
    for (const name of parameters.keys()) ops.matMul('x', ops.parameter(name, [], { kind: 'constant', value: 0 }));
    const graph = quantised({ nodes: builder.nodes, initializers: builder.initializers }, parameters);
    const kinds = graph.nodes.map(({ opType }) => opType);
    expect(kinds).toEqual(['DynamicQuantizeLinear', 'MatMulInteger', 'Cast', 'Mul', 'Mul', 'MatMul']);
    const bytesOf = (name: string): Uint8Array =>
      graph.initializers.find((one) => one.name === name)?.rawData.slice() ?? new Uint8Array();
    expect(graph.initializers.some(({ name }) => name === 'large')).toBe(false);
    expect(bytesOf('small')).toHaveLength(64);
    const whole = new Int8Array(bytesOf('large.int8').buffer);
    const scale = new Float32Array(bytesOf('large.scale').buffer);
    expect(scale[0]).toBeGreaterThan(0);
    parameters.get('large')?.data.forEach((value, i) => {
      const step = scale[i % 20];
      expect(Math.abs(whole[i] * step - value)).toBeLessThanOrEqual(0.5001 * step);
      expect(whole[i]).toBeGreaterThanOrEqual(-127);
    });
  });
});
