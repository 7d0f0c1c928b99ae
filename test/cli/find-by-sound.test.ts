import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStills } from '../../drivers/simulation/stills/stills.ts';
import { captionsAbout } from '../../src/cli/stills/part.ts';
import { openSoundEncoder } from '../../src/hub/index.ts';
import { microModel } from '../hub/support.ts';
import { sensorium } from '../support/in-process.ts';
import { writeWav } from '../support/wav.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-sound-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Told {
  readonly family: string;
  readonly found: readonly { readonly file: string; readonly similarity: number; readonly from: number }[];
  readonly refused: readonly { readonly file: string; readonly error: string }[];
}

/** What is found, and what is said beside it. */
async function found(what: readonly string[], within: string, model: string): Promise<Told & { stderr: string }> {
  const said = await sensorium(['find', ...what, '--in', within, '--model', model, '--json']);
  expect(said.exitCode, said.stderr).toBe(0);
  return { ...(JSON.parse(said.stdout) as Told), stderr: said.stderr };
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const product = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
    Array.from(x).reduce((sum, value, i) => sum + value * y[i], 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

describe('sounds that are found with CLAP', () => {
  interface Golden {
    readonly texts: readonly { text: string; embedding: number[] }[];
    readonly sounds: readonly { samples: number; pitch: number; embedding: number[] }[];
  }
  const { texts, sounds } = JSON.parse(readFileSync(join(microModel('clap'), 'golden.json'), 'utf8')) as Golden;
  const [{ text, embedding }] = texts;
  const model = `${microModel('clap')}:fp32`;
  const within = join(folder, 'sung');
  /** As the recipe sings it, at any rate. */
  const sung = (length: number, pitch: number, rate = 48_000): Float32Array =>
    Float32Array.from({ length: Math.round((length * rate) / 48_000) }, (_, i) => {
      const t = i / rate;
      return 0.4 * Math.sin(2 * Math.PI * (pitch + 60 * t) * t) * (1 + 0.5 * Math.sin(2 * Math.PI * 5 * t)) * 0.66;
    });
  const pcm = (samples: Float32Array): Int16Array => Int16Array.from(samples, (its) => Math.round(32_768 * its));

  beforeAll(() => {
    mkdirSync(within);
    for (const { samples, pitch } of sounds)
      writeWav(join(within, `${pitch}.wav`), 48_000, 1, pcm(sung(samples, pitch)));
    const [{ samples, pitch }] = sounds;
    const half = pcm(sung(samples, pitch, 44_100));
    // One of two channels sings louder than the other: the mean is what is wanted.
    writeWav(
      join(within, 'other.WAV'),
      44_100,
      2,
      Int16Array.from({ length: 2 * half.length }, (_, i) => (0.5 + (i % 2)) * half[i >> 1]),
    );
    writeWav(join(within, 'empty.wav'), 48_000, 1, new Int16Array(0));
    writeFileSync(join(within, 'broken.wav'), 'RIFF and no more');
    writeFileSync(join(within, 'readme.txt'), 'no sound');
  });

  it("are ranked by PyTorch's embeddings, whatever their length, rate and channels; a long one by the window that fits best", async () => {
    const told = await found([text], within, model);
    expect([told.family, told.found.length]).toEqual(['clap', 4]);
    expect([...told.found].sort((a, b) => b.similarity - a.similarity)).toEqual(told.found);
    const similarityOf = (file: string): number => told.found.find((one) => one.file === file)?.similarity ?? NaN;
    // 0 s ....|.... 1 s .... 1.46 s: the second window of the long one ends where the sound does.
    const encoder = await openSoundEncoder(microModel('clap'), { precision: 'fp32' });
    for (const { samples, pitch, embedding: golden } of sounds) {
      const whole = Float32Array.from(pcm(sung(samples, pitch)), (level) => level / 32_768);
      const windows: { similarity: number; from: number }[] = [];
      for (const start of samples > 48_000 ? [0, samples - 48_000] : [0]) {
        const heard = await encoder.embedSound(whole.subarray(start, start + 48_000));
        windows.push({ similarity: cosine(embedding, heard), from: Math.round(start / 48) / 1000 });
      }
      const [{ similarity, from }] = windows.sort((a, b) => b.similarity - a.similarity);
      expect(told.found.filter(({ file }) => file === `${pitch}.wav`)).toEqual([
        { file: `${pitch}.wav`, similarity: expect.closeTo(similarity, 4) as number, from },
      ]);
      // PyTorch heard it before it was rounded to 16 bits, which quiet bands tell.
      if (windows.length === 1) expect(Math.abs(similarity - cosine(embedding, golden))).toBeLessThan(0.02);
    }
    await encoder.close();
    // Up to what lies above the filter's edge it is the same sound.
    expect(Math.abs(similarityOf('other.WAV') - similarityOf(`${sounds[0].pitch}.wav`))).toBeLessThan(0.05);
    expect(told.refused).toEqual([
      { file: 'broken.wav', error: `${join(within, 'broken.wav')}: not a WAV file (E_FILE_FORMAT)` },
      { file: 'empty.wav', error: `${join(within, 'empty.wav')}: no sound in it (E_FILE_FORMAT)` },
    ]);
  });

  it('are told in a table, and those that cannot be read beside it', async () => {
    const { stdout, stderr } = await sensorium(['find', text, '--in', within, '--model', model, '--top', '1']);
    expect(stdout).toMatch(/^similarity {2}from \(s\) {2}sound\n-?0\.\d{3} +\d\.\d {7}\w+\.(wav|WAV)$/);
    expect(stderr.split('\n')).toHaveLength(3);
  });

  it('are found by example, and not by themselves', async () => {
    const [one, other] = sounds.map(({ pitch }) => join(within, `${pitch}.wav`));
    const told = await found(['--example', one], within, model);
    expect(told.found.map(({ file }) => file).sort()).not.toContain(`${sounds[0].pitch}.wav`);
    const { similarity } = told.found.find(({ file }) => other.endsWith(file)) ?? { similarity: NaN };
    expect(similarity).toBeCloseTo(cosine(sounds[0].embedding, sounds[1].embedding), 1);
  });

  it.each([
    ['a model that does not hear', [text], 'sung', 'clip', 64, '--model: expected a model that puts sounds and words'],
    ['nothing that it takes', [text], 'none', 'clap', 66, 'none: expected sounds (.wav), got none (E_FILE_MISSING)'],
    ['no folder', [text], 'nowhere', 'clap', 66, 'nowhere: no folder that can be read (E_FILE_MISSING)'],
    ['examples of both senses', ['--example', 'a.png', '--example', 'b.wav'], 'sung', 'clap', 64, 'got both (E_USAGE)'],
    ['an example that is no sound', ['--example', 'readme.txt'], 'sung', 'clap', 65, 'readme.txt: not a WAV file'],
  ])('are not looked for with %s', async (_, what, within, name, code, message) => {
    mkdirSync(join(folder, 'none'), { recursive: true });
    const args = what.map((its) => (/^\w+\.(txt|wav|png)$/.test(its) ? join(folder, 'sung', its) : its));
    const its = await sensorium(['find', ...args, '--in', join(folder, within), '--model', `${microModel(name)}:fp32`]);
    expect([its.exitCode, its.stdout]).toEqual([code, '']);
    expect(its.stderr).toContain(message);
  });
});

describe('sounds that are found with the model that comes along', () => {
  const within = join(folder, 'clips');
  // 2 s of others, then what is looked for, then another one.
  const source = createStills(9, 'train');
  const clips = Array.from({ length: 40 }, (_, i) => i).filter((i) => source.truth(i).sound?.side !== undefined);
  const saidOf = (i: number): string => `${source.truth(i).sound?.label} ${source.truth(i).sound?.side}`;
  const [first] = clips;
  const others = clips.filter((i) => saidOf(i) !== saidOf(first)).slice(0, 3);
  const soundOf = (i: number): Int16Array => Int16Array.from(source.still(i, true).sound ?? []);

  beforeAll(() => {
    mkdirSync(within);
    const sounds = [others[0], others[1], first, others[2]].map(soundOf);
    writeWav(join(within, 'long.wav'), 16_000, 4, Int16Array.from(sounds.flatMap((sound) => [...sound])));
    writeWav(join(within, 'other.wav'), 16_000, 4, sounds[0]);
    writeWav(join(within, 'mono.wav'), 16_000, 1, sounds[0]);
    writeWav(join(folder, 'example.wav'), 16_000, 4, sounds[2]);
  });

  it('are told by where in a recording they are, by words and by example', async () => {
    const caption = captionsAbout({ source, seed: 9, split: 'train' }, first).find(({ about }) => about === 'sound');
    const byWords = await found([caption?.text ?? ''], within, 'simulated');
    expect(byWords.found.map(({ file }) => file)).toEqual(['long.wav', 'other.wav']);
    expect(byWords.found[0].from).toBe(2);
    const told = await found(['--example', join(folder, 'example.wav')], within, 'simulated');
    expect(told.found[0]).toEqual({ file: 'long.wav', similarity: expect.closeTo(1, 5) as number, from: 2 });
    expect(told.refused).toEqual([
      { file: 'mono.wav', error: `${join(within, 'mono.wav')}: expected 4 channels, got 1 (E_FILE_FORMAT)` },
    ]);
  });

  it('are not looked for beside pictures, which is told', async () => {
    const both = join(folder, 'both');
    mkdirSync(both);
    writeFileSync(join(both, 'a.png'), 'no picture');
    writeFileSync(join(both, 'a.wav'), 'no sound');
    const told = await found(['a bell'], both, 'simulated');
    expect([told.found, told.refused.map(({ file }) => file)]).toEqual([[], ['a.png']]);
    expect(told.stderr).toContain('both: 1 sound was not listened to, for there are pictures');
    const heard = await found(['--example', join(folder, 'example.wav')], both, 'simulated');
    expect([heard.refused.map(({ file }) => file), heard.stderr]).toEqual([['a.wav'], '']);
  });
});
