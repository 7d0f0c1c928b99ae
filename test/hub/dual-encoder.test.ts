import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Picture } from '../../src/contract/index.ts';
import { openDualEncoder } from '../../src/hub/index.ts';
import { errorOf } from '../support/code.ts';
import { onnxFile } from '../support/onnx.ts';
import { copyOf, drawn, FAMILIES, microModel } from './support.ts';

interface Golden {
  readonly texts: readonly { readonly text: string; readonly ids: number[]; readonly embedding: number[] }[];
  readonly pictures: readonly {
    readonly width: number;
    readonly height: number;
    readonly levels: string;
    readonly embedding: number[];
  }[];
}

const goldenOf = (family: string): Golden =>
  JSON.parse(readFileSync(join(microModel(family), 'golden.json'), 'utf8')) as Golden;

/** As an encoder gives it: of length 1. */
function unit(embedding: readonly number[]): number[] {
  const length = Math.hypot(...embedding);
  return embedding.map((value) => value / length);
}

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe.each(FAMILIES)('a %s model of the hub', (family) => {
  it('cuts words into the tokens that the algorithm of its paper gives', async () => {
    const encoder = await openDualEncoder(microModel(family), { precision: 'fp32' });
    for (const { text, ids } of goldenOf(family).texts) expect(Array.from(encoder.tokens(text)), text).toEqual(ids);
    await encoder.close();
  });

  it("gives PyTorch's embeddings of the same words and of the same pixels", async () => {
    const encoder = await openDualEncoder(microModel(family), { precision: 'fp32' });
    const { texts, pictures } = goldenOf(family);
    for (const { text, embedding } of texts) {
      expect(worst(await encoder.embedWords(text), unit(embedding)), text).toBeLessThan(1e-4);
    }
    for (const { levels, embedding } of pictures) {
      // Already of the network's size: nothing is resized.
      const data = new Uint8Array(Buffer.from(levels, 'base64'));
      const picture: Picture = { width: 32, height: 32, format: 'rgb8', rowStride: 96, data };
      expect(worst(await encoder.embedPicture(picture), unit(embedding))).toBeLessThan(1e-4);
    }
    await encoder.close();
  });

  it('resizes pictures as the network has learned it', async () => {
    const encoder = await openDualEncoder(microModel(family), { precision: 'fp32' });
    for (const { width, height, embedding } of goldenOf(family).pictures) {
      // A grey level where Pillow rounds the other way moves the embedding a little.
      expect(worst(await encoder.embedPicture(drawn(width, height)), unit(embedding))).toBeLessThan(1e-3);
    }
    await encoder.close();
  });

  it('takes words that spell a special token as words', async () => {
    const encoder = await openDualEncoder(microModel(family), { precision: 'fp32' });
    const special = new Set(encoder.tokens(''));
    const specials = (words: string): number => encoder.tokens(words).filter((id) => special.has(id)).length;
    for (const spelled of ['<|endoftext|>', '<|EndOfText|>', '</s>', '<pad>']) {
      expect(specials(`a red ${spelled} mug`), spelled).toBeLessThanOrEqual(specials('a red mug'));
    }
    await encoder.close();
  });

  it('is known by the content of all of its files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sensorium-hub-'));
    const copy = copyOf(family, folder);
    const hashOf = async (its: string): Promise<string> => {
      const encoder = await openDualEncoder(its, { precision: 'fp32' });
      await encoder.close();
      return encoder.sha256;
    };
    const before = await hashOf(microModel(family));
    expect(await hashOf(copy)).toBe(before);
    const path = join(copy, 'preprocessor_config.json');
    writeFileSync(path, `${readFileSync(path, 'utf8')}\n`);
    expect(await hashOf(copy)).not.toBe(before);
    rmSync(folder, { recursive: true });
  });
});

