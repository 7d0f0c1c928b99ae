import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawn, microModel } from '../hub/support.ts';
import { sensorium } from '../support/in-process.ts';
import { writeWav } from '../support/wav.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-said-'));
const pictures = join(folder, 'pictures');
const picture = join(pictures, 'drawn.png');
const goldenOf = <T>(family: string): T =>
  JSON.parse(readFileSync(join(microModel(family), 'golden.json'), 'utf8')) as T;

beforeAll(async () => {
  mkdirSync(pictures);
  const { width, height, data } = drawn(50, 40);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(picture);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('sensorium transcribe', () => {
  interface Golden {
    readonly samples: number;
    readonly pitch: number;
    readonly language: string;
    readonly text: string;
    readonly ids: number[];
  }
  interface Said {
    readonly files: readonly {
      readonly file: string;
      readonly seconds: number;
      readonly language: string;
      readonly windows: readonly { readonly from: number; readonly text: string; readonly tokens: number }[];
    }[];
  }
  const [, { samples, pitch, language, text, ids }] = goldenOf<Golden[]>('whisper');
  /** As the recipe sings it, at any rate. */
  const sung = (rate: number, channels = 1): Int16Array =>
    Int16Array.from({ length: ((samples * rate) / 16_000) * channels }, (_, i) => {
      if (i % channels !== channels - 1) return 0;
      const t = Math.floor(i / channels) / rate;
      const sound =
        0.4 * Math.sin(2 * Math.PI * (pitch + 60 * t) * t) * (1 + 0.5 * Math.sin(2 * Math.PI * 5 * t)) * 0.66;
      return Math.round(32_768 * sound);
    });

  it('writes down what files hold, window by window, whatever their rate and channels', async () => {
    const files = ['one.wav', 'two.wav'].map((name) => join(folder, name));
    writeWav(files[0], 16_000, 1, sung(16_000));
    writeWav(files[1], 48_000, 2, sung(48_000, 2));
    const args = ['transcribe', '--model', `${microModel('whisper')}:fp32`, '--language', language];
    const { exitCode, stdout, stderr } = await sensorium([...args, ...files, '--json']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const [one, two] = (JSON.parse(stdout) as Said).files;
    expect([one.file, one.seconds, one.language]).toEqual([files[0], 3.75, 'de']);
    expect(one.windows.map(({ from }) => from)).toEqual([0, 3]);
    expect([one.windows[0].text, one.windows[0].tokens]).toEqual([text, ids.length]);
    expect([two.file, two.seconds, two.windows.length]).toEqual([files[1], 3.75, 2]);
    // What was written before something goes wrong is told.
    const said = await sensorium([...args, '--channel', '1', files[1], files[0]]);
    expect(said.stdout).toMatch(new RegExp(`^${files[1]}\n {4}0\\.0 s {2}.*\n {4}3\\.0 s {2}`));
    expect([said.exitCode, said.stderr]).toEqual([
      64,
      expect.stringContaining('--channel: expected 0..0, the channels of'),
    ]);
  });
});

describe('sensorium describe', () => {
  const [{ text }] = goldenOf<{ text: string }[]>('vision-encoder-decoder');

  it('gives the caption of a model that writes captions', async () => {
    const args = ['describe', '--image', picture, '--model', `${microModel('vision-encoder-decoder')}:fp32`, '--json'];
    const { stdout, exitCode } = await sensorium([...args, '--most', '12']);
    const said = JSON.parse(stdout) as { answer: string; ended: string; senses: { sense: string; state: string }[] };
    expect([exitCode, said.answer, said.ended]).toEqual([0, text, 'length']);
  });

  it('asks a model that answers, and refuses others', async () => {
    const args = ['describe', '--image', picture, '--most', '6', '--json', '--model'];
    const { stdout } = await sensorium([...args, `${microModel('smolvlm')}:fp32`]);
    expect(JSON.parse(stdout)).toMatchObject({ question: 'describe what you see', tokens: 6 });
    const refused = await sensorium([...args, microModel('whisper')]);
    expect(refused.stderr).toContain('vision-encoder-decoder, got \\"whisper\\"');
  });
});

describe('sensorium find with a model that draws boxes', () => {
  interface Found {
    readonly things: string[];
    readonly found: readonly { file: string; label: string; score: number; box: number[] }[];
  }
  const { pictures: golden } = goldenOf<{ pictures: { scores: number[] }[] }>('owlv2');
  const args = ['find', 'a red mug, the blue box', '--in', pictures, '--model', `${microModel('owlv2')}:fp32`];

  it('tells where in which picture, the best first, and draws it', async () => {
    const out = join(folder, 'boxes');
    const { stdout, exitCode } = await sensorium([...args, '--top', '3', '--out', out, '--json']);
    const { things, found } = JSON.parse(stdout) as Found;
    expect([exitCode, things, found.length]).toEqual([0, ['a red mug', 'the blue box'], 3]);
    expect(found[0].score).toBeCloseTo(Math.max(...golden[0].scores), 2);
    for (const { file, box } of found) expect([file, box.length]).toEqual(['drawn.png', 4]);
    expect(await sharp(join(out, 'drawn.png')).metadata()).toMatchObject({ width: 50, height: 40 });
  });

  it('needs another folder to draw into', async () => {
    expect((await sensorium([...args, '--out', pictures])).stderr).toContain(
      '--out: expected another folder than --in',
    );
    const clip = ['find', 'a mug', '--in', pictures, '--model', `${microModel('clip')}:fp32`, '--out', folder];
    expect((await sensorium(clip)).stderr).toContain('--out: expected --in, and a model that draws boxes');
  });
});

describe('sensorium depth', () => {
  it('writes sixteen bits as large as the picture, and a picture for people', async () => {
    const [file, shown] = [join(folder, 'depth.png'), join(folder, 'shown.jpg')];
    const args = ['depth', picture, '--model', `${microModel('depth_anything')}:fp32`];
    const { stdout, exitCode } = await sensorium([...args, '--out', file, '--shown', shown, '--json']);
    const { unit, range } = JSON.parse(stdout) as { unit: string; range: [number, number] };
    expect([exitCode, unit, range[0] < range[1]]).toEqual([0, 'relative', true]);
    expect(await sharp(file).metadata()).toMatchObject({ width: 50, height: 40, depth: 'ushort', channels: 1 });
    const raw = await sharp(file).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
    const levels = new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2);
    expect([levels.length, Math.min(...levels), Math.max(...levels)]).toEqual([2000, 0, 65_535]);
    expect(await sharp(shown).metadata()).toMatchObject({ width: 50, height: 40, format: 'jpeg' });
    const wrong = await sensorium([...args, '--out', join(folder, 'depth.jpg')]);
    expect([wrong.exitCode, existsSync(join(folder, 'depth.jpg'))]).toEqual([64, false]);
    expect(wrong.stderr).toContain('--out: expected .png, got .jpg');
  });
});
