import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../src/contract/index.ts';
import { openFolder } from '../../src/hub/folder.ts';
import { openImaginer, referenceOf, type Imaginer } from '../../src/hub/index.ts';
import { openNetworks, runNetwork, type Networks } from '../../src/hub/network.ts';
import { drawn } from './support.ts';

/** What models/recipes/imagination/pack.py says that has to come out, of inputs that are drawn here as there. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'simulated-pictures.json'), 'utf8')) as {
  readonly texts: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    readonly embedding: readonly number[];
  }[];
  readonly reading: readonly number[];
  readonly prior: readonly number[];
  readonly unet: readonly (readonly number[])[];
  readonly arrangement: readonly number[];
};
const { folder, precision } = referenceOf('/no store', 'simulated-pictures');
const DIMS = 128;
const PIXELS = 3 * 64 * 64;
const CELL = 3 + 10 + 11;

let networks: Networks;
let imaginer: Imaginer;
beforeAll(async () => {
  const float = (name: string, shape: readonly number[]) => ({ name, type: 'float32', shape }) as const;
  const embeds = float('text_embeds', [1, DIMS]);
  const specs = [
    {
      name: 'text_encoder',
      task: '',
      inputs: [{ name: 'input_ids', type: 'int64', shape: [1, -1] }],
      outputs: [embeds],
    },
    {
      name: 'reader',
      task: '',
      inputs: [embeds],
      outputs: [float('told', [1, 3, 11 + 12])],
    },
    {
      name: 'prior',
      task: '',
      inputs: [float('sample', [1, DIMS]), float('timestep', [1]), embeds],
      outputs: [float('predicted', [1, DIMS])],
    },
    {
      name: 'unet',
      task: '',
      inputs: [float('sample', [-1, 3, 64, 64]), float('timestep', [-1]), float('image_embeds', [-1, DIMS])],
      outputs: [float('predicted', [-1, 3, 64, 64])],
    },
    {
      name: 'arrangement_model',
      task: '',
      inputs: [float('pixel_values', [1, 3, 64, 64])],
      outputs: [float('cells', [1, 256, CELL])],
    },
  ] as const;
  networks = await openNetworks(await openFolder(folder), specs, { precision });
  imaginer = await openImaginer('/no store', 'simulated-pictures');
});
afterAll(async () => {
  await networks.close();
  await imaginer.close();
});

/** Numbers as the recipe draws them. */
function waved(count: number, step: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * step));
}

async function outputOf(model: Model, inputs: Readonly<Record<string, Float32Array>>): Promise<ArrayLike<number>> {
  const { name } = model.manifest.outputs[0];
  const batch = inputs['timestep']?.length ?? 1;
  const tensors = Object.entries(inputs).map(([key, data]) => {
    const { shape } = model.manifest.inputs.find((its) => its.name === key) ?? { shape: [] };
    return [key, { type: 'float32', shape: [batch, ...shape.slice(1)], data }] as const;
  });
  return (await runNetwork(model, Object.fromEntries(tensors)))[name].data;
}

function worst(found: ArrayLike<number>, wanted: readonly number[]): number {
  expect(found.length).toBe(wanted.length);
  return Math.max(...wanted.map((its, i) => Math.abs(its - found[i])));
}

describe('the model that imagines and comes along', () => {
  it('embeds words as PyTorch does', async () => {
    for (const { ids, embedding } of golden.texts) {
      const input = { input_ids: { type: 'int64', shape: [1, ids.length], data: Int32Array.from(ids) } } as const;
      const { text_embeds: found } = await runNetwork(networks.models[0], input);
      expect(worst(found.data, embedding)).toBeLessThan(1e-4);
    }
  });

  it('takes away noise, and tells what stands where, as PyTorch does of the same tensors', async () => {
    const [, reader, prior, unet, arrangement] = networks.models;
    const words = Float32Array.from(golden.texts[0].embedding);
    expect(worst(await outputOf(reader, { text_embeds: words }), golden.reading)).toBeLessThan(1e-4);
    const embedding = await outputOf(prior, {
      sample: waved(DIMS, 0.7),
      timestep: Float32Array.of(0.5),
      text_embeds: words,
    });
    expect(worst(embedding, golden.prior)).toBeLessThan(1e-4);
    const both = new Float32Array(2 * DIMS);
    both.set(words);
    const pictures = await outputOf(unet, {
      sample: waved(2 * PIXELS, 0.37),
      timestep: Float32Array.of(0.5, 0.25),
      image_embeds: both,
    });
    golden.unet.forEach((wanted, n) => {
      const found = Array.from(pictures).slice(n * PIXELS, (n + 1) * PIXELS);
      expect(
        worst(
          found.filter((_, i) => i % 97 === 0),
          wanted,
        ),
      ).toBeLessThan(1e-4);
    });
    const { data } = drawn(64, 64);
    const planes = new Float32Array(PIXELS);
    for (let i = 0; i < PIXELS; i += 1) planes[(i % 3) * 4096 + Math.floor(i / 3)] = data[i] / 127.5 - 1;
    const cells = Array.from(await outputOf(arrangement, { pixel_values: planes }));
    expect(
      worst(
        cells.filter((_, i) => i % 17 === 0),
        golden.arrangement,
      ),
    ).toBeLessThan(1e-4);
  });

  it('imagines the same picture for the same words and seed, another one for another seed, and sees in it what was said', async () => {
    const words = 'a red ball to the left of a blue box.';
    const [one, again, other] = [
      await imaginer.imagine(words, 5),
      await imaginer.imagine(words, 5),
      await imaginer.imagine(words, 6),
    ];
    expect(one).toMatchObject({ width: 64, height: 64, format: 'rgb8', rowStride: 192 });
    expect(Buffer.from(again.data).equals(one.data)).toBe(true);
    expect(Buffer.from(other.data).equals(one.data)).toBe(false);
    const found = (await imaginer.arrangementIn(one)).sort((a, b) => b.place[1] - a.place[1]);
    expect(found.map(({ colour, label }) => `${colour} ${label}`)).toEqual(['red ball', 'blue box']);
  });

  it('wants what words say, where a picture of them shows it', async () => {
    const words = 'put a blue box in the middle, a red ball next to it on the left, and a green castle rightmost.';
    const wanted = await imaginer.arrangementOf(words, 5);
    expect(wanted.map(({ colour, label }) => `${colour} ${label}`)).toEqual(['red ball', 'blue box', 'green castle']);
    const [left, middle, right] = wanted.map(({ place }) => place[1]);
    expect([left > middle + 0.2, middle > right + 0.2]).toEqual([true, true]);
  });

  it('says which words it does not know', () => {
    expect(imaginer.unknownIn('a red ball to the LEFT of a Zebra, perhaps')).toEqual(['Zebra', 'perhaps']);
  });

  it('is small', () => {
    const bytes = readdirSync(join(folder, 'onnx')).map((name) => statSync(join(folder, 'onnx', name)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(7e6);
  });
});