describe('what is refused', () => {
  let folder: string;
  let model: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sensorium-hub-'));
    model = copyOf('clip', folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const at = (...names: string[]): string => join(model, ...names);
  const refusal = async (options = {}): Promise<string> =>
    (await errorOf(openDualEncoder(model, { precision: 'fp32', ...options }))).message;
  /** Changes a JSON file. */
  const change = (file: string, values: object): void => {
    const before = JSON.parse(readFileSync(at(file), 'utf8')) as object;
    writeFileSync(at(file), JSON.stringify({ ...before, ...values }));
  };

  it.each([
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'preprocessor_config.json',
    'onnx/text_model.onnx',
    'onnx/vision_model.onnx',
  ])('no %s', async (file) => {
    rmSync(at(file));
    expect(await refusal()).toBe(`${at(file)}: no such file (E_MODEL_MISSING)`);
  });

  it('a precision that is not there', async () => {
    expect(await refusal({ precision: 'q4' })).toBe(`${at('onnx/text_model_q4.onnx')}: no such file (E_MODEL_MISSING)`);
  });

  it.each([
    ['config.json', { model_type: 'bert' }, 'model_type: expected clip or siglip, got "bert" (E_MODEL_UNKNOWN)'],
    ['config.json', { projection_dim: 0.5 }, 'projection_dim: expected 1..8192, got 0.5 (E_MODEL_MANIFEST)'],
    ['preprocessor_config.json', { resample: 0 }, 'resample: expected 1 (Lanczos), 2 (bilinear) or 3 (bicubic), got 0'],
    ['preprocessor_config.json', { image_mean: [1, 2] }, 'image_mean: expected 3 numbers, got [1,2]'],
    ['preprocessor_config.json', { size: { shortest_edge: 8 } }, 'size: expected at least 32'],
    ['preprocessor_config.json', { crop_size: 8 }, "crop_size: expected 32, the network's, got 8"],
    ['tokenizer.json', { model: { type: 'BPE' } }, 'not a tokenizer: '],
  ])('%s with %j', async (file, values, message) => {
    change(file, values);
    expect(await refusal()).toContain(`${at(file)}: ${message}`);
  });

  it('a description that is no JSON', async () => {
    writeFileSync(at('config.json'), '{');
    expect(await refusal()).toMatch(/config\.json: not JSON: .* \(E_MODEL_MANIFEST\)$/);
  });

  it('a network that takes or gives something else', async () => {
    writeFileSync(at('onnx/vision_model.onnx'), onnxFile());
    expect(await refusal()).toBe(
      `${at('onnx/vision_model.onnx')}: inputs: expected "pixel_values", the file has ["x"] (E_MODEL_SHAPE)`,
    );
  });

  it('embeddings of another length than the configuration says', async () => {
    change('config.json', { projection_dim: 17 });
    expect(await refusal()).toMatch(
      /text_model\.onnx: outputs\.text_embeds: expected float32 \[1, 17\], .*E_MODEL_SHAPE/,
    );
  });

  it('a network that is cut short, or is none', async () => {
    truncateSync(at('onnx/text_model.onnx'), 1000);
    expect(await refusal()).toMatch(/text_model\.onnx: .* \(E_MODEL_FORMAT\)$/);
  });

  it('weights in another file, links and a folder that leads elsewhere', async () => {
    writeFileSync(at('onnx/text_model.onnx'), onnxFile({ location: '../../secret' }));
    expect(await refusal()).toContain(
      'expected its weights inside or in text_model.onnx_data, got "../../secret" (E_MODEL_EXTERNAL)',
    );
    renameSync(at('onnx'), join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), at('onnx'));
    expect(await refusal()).toContain(`${at('onnx')}: expected a folder, got a symbolic link (E_MODEL_PATH)`);
    renameSync(at('config.json'), join(folder, 'config.json'));
    symlinkSync(join(folder, 'config.json'), at('config.json'));
    expect(await refusal()).toContain('got a symbolic link (E_MODEL_PATH)');
  });

  it('what needs more memory than it may hold, before it is read', async () => {
    truncateSync(at('onnx/vision_model.onnx'), 2 ** 31);
    expect(await refusal()).toMatch(/needs 5121 MiB while it is loaded, may hold 1331 MiB; .* \(E_MODEL_SIZE\)$/);
  });

  it('files that are not those of the lock file, or not in it', async () => {
    const lock = (files: object): void =>
      writeFileSync(at('sensorium.lock.json'), JSON.stringify({ model: 'a/b', commit: null, files }));
    const content = readFileSync(at('config.json'));
    const locked = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    lock({ 'config.json': locked });
    expect(await refusal()).toContain(`${at('tokenizer.json')}: not in the lock file`);
    lock({ 'config.json': { ...locked, bytes: 3 } });
    expect(await refusal()).toContain(`${at('config.json')}: expected 3 bytes, got ${content.length} (E_MODEL_SIZE)`);
    lock({ 'config.json': { ...locked, sha256: 'f'.repeat(64) } });
    expect(await refusal()).toMatch(/config\.json: expected sha256 ffff.* \(E_MODEL_HASH\)$/);
    lock({ 'config.json': { bytes: 3 } });
    expect(await refusal()).toContain('sensorium.lock.json: files: config.json: sha256: expected a text, got nothing');
  });

  it('words beyond all measure', async () => {
    const encoder = await openDualEncoder(model, { precision: 'fp32' });
    const { code } = await errorOf(encoder.embedWords('word '.repeat(10_000)));
    expect(code).toBe('E_MODEL_INPUT');
    await encoder.close();
  });
});
