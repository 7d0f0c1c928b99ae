import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCaptioner, openDualEncoder, openTranscriber, openVisionLanguage } from '../../src/hub/index.ts';
import { quantiseFile } from '../../src/learn/onnx/quantise-file.ts';
import { onnxFile } from '../support/onnx.ts';
import { moveWeightsOut } from '../hub/external.ts';
import { copyOf, drawn } from '../hub/support.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-quantise-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const NOTHING = (): Uint8Array => {
  throw new Error('nothing lies beside it');
};

/** Writes the 8-bit network beside each of these. */
function quantise(model: string, ...networks: string[]) {
  return networks.map((network) => {
    const before = readFileSync(join(model, 'onnx', `${network}.onnx`));
    const its = quantiseFile(before, (location) => readFileSync(join(model, 'onnx', basename(location))));
    writeFileSync(join(model, 'onnx', `${network}_quantized.onnx`), its.content);
    return { ...its, share: its.content.length / before.length };
  });
}

describe('rounding the matrices of a network to 8 bits', () => {
  it('makes a dual encoder smaller, and its embeddings lie where they lay', async () => {
    const model = copyOf('clip', folder);
    for (const { rounded, share } of quantise(model, 'text_model', 'vision_model')) {
      expect(rounded).toBeGreaterThanOrEqual(4);
      expect(share).toBeLessThan(0.9);
    }
    const [whole, small] = [await openDualEncoder(model, { precision: 'fp32' }), await openDualEncoder(model)];
    const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
    for (const words of ['a red mug', 'the blue box beside the door', '']) {
      expect(cosine(await whole.embedWords(words), await small.embedWords(words))).toBeGreaterThan(0.99);
    }
    const picture = drawn(50, 40);
    expect(cosine(await whole.embedPicture(picture), await small.embedPicture(picture))).toBeGreaterThan(0.99);
    await Promise.all([whole.close(), small.close()]);
  });

  it('goes into branches, and brings weights in that lie in another file', async () => {
    const model = copyOf('whisper', folder);
    moveWeightsOut(join(model, 'onnx/decoder_model_merged.onnx'));
    quantise(model, 'encoder_model', 'decoder_model_merged');
    const small = await openTranscriber(model);
    const [{ ids }] = await small.transcribe(new Float32Array(16_000).fill(0.1), { most: 4 });
    expect(ids?.length).toBeGreaterThan(0);
    await small.close();
  });

  it('opens what answers and what says what a picture shows', async () => {
    const answers = copyOf('smolvlm', folder);
    quantise(answers, 'embed_tokens', 'vision_encoder', 'decoder_model_merged');
    const answerer = await openVisionLanguage(answers);
    expect((await answerer.answer('what?', [drawn(50, 40)], { most: 3 })).tokens).toBe(3);
    await answerer.close();
    const captions = copyOf('vision-encoder-decoder', folder);
    quantise(captions, 'encoder_model', 'decoder_model_merged');
    const captioner = await openCaptioner(captions);
    expect((await captioner.describe(drawn(50, 40), { most: 3 })).tokens).toBe(3);
    await captioner.close();
  });

  it('leaves what has no such matrix as it is', () => {
    const content = onnxFile();
    expect(quantiseFile(content, NOTHING)).toEqual({ content: Buffer.from(content), rounded: 0, kept: 0 });
  });

  it('refuses what is no network, in a word and in no endless work', () => {
    const whole = onnxFile();
    expect(() => quantiseFile(new Uint8Array(), NOTHING)).toThrow('expected a graph, got none');
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const damaged = Uint8Array.from(whole);
        damaged[at] = byte;
        try {
          quantiseFile(damaged, NOTHING);
        } catch (error) {
          expect((error as Error).message).toMatch(/./);
          expect(error).not.toBeInstanceOf(TypeError);
        }
      }),
    );
  });
});
