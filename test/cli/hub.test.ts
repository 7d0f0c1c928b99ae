import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drawn, microModel } from '../hub/support.ts';
import { sensorium } from '../support/program.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-hub-cli-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const ID = 'robots/clip';
const cosine = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i], 0) / Math.hypot(...a) / Math.hypot(...b);

describe('models of a hub from the command line', () => {
  it('are pulled and rank pictures by words', async () => {
    const env = { SENSORIUM_MODELS: join(folder, 'store') };
    const pull = ['models', 'pull', ID, '--dtype', 'fp32', '--from', microModel('clip')];
    const pulled = await sensorium([...pull, '--json'], env);
    expect([pulled.exitCode, pulled.stderr]).toEqual([0, '']);
    const { files } = JSON.parse(pulled.stdout) as { files: { model: string; how: string }[] };
    expect(files.map(({ model, how }) => [model, how])).toEqual(Array(6).fill([ID, 'copied']));
    expect((await sensorium(pull, env)).stdout).toMatch(/^(already there: .*\n?){6}$/);

    const listed = await sensorium(['models', 'list'], env);
    expect(listed.stdout).toMatch(/\nrobots\/clip +clip +words and pictures +ready +0\.3 MB +fp32$/);

    const golden = JSON.parse(readFileSync(join(microModel('clip'), 'golden.json'), 'utf8')) as {
      texts: { text: string; embedding: number[] }[];
      pictures: { width: number; height: number; embedding: number[] }[];
    };
    const pictures = join(folder, 'pictures');
    mkdirSync(pictures);
    writeFileSync(join(pictures, 'broken.jpg'), 'no picture');
    for (const { width, height } of golden.pictures) {
      const { data } = drawn(width, height);
      await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toFile(join(pictures, `${width}x${height}.png`));
    }
    const [{ text, embedding }] = golden.texts;
    const wanted = golden.pictures
      .map((its) => ({ file: `${its.width}x${its.height}.png`, similarity: cosine(embedding, its.embedding) }))
      .sort((a, b) => b.similarity - a.similarity);
    const args = ['find', text, '--in', pictures, '--model', `${ID}:fp32`];
    const { exitCode, stdout } = await sensorium([...args, '--json'], env);
    expect(exitCode).toBe(0);
    const answer = JSON.parse(stdout) as { family: string; found: typeof wanted; refused: { file: string }[] };
    expect(answer.family).toBe('clip');
    expect(answer.found.map(({ file }) => file)).toEqual(wanted.map(({ file }) => file));
    answer.found.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(wanted[i].similarity, 3));
    expect(answer.refused.map(({ file }) => file)).toEqual(['broken.jpg']);
    const words = await sensorium([...args, '--top', '1'], env);
    expect(words.stdout).toBe(`similarity  picture\n${wanted[0].similarity.toFixed(3).padEnd(10)}  ${wanted[0].file}`);
    expect(words.stderr).toMatch(/broken\.jpg: not a picture: .* \(E_MODEL_INPUT\)\n$/);
  });

  it('answer questions about pictures', async () => {
    const env = { SENSORIUM_MODELS: join(folder, 'store') };
    const id = 'robots/smol';
    const pull = ['models', 'pull', id, '--dtype', 'fp32', '--from', microModel('smolvlm')];
    expect((await sensorium(pull, env)).exitCode).toBe(0);
    expect((await sensorium(['models', 'list'], env)).stdout).toMatch(/\nrobots\/smol +smolvlm +answers +ready /);
    const golden = JSON.parse(readFileSync(join(microModel('smolvlm'), 'golden.json'), 'utf8')) as {
      answers: { question: string; pictures: number[]; ids: number[] }[];
      pictures: { width: number; height: number }[];
    };
    const { question, pictures, ids } = golden.answers[2];
    const files = pictures.map((i) => join(folder, `${i}.png`));
    for (const [i, file] of files.entries()) {
      const { width, height } = golden.pictures[pictures[i]];
      await sharp(drawn(width, height).data, { raw: { width, height, channels: 3 } })
        .png()
        .toFile(file);
    }
    const args = ['ask', question, ...files.flatMap((file) => ['--image', file]), '--model', `${id}:fp32`];
    const { exitCode, stdout } = await sensorium([...args, '--most', '12', '--json'], env);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      question,
      ids,
      tokens: 12,
      ended: 'length',
      boxes: [],
      senses: [
        ...files.map((input) => ({ sense: 'sight', state: 'well', input })),
        { sense: 'hearing', state: 'gone' },
      ],
      provenance: { model: `${id}:fp32`, name: 'smolvlm' },
    });
    const words = await sensorium([...args, '--most', '2'], env);
    expect(words.stderr).toBe('it broke off after 2 tokens; --most allows more\n');
    const none = await sensorium(['ask', 'what?', '--model', id, '--image', join(folder, 'none.png')], env);
    expect([none.exitCode, none.stderr]).toEqual([
      66,
      `${join(folder, 'none.png')}: cannot be read (E_FILE_MISSING)\n`,
    ]);
    const nobody = await sensorium(['ask', 'what?', '--image', files[0], '--model', 'http://127.0.0.1:9/v1'], env);
    expect([nobody.exitCode, nobody.stderr]).toEqual([
      69,
      'http://127.0.0.1:9/v1/chat/completions: cannot be asked: connect ECONNREFUSED 127.0.0.1:9 (E_CONNECT)\n',
    ]);
  });

  it('become 8 bits, which are locked and open as others do', async () => {
    const env = { SENSORIUM_MODELS: join(folder, 'store') };
    await sensorium(['models', 'pull', ID, '--dtype', 'fp32', '--from', microModel('clip')], env);
    const made = await sensorium(['models', 'quantize', ID, '--json'], env);
    expect([made.exitCode, made.stderr]).toEqual([0, '']);
    const { networks, comparison } = JSON.parse(made.stdout) as {
      networks: { network: string; before: number; after: number; rounded: number }[];
      comparison: { cosine: number; ms: { fp32: number; q8: number } };
    };
    expect(networks.map(({ network }) => network)).toEqual(['text_model', 'vision_model']);
    for (const { before, after, rounded } of networks) {
      expect(after).toBeLessThan(before);
      expect(rounded).toBeGreaterThan(0);
    }
    expect(comparison.cosine).toBeGreaterThan(0.99);
    expect((await sensorium(['models', 'list'], env)).stdout).toMatch(/\nrobots\/clip .* fp32 q8$/);
    const again = await sensorium(['models', 'quantize', ID], env);
    expect([again.exitCode, again.stderr]).toEqual([
      73,
      `${join(folder, 'store', ID, 'onnx/text_model_quantized.onnx')}: is there already; --force writes over it (E_FILE_EXISTS)\n`,
    ]);
    expect((await sensorium(['models', 'quantize', ID, '--force'], env)).stdout).toMatch(
      /q8 against fp32: cosine 0\.99\d\d; .* ms instead of .* ms|cosine 1\.0000/,
    );
  });

  it('are refused in one line', async () => {
    const env = { SENSORIUM_MODELS: join(folder, 'store') };
    const nowhere = await sensorium(['find', 'a mug', '--in', folder, '--model', ID], env);
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([
      66,
      `${folder}: expected pictures (.jpg, .png, .webp), got none (E_FILE_MISSING)\n`,
    ]);
    const pulled = await sensorium(['models', 'pull', 'a/../b'], env);
    expect([pulled.exitCode, pulled.stderr]).toEqual([65, '"a/../b": expected owner/name of a hub (E_MODEL_PATH)\n']);
    writeFileSync(join(folder, 'a.png'), '');
    const missing = await sensorium(['find', 'a mug', '--in', folder, '--model', ID], env);
    expect([missing.exitCode, missing.stderr]).toEqual([
      66,
      `${join(folder, 'store', ID, 'config.json')}: no such file (E_MODEL_MISSING)\n`,
    ]);
  });
});
