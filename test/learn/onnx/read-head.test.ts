import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SensoriumError } from '../../../src/contract/index.ts';
import { initialise } from '../../../src/learn/head/initialise.ts';
import { exportHead } from '../../../src/learn/onnx/export.ts';
import { openHead } from '../../../src/learn/onnx/open-head.ts';
import { readHead } from '../../../src/learn/onnx/read-head.ts';
import { startEngine } from '../../../src/learn/tensorflow/engine.ts';
import { describeHead as headFor } from '../../../src/learn/train/describe.ts';
import { probabilitiesOf } from '../../../src/learn/measure/temperature.ts';
import { predict } from '../../../src/learn/train/predict.ts';
import { fitScaling } from '../../../src/learn/dataset/scaling.ts';
import { createRandom } from '../../../src/random/index.ts';
import { onnxFile } from '../../support/onnx.ts';
import { vectors } from '../support/datasets.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sensorium-read-head-'));
  path = join(folder, 'head.onnx');
});
afterEach(() => rmSync(folder, { recursive: true }));

const dataset = vectors(30);
const description = headFor(dataset, { kind: 'late-attention', hidden: 8, layers: 1 });
const parameters = initialise(description, createRandom(1));
const head = { description, scalings: fitScaling(dataset), parameters, temperature: 1.3 };
const learnedFrom = { dataset: 'vectors', samples: 30, heldOut: { file: 'fold', fold: 1 } };
const content = exportHead(head, learnedFrom);

/** The same file with other words of the same length. */
function changed(from: string, to: string): Uint8Array {
  const bytes = Buffer.from(content);
  const at = bytes.indexOf(from);
  expect(at, from).toBeGreaterThan(0);
  expect(to).toHaveLength(from.length);
  bytes.write(to, at);
  return bytes;
}

describe('a head read from its file', () => {
  it('is the one that was written, and says the same', async () => {
    writeFileSync(path, content);
    const file = await readHead(path);
    expect(file).toMatchObject({ description, scalings: head.scalings, learnedFrom });
    const opened = await openHead(file, path);
    const isPresent = (sample: number, modality: number): boolean => (sample + modality) % 3 !== 0;
    const said = await opened.ask(dataset, isPresent);
    await opened.close();
    const expected = probabilitiesOf(predict(await startEngine(), head, dataset, isPresent), 3, head.temperature);
    expect(said).toHaveLength(90);
    expected.forEach((p, i) => expect(Math.abs(said[i] - p)).toBeLessThan(1e-5));
  });

  it.each([
    ['a network of something else', onnxFile(), 'E_MODEL_FORMAT', 'it does not say its description'],
    ['no head that was trained', exportHead(head), 'E_MODEL_FORMAT', 'it does not say its learnedFrom'],
    ['one cut off', content.subarray(0, content.length - 40), 'E_MODEL_FORMAT', ''],
    ['text', Buffer.from('a head, I swear'), 'E_MODEL_FORMAT', ''],
    ['nothing', new Uint8Array(), 'E_MODEL_FORMAT', 'it does not say its description'],
    ['damaged JSON', changed('{"classes":[', '{"classes":{'), 'E_MODEL_FORMAT', 'description: not JSON'],
    ['negative sizes', changed('"dims":4', '"dims":0'), 'E_MODEL_FORMAT', 'description.modalities.0: expected'],
    ['a strange scaling', changed('{"left":{"shift"', '{"lost":{"shift"'), 'E_MODEL_FORMAT', 'scalings.left: expected'],
  ])('is refused: %s', async (_, bytes, code, words) => {
    writeFileSync(path, bytes);
    const error: unknown = await readHead(path).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SensoriumError);
    expect(error).toMatchObject({ code, path });
    expect((error as SensoriumError).what).toContain(words);
  });

  it('is refused where it is missing, a folder, or larger than any head', async () => {
    await expect(readHead(path)).rejects.toMatchObject({ code: 'E_MODEL_MISSING', path });
    mkdirSync(path);
    await expect(readHead(path)).rejects.toMatchObject({ code: 'E_MODEL_PATH', path });
    rmSync(path, { recursive: true });
    writeFileSync(path, '');
    // A hole, not bytes.
    truncateSync(path, 2 ** 31);
    await expect(readHead(path)).rejects.toMatchObject({ code: 'E_MODEL_SIZE', path });
  });

  it('is refused where its network is not what it says of itself', async () => {
    writeFileSync(path, changed('"dims":6,"steps":1', '"dims":6,"steps":2'));
    const error: unknown = await readHead(path)
      .then((file) => openHead(file, path))
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'E_MODEL_SHAPE', path: `${path} inputs.right` });
  });

  it('is refused where its network gives numbers that are none', async () => {
    const broken = new Map(parameters);
    const [name, tensor] = [...broken].find(([, { shape }]) => shape.length === 2) ?? [];
    if (name === undefined || tensor === undefined) throw new Error('no weights');
    broken.set(name, { ...tensor, data: new Float32Array(tensor.data.length).fill(NaN) });
    writeFileSync(path, exportHead({ ...head, parameters: broken }, learnedFrom));
    const opened = await openHead(await readHead(path), path);
    await expect(opened.ask(dataset, () => true)).rejects.toMatchObject({ code: 'E_MODEL_RUNTIME', path });
    await opened.close();
  });

  it('is refused in one line, or works, whatever byte is wrong', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length - 1), fc.integer({ min: 0, max: 255 }), async (at, byte) => {
        const bytes = Buffer.from(content);
        bytes[at] = byte;
        writeFileSync(path, bytes);
        try {
          const file = await readHead(path);
          await (await openHead(file, path)).close();
        } catch (error) {
          expect(error).toBeInstanceOf(SensoriumError);
          expect((error as SensoriumError).code).toMatch(/^E_MODEL_/);
        }
      }),
      { numRuns: 60 },
    );
  });
});
