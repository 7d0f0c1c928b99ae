import { createHash } from 'node:crypto';
import { SensoriumError, type Model, type TensorSpec } from '../contract/index.ts';
import { sidesOf } from './config.ts';
import { openDualEncoder, type DualEncoder, type Look } from './dual-encoder.ts';
import { embeddingOf } from './embedding.ts';
import { openFolder } from './folder.ts';
import { parseJson, type Section } from './json.ts';
import { openNetworks, runNetwork, type Networks, type NetworkSpec, type OpenOptions } from './network.ts';

/** What a network hears at once. */
export interface Hears {
  /** Microphones. */
  readonly channels: number;
  /** Samples of each. */
  readonly samples: number;
  /** Samples a second. */
  readonly sampleRate: number;
}

/**
 * A dual encoder with networks for more senses than pictures, all of them in the space of its words, and one that compares words with a
 * picture more closely than two embeddings can. What a folder does not have is `undefined`.
 */
export interface Senses extends DualEncoder {
  /**
   * Embedding of a depth picture, of length 1.
   * @param depth mm along the camera's axis, row by row, 0 for none, of the network's size
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  readonly embedDepth: ((depth: Uint16Array) => Promise<Float32Array>) | undefined;
  /**
   * Embedding of a clip, of length 1.
   * @param clip samples of all microphones beside one another, as many as the network takes
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  readonly embedSound: ((clip: Int16Array) => Promise<Float32Array>) | undefined;
  /** What {@link embedSound} takes. */
  readonly hears: Hears | undefined;
  /**
   * How well words say what a picture shows, the more the better: it looks at the cells of the picture with the words in mind, which
   * tells what is left of what, where two embeddings do not.
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  readonly compare: ((words: string, look: Look) => Promise<number>) | undefined;
}

const CONFIG = 'config.json';
const MOST_TEXT = 2 ** 26;
/** What is nearer than that, mm, is all the same to a network: it is given the inverse, 1/m. */
const NEAREST_MM = 200;

/**
 * Opens a dual encoder and whatever else is in its folder, as its `config.json` says: `depth_config`, `audio_config`, `rerank_config`.
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openSenses(folder: string, options: OpenOptions = {}): Promise<Senses> {
  const encoder = await openDualEncoder(folder, options);
  const sha256 = createHash('sha256').update(encoder.sha256);
  const close = async (): Promise<void> => {
    await encoder.close();
    await networks?.close();
  };
  let networks: Networks | undefined;
  let hears: Hears | undefined;
  const open = new Map<string, Model>();
  try {
    const files = await openFolder(folder);
    const { content, path } = await files.read(CONFIG, MOST_TEXT);
    const config = parseJson(content, path);
    hears = config.has('audio_config') ? hearsIn(config.section('audio_config')) : undefined;
    const specs = specsIn(config, encoder, hears);
    networks = await openNetworks(files, specs, options);
    for (const [i, { name }] of specs.entries()) open.set(name, networks.models[i]);
    for (const hash of networks.hashes) sha256.update(hash);
  } catch (error) {
    await close();
    throw error;
  }
  const [depth, audio, rerank] = ['depth_model', 'audio_model', 'rerank_model'].map((name) => open.get(name));
  return {
    ...encoder,
    sha256: sha256.digest('hex'),
    embedDepth: depth && ((picture) => embedDepth(depth, picture, encoder.dims)),
    hears,
    embedSound: audio && ((clip) => embedSound(audio, clip, encoder.dims)),
    compare: rerank && ((words, look) => compare(rerank, encoder, words, look)),
    close,
  };
}

function hearsIn(its: Section): Hears {
  return {
    channels: its.whole('num_channels', 1, 64),
    samples: its.whole('samples', 1, 2 ** 22),
    sampleRate: its.whole('sampling_rate', 1, 192_000),
  };
}

/** What the networks that a configuration names take and give. */
function specsIn(config: Section, { dims, grid }: DualEncoder, hears: Hears | undefined): NetworkSpec[] {
  const specs: NetworkSpec[] = [];
  const embeds = (name: string): TensorSpec => ({ name, type: 'float32', shape: [1, dims] });
  if (config.has('depth_config')) {
    const [height, width] = sidesOf(config.section('depth_config'), 'image_size');
    const inputs = [{ name: 'depth_values', type: 'float32', shape: [1, 1, height, width] }] as const;
    specs.push({ name: 'depth_model', task: 'embeddings of depth', inputs, outputs: [embeds('depth_embeds')] });
  }
  if (hears !== undefined) {
    const shape = [1, hears.channels, hears.samples];
    const inputs = [{ name: 'input_values', type: 'float32', shape }] as const;
    specs.push({ name: 'audio_model', task: 'embeddings of sound', inputs, outputs: [embeds('audio_embeds')] });
  }
  if (config.has('rerank_config')) {
    const name = config.section('rerank_config').text('sees');
    const width = grid?.outputs[name];
    if (grid === undefined || width === undefined) {
      throw config.wrong('rerank_config', 'an output of the grid of vision_config', name);
    }
    const [rows, columns] = grid.cells;
    const inputs: TensorSpec[] = [
      { name: 'input_ids', type: 'int64', shape: [1, -1] },
      { name, type: 'float32', shape: [1, rows * columns, width] },
    ];
    const outputs: TensorSpec[] = [{ name: 'logits', type: 'float32', shape: [1] }];
    specs.push({ name: 'rerank_model', task: 'words compared with pictures', inputs, outputs });
  }
  return specs;
}

async function embedDepth(model: Model, depth: Uint16Array, dims: number): Promise<Float32Array> {
  const [{ name, shape }] = model.manifest.inputs;
  checkLength('depth', depth, shape);
  const data = Float32Array.from(depth, (mm) => (mm > 0 ? 1000 / Math.max(mm, NEAREST_MM) : 0));
  return embeddingOf(model, { [name]: { type: 'float32', shape, data } }, dims);
}

async function embedSound(model: Model, clip: Int16Array, dims: number): Promise<Float32Array> {
  const [{ name, shape }] = model.manifest.inputs;
  checkLength('sound', clip, shape);
  const [, channels, samples] = shape;
  const data = new Float32Array(clip.length);
  for (let c = 0; c < channels; c += 1) {
    for (let n = 0; n < samples; n += 1) data[c * samples + n] = clip[n * channels + c] / 32768;
  }
  return embeddingOf(model, { [name]: { type: 'float32', shape, data } }, dims);
}

async function compare(model: Model, { tokens }: DualEncoder, words: string, { cells }: Look): Promise<number> {
  const [, { name, shape }] = model.manifest.inputs;
  const ids = tokens(words);
  const { logits } = await runNetwork(model, {
    input_ids: { type: 'int64', shape: [1, ids.length], data: ids },
    [name]: { type: 'float32', shape, data: cells[name] },
  });
  return logits.data[0];
}

function checkLength(path: string, given: { readonly length: number }, shape: readonly number[]): void {
  const wanted = shape.reduce((product, side) => product * side, 1);
  if (given.length === wanted) return;
  throw new SensoriumError('E_MODEL_INPUT', `expected ${wanted} numbers, got ${given.length}`, { path });
}
