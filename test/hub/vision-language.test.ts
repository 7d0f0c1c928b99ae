import { createHash } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Picture } from '../../src/contract/index.ts';
import { openVisionLanguage, type Answerer } from '../../src/hub/index.ts';
import { errorOf } from '../support/code.ts';
import { moveWeightsOut } from './external.ts';
import { copyOf, drawn, microModel } from './support.ts';

interface Golden {
  readonly pictures: readonly { readonly width: number; readonly height: number; readonly levels: string }[];
  readonly answers: readonly {
    readonly question: string;
    readonly pictures: readonly number[];
    readonly prompt: readonly number[];
    readonly ids: number[];
    readonly text: string;
    readonly confidence: number;
  }[];
}

const FAMILIES = ['llava_onevision', 'smolvlm'] as const;
const SIDES = { llava_onevision: 28, smolvlm: 32 };
const goldenOf = (family: string): Golden =>
  JSON.parse(readFileSync(join(microModel(family), 'golden.json'), 'utf8')) as Golden;

const open: Answerer[] = [];
const opened = async (folder: string, options = {}): Promise<Answerer> => {
  const model = await openVisionLanguage(folder, { precision: 'fp32', ...options });
  open.push(model);
  return model;
};
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-answers-'))));
afterEach(async () => {
  await Promise.all(open.splice(0).map((model) => model.close()));
  rmSync(folder, { recursive: true });
});

/** Already of the network's size: nothing is resized. */
function sized(levels: string, side: number): Picture {
  return { width: side, height: side, format: 'rgb8', rowStride: 3 * side, data: Buffer.from(levels, 'base64') };
}

describe.each(FAMILIES)('a %s model of the hub', (family) => {
  it('says the tokens that PyTorch says, from the same pixels and from pictures of any size', async () => {
    const golden = goldenOf(family);
    const model = await opened(microModel(family));
    for (const { question, pictures, ids, text, confidence } of golden.answers) {
      const exact = pictures.map((i) => sized(golden.pictures[i].levels, SIDES[family]));
      const answer = await model.answer(question, exact, { most: 12 });
      expect([answer.ids, answer.text, answer.ended]).toEqual([ids, text, 'length']);
      // A token's probability moves as the logits do.
      expect(Math.abs(Math.log(answer.confidence as number) - Math.log(confidence))).toBeLessThan(1e-4);
      const shown = pictures.map((i) => drawn(golden.pictures[i].width, golden.pictures[i].height));
      expect((await model.answer(question, shown, { most: 12 })).ids).toEqual(ids);
    }
  });

  it('tells what is said as it is said, and how far it has read', async () => {
    const model = await opened(microModel(family));
    const [{ question, ids }] = goldenOf(family).answers;
    const pieces: string[] = [];
    const shares: number[] = [];
    const answer = await model.answer(question, [drawn(50, 40)], {
      most: 12,
      onToken: (piece) => pieces.push(piece),
      onProgress: (share) => shares.push(share),
    });
    expect(pieces.length).toBeGreaterThan(3);
    expect(answer.text.startsWith(pieces.join('').trim())).toBe(true);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.length).toBeGreaterThanOrEqual(2);
    expect(answer.tokens).toBe(ids.length);
  });

  it('ends where the model ends it', async () => {
    const copy = copyOf(family, folder);
    const [{ question, ids }] = goldenOf(family).answers;
    writeFileSync(join(copy, 'generation_config.json'), JSON.stringify({ eos_token_id: [ids[4]] }));
    const model = await opened(copy);
    const answer = await model.answer(question, [drawn(50, 40)], { most: 12 });
    expect([answer.ids, answer.ended]).toEqual([ids.slice(0, 4), 'end']);
  });

  it('takes words that spell a sign as words', async () => {
    const model = await opened(microModel(family));
    const picture = [drawn(50, 40)];
    const plain = await model.answer('a b', picture, { most: 2 });
    for (const sign of ['<image>', '<|im_end|>', '<|IM_START|>', '<end_of_utterance>', '<fake_token_around_image>']) {
      const answer = await model.answer(`a ${sign} b`, picture, { most: 2 });
      // One token a letter or so, and no picture's worth of them.
      const more = (answer.promptTokens as number) - (plain.promptTokens as number);
      expect(more, sign).toBeGreaterThanOrEqual(sign.length - 4);
    }
  });

  it('is called off within one run of a network, and answers the next question', async () => {
    const model = await opened(microModel(family));
    const [{ question, ids }] = goldenOf(family).answers;
    const ask = async (calledOff: (stop: AbortController) => object): Promise<string> => {
      const stop = new AbortController();
      const options = { most: 12, signal: stop.signal, ...calledOff(stop) };
      return (await errorOf(model.answer(question, [drawn(50, 40)], options))).code;
    };
    let tokens = 0;
    const onToken = (stop: AbortController) => ({
      onToken: () => {
        tokens += 1;
        stop.abort();
      },
    });
    expect(await ask(onToken)).toBe('E_CANCELLED');
    expect(tokens).toBe(1);
    // While the picture is seen; what comes later never starts.
    let runs = 0;
    const onProgress = (stop: AbortController) => ({
      onProgress: () => {
        runs += 1;
        stop.abort();
      },
    });
    expect(await ask(onProgress)).toBe('E_CANCELLED');
    expect(runs).toBe(1);
    // A signal that comes from elsewhere is heard, although nothing here waits for anything.
    const later = (stop: AbortController) => {
      setImmediate(() => stop.abort());
      return {};
    };
    expect(await ask(later)).toBe('E_CANCELLED');
    expect((await model.answer(question, [drawn(50, 40)], { most: 12 })).ids).toEqual(ids);
  });

  it('ends with what has been said when its time is up', async () => {
    const model = await opened(microModel(family));
    const answer = await model.answer('why?', [drawn(50, 40)], { most: 12, deadlineMs: 0 });
    expect([answer.text, answer.ended, answer.tokens]).toEqual(['', 'deadline', 0]);
  });

  it('opens with its weights in another file, which is checked and part of what it is known by', async () => {
    const copy = copyOf(family, folder);
    const decoder = join(copy, 'onnx/decoder_model_merged.onnx');
    moveWeightsOut(decoder);
    moveWeightsOut(join(copy, 'onnx/vision_encoder.onnx'));
    const model = await opened(copy);
    const [{ question, ids }] = goldenOf(family).answers;
    expect((await model.answer(question, [drawn(50, 40)], { most: 12 })).ids).toEqual(ids);
    const data = readFileSync(`${decoder}_data`);
    data[100] ^= 1;
    writeFileSync(`${decoder}_data`, data);
    expect((await opened(copy)).sha256).not.toBe(model.sha256);
  });
});

