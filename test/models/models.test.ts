import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { models } from '../../models/index.ts';
import { fastestdet } from '../../models/fastestdet/adapter.ts';
import { yamnet } from '../../models/yamnet/adapter.ts';
import { readWav } from '../../src/cli/models/wav.ts';
import type { Detection, Model } from '../../src/contract/index.ts';
import { checkManifest, decodePicture, loadModel } from '../../src/inference/index.ts';
import { monoOf } from '../../src/perception/index.ts';
import { errorOf } from '../support/code.ts';
import { fileOf, store } from '../support/models.ts';
import { describeWithData, describeWithModels } from '../support/requirements.ts';

describe('the models of this build', () => {
  it('have manifests that say everything, and names of their own', () => {
    models.forEach(({ manifest }) => checkManifest(manifest));
    expect(new Set(models.map(({ manifest }) => manifest.name)).size).toBe(models.length);
    expect(fastestdet.manifest.labels).toHaveLength(80);
    expect(yamnet.manifest.labels).toHaveLength(521);
  });

  it('see and hear nothing in NaN', () => {
    const tensor = (shape: readonly number[], count: number) => ({
      type: 'float32' as const,
      shape,
      data: new Float32Array(count).fill(NaN),
    });
    const at = { left: 0, top: 0, scaleX: 1, scaleY: 1, width: 352, height: 352 };
    expect(fastestdet.createAdapter().interpret({ 758: tensor([1, 85, 22, 22], 85 * 484) }, at)).toEqual([]);
    expect(yamnet.createAdapter().interpret({ prediction: tensor([1, 521], 521) })).toEqual({ voice: 0, events: [] });
  });
});

describe('FastestDet', () => {
  it('decodes a cell: centre by tanh within the cell, size by sigmoid, score by objectness times class', () => {
    const data = new Float32Array(85 * 484);
    const cell = 11 * 22 + 5;
    // Column 5, row 11; half a cell right, none down; half the picture wide, a quarter high; class 2, car.
    [0.9, Math.atanh(0.5), 0, 0, Math.log(1 / 3), 0, 0, 0.8].forEach((value, c) => (data[c * 484 + cell] = value));
    const at = { left: 0, top: 0, scaleX: 352 / 704, scaleY: 1, width: 704, height: 352 };
    const [found, ...others] = fastestdet
      .createAdapter()
      .interpret({ 758: { type: 'float32', shape: [1, 85, 22, 22], data } }, at);
    expect(others).toEqual([]);
    expect(found.label).toBe('car');
    expect(found.score).toBeCloseTo(0.72, 6);
    // Pixels of the picture: centre (176, 176), 352 wide and 88 high.
    [0, 132, 352, 220].forEach((side, i) => expect(found.box[i]).toBeCloseTo(side, 3));
  });
});

describeWithModels('models from their files', (folder) => {
  let scratch: string;
  beforeEach(() => (scratch = mkdtempSync(join(tmpdir(), 'sensorium-real-'))));
  afterEach(() => rmSync(scratch, { recursive: true }));

  it('YAMNet is refused where it is cut short or of another shape', async () => {
    const [{ file }] = yamnet.manifest.files;
    const whole = readFileSync(join(folder, 'yamnet', file));
    const load = (content: Uint8Array, changes = {}): Promise<Model> => {
      store(scratch, 'yamnet', file, content);
      return loadModel({ ...yamnet.manifest, files: [fileOf(file, content)], ...changes }, scratch);
    };
    expect((await errorOf(load(whole.subarray(0, 64)))).code).toBe('E_MODEL_FORMAT');
    expect((await errorOf(load(whole.subarray(0, 1_000_000)))).code).toBe('E_MODEL_FORMAT');
    expect((await errorOf(load(Buffer.from('no TensorFlow Lite file')))).code).toBe('E_MODEL_FORMAT');
    const inputs = [{ name: 'waveform_binary', type: 'float32', shape: [1, 64, 96] }];
    expect((await errorOf(load(whole, { inputs }))).code).toBe('E_MODEL_SHAPE');
    // And the right one still loads.
    const model = await load(whole);
    expect(model.execution).toMatchObject({ runtime: 'litert', provider: 'wasm' });
    await model.close();
  });

  it('YAMNet hears what its makers hear in their own spectrogram', async () => {
    const spectrogram = readFileSync(join(folder, 'yamnet', 'yamnet_test_spectra.bin'));
    const data = new Float32Array(new Uint8Array(spectrogram).buffer);
    const model = await loadModel(yamnet.manifest, folder);
    const outputs = await model.run({ waveform_binary: { type: 'float32', shape: [1, 96, 64], data } });
    expect(yamnet.createAdapter().interpret(outputs).events[0].label).toBe('Speech');
  });

  describeWithData('on recordings', (data) => {
    /** The labels of every photograph, that anyone would name. */
    it.each([
      ['c_cat.jpg', ['cat']],
      ['c_squat.jpg', ['person']],
      ['c_face.jpg', ['person', 'person']],
      ['coco1.jpg', ['kite', 'person', 'person']],
      ['fd0.jpg', ['person', 'person']],
      ['fd1.jpg', ['bus']],
      ['fd2.jpg', ['person', 'person', 'person']],
    ])('FastestDet finds in %s %j', async (photo, obvious) => {
      const picture = await decodePicture(readFileSync(join(data, 'photos', photo)), true);
      const model = await loadModel(fastestdet.manifest, folder);
      const adapter = fastestdet.createAdapter();
      const { inputs, placement } = adapter.prepare(picture);
      const found = adapter.interpret(await model.run(inputs), placement);
      await model.close();
      const labels = found.map(({ label }) => label);
      for (const label of obvious) {
        expect(labels).toContain(label);
        labels.splice(labels.indexOf(label), 1);
      }
      expect(found.every(({ box }) => isInside(box, picture.width, picture.height))).toBe(true);
    });

    it.each([
      ['clips/arctic1.wav', 'Speech'],
      ['dry/male_1.wav', 'Speech'],
      ['clips/dog_28_16.wav', 'Dog'],
      ['dry/music_2.wav', 'Music'],
    ])('YAMNet hears in %s: %s', async (clip, label) => {
      const { sampleRate, channels, data: sound } = readWav(readFileSync(join(data, 'audio', clip)), clip);
      expect(sampleRate).toBe(yamnet.window.sampleRate);
      const samples = monoOf(sound, channels);
      const model = await loadModel(yamnet.manifest, folder);
      const adapter = yamnet.createAdapter();
      let heard = 0;
      let windows = 0;
      for (let from = 0; from + yamnet.window.samples <= samples.length; from += yamnet.window.samples) {
        const window = samples.subarray(from, from + yamnet.window.samples);
        const { events } = adapter.interpret(await model.run(adapter.prepare(window)));
        if (events.some((event) => event.label === label && event.score > 0.5)) heard += 1;
        windows += 1;
      }
      await model.close();
      expect(heard).toBeGreaterThan(windows / 2);
    });
  });
});

function isInside([left, top, right, bottom]: Detection['box'], width: number, height: number): boolean {
  return left >= 0 && top >= 0 && left < right && top < bottom && right <= width && bottom <= height;
}
