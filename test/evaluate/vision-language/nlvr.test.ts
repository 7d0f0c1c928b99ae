import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import type { Picture } from '../../../src/contract/index.ts';
import { TASKS } from '../../../src/evaluate/vision-language/index.ts';
import { fitted } from '../../../src/evaluate/vision-language/nlvr/fit.ts';
import { filesInTar } from '../../../src/evaluate/vision-language/nlvr/tar.ts';
import { thingsIn } from '../../../src/evaluate/vision-language/nlvr/things.ts';
import { editsBetween, tokenizerOf } from '../../../src/evaluate/vision-language/nlvr/words.ts';
import { createRandom } from '../../../src/random/index.ts';
import { codeOf, errorOf } from '../../support/code.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-boxes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COLOURS = { yellow: [255, 255, 0], black: [0, 0, 0], blue: [0, 153, 255] } as const;
type Square = readonly [box: number, left: number, top: number, side: number, colour: keyof typeof COLOURS];

/** Squares in three grey boxes. */
function drawn(squares: readonly Square[]): Picture {
  const [width, height] = [400, 100];
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < data.length; i += 1) data[i] = (Math.floor(i / 3) % width) % 150 < 100 ? 211 : 128;
  for (const [box, left, top, side, colour] of squares) {
    for (let y = top; y < top + side; y += 1) {
      for (let x = left; x < left + side; x += 1) data.set(COLOURS[colour], 3 * (y * width + 150 * box + x));
    }
  }
  return { width, height, format: 'rgb8', rowStride: 3 * width, data };
}

/** A tar archive of plain files. */
function tarOf(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const parts = Object.entries(files).flatMap(([name, content]) => {
    const head = Buffer.alloc(512);
    head.write(name, 0, 'latin1');
    head.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    head.write('0', 156, 'latin1');
    head.write('ustar', 257, 'latin1');
    return [head, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

describe('a picture of boxes', () => {
  it('is cut up into patches of one colour, where squares touch as well', () => {
    const things = thingsIn(drawn([[0, 40, 80, 20, 'blue'], [0, 40, 60, 20, 'black'], [2, 0, 0, 10, 'yellow'], [1, 50, 50, 3, 'blue']])); // prettier-ignore
    expect(things.map(({ box, left, top, right, bottom, fill }) => [box, left, top, right, bottom, fill])).toEqual([
      [0, 0.4, 0.6, 0.6, 0.8, 1],
      [0, 0.4, 0.8, 0.6, 1, 1],
      [2, 0, 0, 0.1, 0.1, 1],
    ]);
    expect(things.map(({ colour }) => colour)).toEqual([[0, 0, 0], [0, 153 / 255, 1], [1, 1, 0]]); // prettier-ignore
  });
});

describe('a tar archive', () => {
  it('gives its files as they are, and is refused where it is none or cut off', () => {
    const contents = fc.dictionary(fc.stringMatching(/^[a-z/]{1,60}[a-z]$/), fc.uint8Array({ maxLength: 1100 }), {
      maxKeys: 4,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(contents, (files) => {
        const found = filesInTar(tarOf(files), 'a.tar');
        expect([...found].map(([name, content]) => [name, [...content]])).toEqual(
          Object.entries(files).map(([name, content]) => [name, [...content]]),
        );
      }),
      { numRuns: 30 },
    );
    const whole = tarOf({ a: new Uint8Array(700) });
    expect(codeOf(() => filesInTar(whole.subarray(0, 1000), 'a.tar'))).toBe('E_FILE_DAMAGED');
    expect(codeOf(() => filesInTar(Buffer.alloc(512, 'x'), 'a.tar'))).toBe('E_FILE_FORMAT');
  });
});

describe('words of people', () => {
  it('are those of the vocabulary, slips of the pen forgiven', () => {
    const tokens = tokenizerOf(['<pad>', '<unk>', 'square', 'squares', 'blue', 'is', '3']);
    expect(tokens('IS: squere, bleu? a 3 squaress xyzzy')).toEqual([5, 2, 1, 1, 6, 3, 1]);
  });

  it('differ by as many letters as it takes: symmetric, 0 for the same alone, and never more by a way round', () => {
    const word = fc.stringMatching(/^[ab]{0,6}$/);
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editsBetween(a, b)).toBe(editsBetween(b, a));
        expect(editsBetween(a, b) === 0).toBe(a === b);
        expect(editsBetween(a, c)).toBeLessThanOrEqual(editsBetween(a, b) + editsBetween(b, c));
      }),
    );
  });
});

describe('a fit', () => {
  const random = createRandom(3);
  const cases = Array.from({ length: 200 }, () => {
    const features = [random() - 0.5, random() - 0.5];
    return { features, is: features[0] + 3 * features[1] > 0 };
  });
  const right = (penalty: number): number => {
    const chance = fitted(cases, penalty);
    return cases.filter(({ features, is }) => chance(features) > 0.5 === is).length;
  };

  it('finds what counts, unless it has to lean on the first', () => {
    expect(right(0)).toBeGreaterThan(180);
    expect(right(1000)).toBeLessThan(150);
  });
});

/** All true of three blue squares at the base, and of three black ones false. */
const SENTENCES = [
  'There is a blue block at the base',
  'There is at least one blue block',
  'All towers have a blue block at the base',
  'Each tower has a blue block',
  'There is a tower with a blue block',
  'There are exactly three blue blocks',
  'Every tower has a blue base',
  'There is a tower with only blue blocks',
  'There is a blue block',
  'A tower has a blue block at the bottom',
  'There is a tower with one blue block',
  'There is no black block',
];

describe('eval vision-language nlvr', () => {
  const context = { data: folder, model: undefined, beside: {} as never, progress: () => undefined };

  it('judges sentences by pictures alone', async () => {
    const lines: string[] = [];
    const pictures: Record<string, Uint8Array> = {};
    for (let i = 0; i < 24; i += 1) {
      const colour = i < 12 ? 'blue' : 'black';
      const { width, height, data } = drawn([0, 1, 2].map((box) => [box, 40, 80, 20, colour] as const));
      pictures[`dev/images/0/dev-${i}-0-0.png`] = await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      lines.push(JSON.stringify({ sentence: SENTENCES[i % 12], label: String(i < 12), identifier: `${i}-0` }));
    }
    writeFileSync(join(folder, 'images.tar'), tarOf(pictures));
    writeFileSync(join(folder, 'dev.json'), lines.join('\n'));
    const { cases, baseline, more } = await TASKS['nlvr'].run(context);
    expect([cases.length, baseline, more?.['sentences'], more?.['folds']]).toEqual([24, 50, 12, 10]);
    expect(cases.filter(({ truth, answer }) => truth === answer).length).toBeGreaterThan(20);
    expect(more?.['the network alone, %']).toBeGreaterThan(80);
    expect(new Set(cases.map(({ form }) => form))).toEqual(new Set(['towers']));

    expect((await errorOf(TASKS['nlvr'].run({ ...context, model: 'x' }))).code).toBe('E_USAGE');
    writeFileSync(join(folder, 'dev.json'), '{"sentence":"x","label":"true","identifier":"99-0"}\n');
    expect((await errorOf(TASKS['nlvr'].run(context))).code).toBe('E_FILE_MISSING');
    writeFileSync(join(folder, 'dev.json'), '{"sentence":"x"}\n');
    expect((await errorOf(TASKS['nlvr'].run(context))).code).toBe('E_FILE_FORMAT');
  });
});
