import type { Execution, Model, Picture, Standing } from '../contract/index.ts';
import { ImageToTensor } from '../perception/index.ts';
import { createRandom } from '../random/index.ts';
import { namedIn, placed, SLOTS, standingIn, type ArrangementLayout } from './arrangement.ts';
import { readDescription } from './description.ts';
import { sample, settle } from './diffusion.ts';
import { openFolder } from './folder.ts';
import type { Section } from './json.ts';
import { referenceOf } from './layout.ts';
import { openNetworks, runNetwork, type NetworkSpec, type OpenOptions } from './network.ts';
import { createTokenizer, openTokenizer } from './tokenizer.ts';

/** Makes pictures of what words say (after DALL-E 2, Ramesh et al. 2022), and tells what stands where in a picture of that sort. */
export interface Imaginer {
  /** Hexadecimal sha256 over its files: the same words and seed give the same picture with the same one. */
  readonly sha256: string;
  readonly execution: Execution;
  /** Pixels of a picture's sides. */
  readonly side: number;
  /** Words that it does not know. */
  unknownIn(words: string): readonly string[];
  /**
   * A picture of what words say: the same for the same words and seed, bit by bit.
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  imagine(words: string, seed: number): Promise<Picture>;
  /**
   * What stands where, the surest first. A picture of another size is stretched.
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  arrangementIn(picture: Picture): Promise<Standing[]>;
  /**
   * What stands where when words are followed: what the words say, at the places of a picture that is imagined of them, or of one of the next seeds
   * where that one shows more or fewer things. Where none of {@link PICTURES} shows as many: what the first one shows.
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  arrangementOf(words: string, seed: number): Promise<Standing[]>;
  close(): Promise<void>;
}

/** What `config.json` says. */
interface ImaginerConfig {
  readonly dims: number;
  readonly positions: number;
  readonly side: number;
  readonly priorSteps: number;
  readonly steps: number;
  /** How far a picture is led away from what it would be without words: 1 not at all. */
  readonly guidance: number;
  /** Noisy copies of a picture whose mean it becomes at the end, 0 for none, and the time of their noise. */
  readonly copies: number;
  readonly copiedAt: number;
  readonly arrangement: ArrangementLayout;
}

/** Answers of the prior are kept within that: its embeddings have a mean square of 1. */
const PRIOR_BOUND = 6;
const GREY = 127.5;
/** Pictures that are imagined of words whose things need places: too few, and a thing more or less in the picture is a thing more or less in the goal; each takes 0.2 s. */
const PICTURES = 3;

/**
 * Opens a model that imagines by its name.
 * @param store folder of models
 * @param model one that comes along, `owner/name` or a path, and `:precision`
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openImaginer(store: string, model: string, options: OpenOptions = {}): Promise<Imaginer> {
  const { folder, precision } = referenceOf(store, model);
  const files = await openFolder(folder);
  const description = await readDescription(files, ['imagination']);
  const config = configOf(description.json('config.json'));
  const { dims, side } = config;
  const [file, settings] = [description.json('tokenizer.json'), description.json('tokenizer_config.json')];
  const path = description.path('tokenizer.json');
  const tokens = await createTokenizer(file, settings, { ...config, family: 'clip' }, path);
  const pieces = await openTokenizer(file, settings, path);
  const unknown = pieces.idOf(settings.text('unk_token'));
  const networks = await openNetworks(files, specsOf(config), { ...options, precision });
  const [text, reader, prior, unet, arrangement] = networks.models;
  const kernel = new ImageToTensor({
    width: side,
    height: side,
    fit: 'stretch',
    channels: 'rgb',
    layout: 'planar',
    type: 'float32',
    mean: [GREY, GREY, GREY],
    std: [GREY, GREY, GREY],
    filter: 'cubic',
  });

  async function embeddingOf(words: string): Promise<Float32Array> {
    const data = tokens(words);
    const told = await runNetwork(text, { input_ids: { type: 'int64', shape: [1, data.length], data } });
    return Float32Array.from(told['text_embeds'].data);
  }

  async function imagined(asked: Float32Array, seed: number): Promise<Picture> {
    const random = createRandom(seed);
    const embedding = unit(
      await sample(random, dims, config.priorSteps, PRIOR_BOUND, (x, time) => priorOf(prior, x, time, asked)),
    );
    const without = (guidance: number) => (x: Float32Array, time: number) =>
      pictureWithout(unet, x, time, embedding, { ...config, guidance });
    const made = await sample(random, 3 * side * side, config.steps, 1, without(config.guidance));
    const { copies, copiedAt } = config;
    return pictureOf(copies === 0 ? made : await settle(random, made, copies, copiedAt, without(1)), side);
  }

  async function arrangementIn(picture: Picture): Promise<Standing[]> {
    const { cells } = await runNetwork(arrangement, { pixel_values: kernel.tensorOf(picture).tensor });
    return standingIn(cells.data, config.arrangement);
  }

  return {
    sha256: description.sha256(networks.hashes),
    execution: unet.execution,
    side,
    unknownIn: (words) =>
      (words.match(/[\p{L}\p{N}]+/gu) ?? []).filter(
        (word) => unknown !== undefined && pieces.idsOf(word).includes(unknown),
      ),
    imagine: async (words, seed) => imagined(await embeddingOf(words), seed),
    arrangementIn,
    async arrangementOf(words, seed) {
      const data = await embeddingOf(words);
      const { told } = await runNetwork(reader, { text_embeds: { type: 'float32', shape: [1, dims], data } });
      const named = namedIn(told.data, config.arrangement);
      const first = await arrangementIn(await imagined(data, seed));
      let its = placed(named, first);
      for (let i = 1; its === undefined && named.length > 0 && i < PICTURES; i += 1) {
        its = placed(named, await arrangementIn(await imagined(data, seed + i)));
      }
      return its ?? first;
    },
    close: () => networks.close(),
  };
}

async function priorOf(model: Model, x: Float32Array, time: number, asked: Float32Array): Promise<Float32Array> {
  const shape = [1, x.length];
  const { predicted } = await runNetwork(model, {
    sample: { type: 'float32', shape, data: x },
    timestep: { type: 'float32', shape: [1], data: Float32Array.of(time) },
    text_embeds: { type: 'float32', shape, data: asked },
  });
  return Float32Array.from(predicted.data);
}

/** What is left of a noisy picture, led away from what would be left if nothing were told (classifier-free guidance, Ho and Salimans 2022). */
async function pictureWithout(
  model: Model,
  x: Float32Array,
  time: number,
  embedding: Float32Array,
  { side, dims, guidance }: ImaginerConfig,
): Promise<Float32Array> {
  const both = guidance === 1 ? 1 : 2;
  const samples = new Float32Array(both * x.length);
  const embeddings = new Float32Array(both * dims);
  for (let i = 0; i < both; i += 1) samples.set(x, i * x.length);
  embeddings.set(embedding);
  const { predicted } = await runNetwork(model, {
    sample: { type: 'float32', shape: [both, 3, side, side], data: samples },
    timestep: { type: 'float32', shape: [both], data: new Float32Array(both).fill(time) },
    image_embeds: { type: 'float32', shape: [both, dims], data: embeddings },
  });
  const { data } = predicted;
  if (both === 1) return Float32Array.from(data);
  return Float32Array.from(x, (_, i) => data[x.length + i] + guidance * (data[i] - data[x.length + i]));
}

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

/** A picture of planes within -1..1. */
function pictureOf(planes: Float32Array, side: number): Picture {
  const pixels = side * side;
  const data = new Uint8ClampedArray(3 * pixels);
  for (let i = 0; i < pixels; i += 1) {
    for (let c = 0; c < 3; c += 1) data[3 * i + c] = (planes[c * pixels + i] + 1) * GREY;
  }
  return { width: side, height: side, format: 'rgb8', rowStride: 3 * side, data: new Uint8Array(data.buffer) };
}

function configOf(config: Section): ImaginerConfig {
  const [words, prior, unet] = ['text_config', 'prior_config', 'unet_config'].map((key) => config.section(key));
  const its = config.section('arrangement_config');
  const guidance = unet.value('guidance_scale');
  if (typeof guidance !== 'number' || !(guidance >= 1 && guidance <= 20)) {
    throw unet.wrong('guidance_scale', '1..20', guidance);
  }
  const copiedAt = unet.value('copies_timestep') ?? 0;
  if (typeof copiedAt !== 'number' || !(copiedAt >= 0 && copiedAt < 1)) {
    throw unet.wrong('copies_timestep', '0..1', copiedAt);
  }
  const [rows, columns] = its.numbers('cells', 2);
  return {
    dims: config.whole('projection_dim', 1, 8192),
    positions: words.whole('max_position_embeddings', 1, 4096),
    side: unet.whole('sample_size', 8, 1024),
    priorSteps: prior.whole('num_inference_steps', 1, 1000),
    steps: unet.whole('num_inference_steps', 1, 1000),
    guidance,
    copies: copiedAt === 0 ? 0 : unet.whole('num_copies', 1, 1000),
    copiedAt,
    arrangement: { cells: [rows, columns], classes: namesIn(its, 'classes'), colours: namesIn(its, 'colours') },
  };
}

function namesIn(section: Section, key: string): readonly string[] {
  const value = section.value(key);
  if (Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string')) return value;
  throw section.wrong(key, 'names', value);
}

/** What the networks of this configuration take and give. */
function specsOf({ dims, side, arrangement }: ImaginerConfig): NetworkSpec[] {
  const { cells, classes, colours } = arrangement;
  const width = 3 + classes.length + colours.length;
  const float = (name: string, shape: readonly number[]) => ({ name, type: 'float32', shape }) as const;
  return [
    {
      name: 'text_encoder',
      task: 'embeddings of words',
      inputs: [{ name: 'input_ids', type: 'int64', shape: [1, -1] }],
      outputs: [float('text_embeds', [1, dims])],
    },
    {
      name: 'reader',
      task: 'what words say stands where',
      inputs: [float('text_embeds', [1, dims])],
      outputs: [float('told', [1, SLOTS, classes.length + 1 + colours.length + 1])],
    },
    {
      name: 'prior',
      task: 'embeddings of pictures, of words',
      inputs: [float('sample', [1, dims]), float('timestep', [1]), float('text_embeds', [1, dims])],
      outputs: [float('predicted', [1, dims])],
    },
    {
      name: 'unet',
      task: 'pictures without noise',
      inputs: [float('sample', [-1, 3, side, side]), float('timestep', [-1]), float('image_embeds', [-1, dims])],
      outputs: [float('predicted', [-1, 3, side, side])],
    },
    {
      name: 'arrangement_model',
      task: 'what stands where',
      inputs: [float('pixel_values', [1, 3, side, side])],
      outputs: [float('cells', [1, cells[0] * cells[1], width])],
    },
  ];
}