describe('what is refused', () => {
  let model: string;
  beforeEach(() => (model = copyOf('llava_onevision', folder)));
  const at = (...names: string[]): string => join(model, ...names);
  const refusal = async (options = {}): Promise<string> =>
    (await errorOf(opened(model, options))).message.replaceAll(`${model}/`, '');
  const change = (file: string, values: object): void => {
    const before = JSON.parse(readFileSync(at(file), 'utf8')) as object;
    writeFileSync(at(file), JSON.stringify({ ...before, ...values }));
  };
  const sectionOf = (file: string, key: string): object =>
    (JSON.parse(readFileSync(at(file), 'utf8')) as Record<string, object>)[key];

  it.each(['config.json', 'tokenizer.json', 'preprocessor_config.json', 'onnx/embed_tokens.onnx'])(
    'no %s',
    async (file) => {
      rmSync(at(file));
      expect(await refusal()).toBe(`${file}: no such file (E_MODEL_MISSING)`);
    },
  );

  it('another family', async () => {
    change('config.json', { model_type: 'clip' });
    expect(await refusal()).toBe(
      'config.json: model_type: expected llava, llava_onevision, idefics3, smolvlm, qwen2_vl or qwen2_5_vl, got "clip" (E_MODEL_UNKNOWN)',
    );
  });

  it('no way to ask it', async () => {
    rmSync(at('chat_template.jinja'));
    expect(await refusal()).toBe(
      'tokenizer_config.json: chat_template: expected a template, got nothing (E_MODEL_MANIFEST)',
    );
    const answerOf = async (template: string): Promise<string> => {
      writeFileSync(at('chat_template.jinja'), template);
      return (await errorOf((await opened(model)).answer('what?', [drawn(9, 9)]))).message;
    };
    expect(await answerOf('{% for')).toMatch(/chat_template: .*\(E_MODEL_MANIFEST\)$/);
    expect(await answerOf('{{ messages[0].nothing.at_all }}')).toMatch(/chat_template: .*\(E_MODEL_MANIFEST\)$/);
    expect(await answerOf('no place for a picture')).toMatch(/expected 1 places of pictures, it has 0/);
  });

  it('a decoder of another shape than its configuration says', async () => {
    change('config.json', { text_config: { ...sectionOf('config.json', 'text_config'), num_key_value_heads: 1 } });
    expect(await refusal()).toMatch(
      /^onnx\/decoder_model_merged\.onnx: inputs\.past_key_values\.0\.key: expected float32 \[1, 1, -1, 8\], .*E_MODEL_SHAPE/,
    );
    change('config.json', { text_config: { ...sectionOf('config.json', 'text_config'), num_key_value_heads: 'two' } });
    expect(await refusal()).toBe(
      'config.json: text_config: num_key_value_heads: expected 1..256, got "two" (E_MODEL_MANIFEST)',
    );
  });

  it('weights elsewhere, by a link, cut short, or not in the lock file', async () => {
    const decoder = at('onnx/decoder_model_merged.onnx');
    const whole = readFileSync(decoder);
    for (const location of [
      '../config.json',
      '/etc/passwd',
      'vision_encoder.onnx',
      'decoder_model_merged.onnx_data_x',
      '',
    ]) {
      moveWeightsOut(decoder, location);
      expect(await refusal()).toMatch(
        /^onnx\/decoder_model_merged\.onnx: expected its weights inside or in decoder_model_merged\.onnx_data, got .*E_MODEL_EXTERNAL/,
      );
      writeFileSync(decoder, whole);
    }
    moveWeightsOut(decoder);
    const data = readFileSync(`${decoder}_data`);
    truncateSync(`${decoder}_data`, 1000);
    expect(await refusal()).toMatch(/^onnx\/decoder_model_merged\.onnx: .*\(E_MODEL_FORMAT\)$/);
    rmSync(`${decoder}_data`);
    expect(await refusal()).toBe('onnx/decoder_model_merged.onnx_data: no such file (E_MODEL_MISSING)');
    writeFileSync(at('elsewhere'), data);
    symlinkSync(at('elsewhere'), `${decoder}_data`);
    expect(await refusal()).toMatch(/_data: expected a regular file, got a symbolic link \(E_MODEL_PATH\)$/);
    rmSync(`${decoder}_data`);
    renameSync(at('elsewhere'), `${decoder}_data`);
    const files = Object.fromEntries(
      readdirSync(model, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(json|jinja|onnx)$/.test(name))
        .map((name) => {
          const content = readFileSync(at(name));
          return [name, { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }];
        }),
    );
    writeFileSync(at('sensorium.lock.json'), JSON.stringify({ model: 'a/b', commit: null, files }));
    expect(await refusal()).toContain('onnx/decoder_model_merged.onnx_data: not in the lock file');
  });

  it('what needs more memory than it may hold, what is kept of the tokens included', async () => {
    truncateSync(at('onnx/vision_encoder.onnx'), 2 ** 30);
    expect(await refusal()).toMatch(/needs \d+ MiB while it is loaded, may hold 1331 MiB; .* \(E_MODEL_SIZE\)$/);
    model = copyOf('smolvlm', join(folder, 'again'));
    const bytes = ['embed_tokens', 'vision_encoder', 'decoder_model_merged'].reduce(
      (sum, name) => sum + readFileSync(at(`onnx/${name}.onnx`)).length,
      0,
    );
    expect(await refusal({ budget: 2.5 * bytes })).toMatch(/\(E_MODEL_SIZE\)$/);
    await opened(model, { budget: 20 * bytes });
  });

  it('questions and pictures beyond all measure', async () => {
    const its = await opened(model);
    const codeOf = async (question: string, pictures: Picture[]): Promise<string> =>
      (await errorOf(its.answer(question, pictures))).code;
    expect(await codeOf('word '.repeat(10_000), [])).toBe('E_MODEL_INPUT');
    expect(
      await codeOf(
        'what?',
        Array.from({ length: 9 }, () => drawn(9, 9)),
      ),
    ).toBe('E_MODEL_INPUT');
    expect(await codeOf('what?', [{ ...drawn(9, 9), width: 0 }])).toBe('E_MODEL_INPUT');
  });
});
