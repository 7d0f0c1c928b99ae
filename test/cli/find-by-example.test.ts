import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { models } from '../../models/index.ts';
import { mobilenetV1Embedding } from '../../models/mobilenet-v1-embedding/adapter.ts';
import { findPictures } from '../../src/cli/find/pictures.ts';
import type { Wanted } from '../../src/cli/find/wanted.ts';
import type { CliContext } from '../../src/cli/verb.ts';
import { drawn, microModel } from '../hub/support.ts';
import { errorOf } from '../support/code.ts';
import { describeWithData, describeWithModels } from '../support/requirements.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-example-'));
beforeAll(async () => {
  for (const [name, width] of Object.entries({ a: 60, b: 62, c: 90 })) {
    const raw = { width, height: 40, channels: 3 } as const;
    await sharp(drawn(width, 40).data, { raw })
      .png()
      .toFile(join(folder, `${name}.png`));
  }
  await sharp({ create: { width: 50, height: 50, channels: 3, background: 'red' } })
    .png()
    .toFile(join(folder, 'd.png'));
  writeFileSync(join(folder, 'broken.jpg'), 'no picture');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Told {
  readonly family: string;
  readonly examples?: readonly string[];
  readonly found: readonly { readonly file: string; readonly similarity: number }[];
  readonly refused: readonly { readonly file: string }[];
}

async function found(wanted: Wanted, model: string, within = folder): Promise<Told> {
  const said: string[] = [];
  const out = (text: string | Uint8Array): void => void said.push(String(text));
  // What it uses of the context.
  const context = { models, out, err: () => undefined } as unknown as CliContext;
  await findPictures(wanted, { folder: within, model, top: 10, json: true }, context);
  return JSON.parse(said.join('')) as Told;
}

describe('pictures that are found by example', () => {
  const model = `${microModel('clip')}:fp32`;

  it('are ranked by what they have in common with all examples, which are not found themselves', async () => {
    const [a, b] = ['a.png', 'b.png'].map((file) => join(folder, file));
    const by = async (...examples: string[]) => found({ examples }, model);
    const one = await by(a);
    expect(one.found.map(({ file }) => file).sort()).toEqual(['b.png', 'c.png', 'd.png']);
    expect([one.family, one.examples, one.refused.map(({ file }) => file)]).toEqual(['clip', [a], ['broken.jpg']]);
    const both = await by(a, b);
    const similarity = (told: Told): number => told.found.find(({ file }) => file === 'd.png')?.similarity ?? NaN;
    const [x, y, z] = [one, await by(b), both].map(similarity);
    // The mean of two, of length 1, is as similar as both together, or more.
    expect(Math.abs(z)).toBeGreaterThanOrEqual(Math.abs(x + y) / 2 - 1e-6);
    expect(both.found.map(({ file }) => file).sort()).toEqual(['c.png', 'd.png']);
  });

  it('need examples that are pictures', async () => {
    const broken = { examples: [join(folder, 'broken.jpg')] };
    expect((await errorOf(found(broken, model))).code).toBe('E_FILE_FORMAT');
    expect((await errorOf(found({ examples: ['none.png'] }, model))).code).toBe('E_FILE_MISSING');
  });
});

describeWithModels('MobileNet', (store) => {
  const model = join(store, mobilenetV1Embedding.manifest.name);

  it('knows pictures and no words', async () => {
    expect(await errorOf(found({ words: 'a cat' }, model))).toEqual({
      code: 'E_USAGE',
      message: `--model: expected a model that knows words, or --example with pictures; it knows pictures only: "${model}" (E_USAGE)`,
    });
  });

  describeWithData('on photographs', (data) => {
    it('finds people by people', async () => {
      const photos = join(data, 'photos');
      const told = await found({ examples: [join(photos, 'fd2.jpg')] }, model, photos);
      expect(told.family).toBe('mobilenet-v1-embedding');
      expect(told.found.slice(0, 2).map(({ file }) => file)).toEqual(['c_squat.jpg', 'c_face.jpg']);
      expect(told.found).toHaveLength(7);
    });
  });
});
