import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCaptioner, openDescriber, openTranscriber } from '../../src/hub/index.ts';
import { errorOf } from '../support/code.ts';
import { copyOf, drawn, microModel } from './support.ts';

const FP32 = { precision: 'fp32' } as const;
const goldenOf = <T>(family: string): T[] =>
  JSON.parse(readFileSync(join(microModel(family), 'golden.json'), 'utf8')) as T[];

interface Caption {
  readonly width: number;
  readonly height: number;
  readonly levels: string;
  readonly ids: number[];
  readonly text: string;
  readonly confidence: number;
}
interface Speech {
  readonly samples: number;
  readonly pitch: number;
  readonly language: string;
  readonly heard: string;
  readonly mel: number[];
  readonly ids: number[];
  readonly text: string;
  readonly confidence: number;
}

/** As the recipe sings it. */
function sung(count: number, pitch: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const t = i / 16_000;
    return 0.4 * Math.sin(2 * Math.PI * (pitch + 60 * t) * t) * (1 + 0.5 * Math.sin(2 * Math.PI * 5 * t)) * 0.66;
  });
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-sequences-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Changes a JSON file of a copy. */
function change(path: string, values: object): void {
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...values }));
}

describe('a model that says what a picture shows', () => {
  const golden = goldenOf<Caption>('vision-encoder-decoder');

  it('says the tokens that PyTorch says, from the same pixels and from pictures of any size', async () => {
    const captioner = await openCaptioner(microModel('vision-encoder-decoder'), FP32);
    for (const { width, height, levels, ids, text, confidence } of golden) {
      const data = Buffer.from(levels, 'base64');
      const exact = { width: 32, height: 32, format: 'rgb8', rowStride: 96, data } as const;
      const caption = await captioner.describe(exact, { most: 12 });
      expect([caption.ids, caption.text, caption.ended]).toEqual([ids, text, 'length']);
      expect(Math.abs(Math.log(caption.confidence as number) - Math.log(confidence))).toBeLessThan(1e-4);
      expect((await captioner.describe(drawn(width, height), { most: 12 })).ids).toEqual(ids);
    }
    await captioner.close();
  });

  it('answers as what describes, about one picture', async () => {
    const [{ text }] = golden;
    const describer = await openDescriber('', `${microModel('vision-encoder-decoder')}:fp32`);
    expect((await describer.answer('anything', [drawn(50, 40)], { most: 12 })).text).toBe(text);
    expect((await errorOf(describer.answer('anything', []))).message).toContain('expected one picture');
    await describer.close();
    expect((await errorOf(openDescriber('', microModel('whisper')))).code).toBe('E_MODEL_UNKNOWN');
  });

  it('is called off, ends in time, and says no more than it has places for', async () => {
    const captioner = await openCaptioner(microModel('vision-encoder-decoder'), FP32);
    const stop = new AbortController();
    const options = { signal: stop.signal, onToken: () => stop.abort() };
    expect((await errorOf(captioner.describe(drawn(50, 40), options))).code).toBe('E_CANCELLED');
    expect((await captioner.describe(drawn(50, 40), { deadlineMs: 0 })).ended).toBe('deadline');
    expect((await captioner.describe(drawn(50, 40), { most: 1000 })).tokens).toBeLessThanOrEqual(63);
    await captioner.close();
  });

  it.each([
    [{ encoder: { image_size: 32 } }, 'encoder: hidden_size: expected 1..16384, got nothing (E_MODEL_MANIFEST)'],
    [{ decoder_start_token_id: -1 }, 'decoder_start_token_id: expected 0..'],
    [{ decoder: { n_layer: 3, n_head: 2, n_embd: 32, n_positions: 64, vocab_size: 317 } }, 'past_key_values.2.key'],
    [{ model_type: 'clip' }, 'model_type: expected vision-encoder-decoder, got "clip" (E_MODEL_UNKNOWN)'],
  ])('is refused with %j', async (values, message) => {
    const copy = copyOf('vision-encoder-decoder', folder);
    change(join(copy, 'config.json'), values);
    expect((await errorOf(openCaptioner(copy, FP32))).message).toContain(message);
  });
});

describe('a model that writes down what is said', () => {
  const golden = goldenOf<Speech>('whisper');

  it('hears the spectrogram that PyTorch computes, and says the tokens that PyTorch says', async () => {
    const transcriber = await openTranscriber(microModel('whisper'), FP32);
    for (const { samples, pitch, language, mel, ids, text, confidence } of golden) {
      const sound = sung(samples, pitch);
      const { data } = await transcriber.spectrogram(sound.subarray(0, 48_000));
      mel.forEach((value, i) => expect(Math.abs(data[37 * i] - value)).toBeLessThan(1e-4));
      const [spoken] = await transcriber.transcribe(sound, { language, most: 12 });
      expect([spoken.ids, spoken.text, spoken.language]).toEqual([ids, text, language]);
      expect(spoken.ended).toBe(ids.length < 12 ? 'end' : 'length');
      expect(Math.abs(Math.log(spoken.confidence as number) - Math.log(confidence))).toBeLessThan(1e-3);
    }
    await transcriber.close();
  });

  it('hears which language it is, and windows one after the other', async () => {
    const transcriber = await openTranscriber(microModel('whisper'), FP32);
    for (const { samples, pitch, heard } of golden) {
      const spoken = await transcriber.transcribe(sung(samples, pitch), { most: 3 });
      expect(spoken[0].language).toBe(heard);
      expect(spoken.map(({ from }) => from)).toEqual(samples > 48_000 ? [0, 3] : [0]);
    }
    expect(await transcriber.transcribe(new Float32Array())).toEqual([]);
    await transcriber.close();
  });

  it('is called off, and takes no language that it does not know, nor what is no sound', async () => {
    const transcriber = await openTranscriber(microModel('whisper'), FP32);
    const stop = new AbortController();
    const options = { signal: stop.signal, onToken: () => stop.abort() };
    expect((await errorOf(transcriber.transcribe(sung(60_000, 300), options))).code).toBe('E_CANCELLED');
    expect((await errorOf(transcriber.transcribe(sung(10, 300), { language: 'xx' }))).message).toBe(
      'language: expected en, de, got "xx" (E_MODEL_INPUT)',
    );
    expect((await errorOf(transcriber.transcribe(Float32Array.of(0, NaN)))).code).toBe('E_MODEL_INPUT');
    await transcriber.close();
  });

  it.each([
    ['preprocessor_config.json', { n_samples: 0 }, 'n_samples: expected 160..16777216, got 0'],
    ['preprocessor_config.json', { nb_max_frames: 7 }, 'nb_max_frames: expected 300, n_samples / hop_length, got 7'],
    ['config.json', { d_model: 'wide' }, 'd_model: expected 1..16384, got "wide"'],
    ['generation_config.json', { lang_to_id: { '<|en|>': 'one' } }, 'lang_to_id: <|en|>: expected 0..'],
  ])('is refused with %s of %j', async (file, values, message) => {
    const copy = copyOf('whisper', folder);
    change(join(copy, file), values);
    expect((await errorOf(openTranscriber(copy, FP32))).message).toContain(`${file}: ${message}`);
  });
});
