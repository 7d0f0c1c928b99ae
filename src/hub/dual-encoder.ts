import type { Execution, Model, Picture, SeenThing } from '../contract/index.ts';
import { ImageToTensor } from '../perception/index.ts';
import { dualEncoderOf, pictureOptionsOf, type DualEncoderConfig, type Grid } from './config.ts';
import { readDescription } from './description.ts';
import { embeddingIn, embeddingOf } from './embedding.ts';
import { openFolder } from './folder.ts';
import { openNetworks, runNetwork, type NetworkSpec, type OpenOptions } from './network.ts';
import { thingsIn, thingsSpecOf } from './things.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

/** What a picture is to an encoder: its embedding, of length 1, and what it says of the cells of a grid, row by row, if it has one. */
export interface Look {
  readonly embedding: Float32Array;
  /** By the names of the network's outputs: so many numbers a cell. */
  readonly cells: Readonly<Record<string, Float32Array>>;
}

/** Puts words and pictures into one space, in which what belongs together lies near (CLIP, SigLIP). */
export interface DualEncoder {
  readonly family: DualEncoderConfig['family'];
  /** Hexadecimal sha256 over its files': embeddings of another one cannot be compared with its own. */
  readonly sha256: string;
  /** Numbers of an embedding. */
  readonly dims: number;
  readonly execution: Execution;
  readonly tokens: Tokenizer;
  /** Of a picture, if its network tells more of it than an embedding. */
  readonly grid: Grid | undefined;
  /**
   * Embedding of words, of length 1: the product of two is their cosine.
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  embedWords(words: string): Promise<Float32Array>;
  /**
   * Embedding of a picture, of length 1.
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  embedPicture(picture: Picture): Promise<Float32Array>;
  /**
   * The same, and what the network tells of the picture's cells.
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  look(picture: Picture): Promise<Look>;
  /**
   * What a picture shows, thing by thing, the likeliest first; `undefined`: the model knows pictures as a whole only.
   * @throws SensoriumError E_MODEL_RUNTIME
   */
  readonly things: ((look: Look) => Promise<readonly SeenThing[]>) | undefined;
  close(): Promise<void>;
}

/**
 * Opens a dual encoder in a folder of the hub's layout. Its files are checked against the lock file, its networks' names, types and
 * shapes against its configuration; what is read is what runs, and nothing is fetched.
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openDualEncoder(folder: string, options: OpenOptions = {}): Promise<DualEncoder> {
  const files = await openFolder(folder);
  const description = await readDescription(files, ['words and pictures']);
  const section = description.json('config.json');
  const config = dualEncoderOf(section);
  const kernel = new ImageToTensor(pictureOptionsOf(description.json('preprocessor_config.json'), config.sides));
  const tokens = await createTokenizer(
    description.json('tokenizer.json'),
    description.json('tokenizer_config.json'),
    config,
    description.path('tokenizer.json'),
  );
  const { grid, dims } = config;
  const more = section.has('things_config') ? [thingsSpecOf(section, grid, dims)] : [];
  const networks = await openNetworks(files, [...specsOf(config), ...more], options);
  const [words, vision, things] = networks.models as [Model, Model, Model?];

  async function look(picture: Picture): Promise<Look> {
    const found = await runNetwork(vision, { pixel_values: kernel.tensorOf(picture).tensor });
    const cells = Object.keys(config.grid?.outputs ?? {}).map((name) => [name, Float32Array.from(found[name].data)]);
    return { embedding: embeddingIn(found, vision, config.dims), cells: Object.fromEntries(cells) as Look['cells'] };
  }

  return {
    family: config.family,
    sha256: description.sha256(networks.hashes),
    dims: config.dims,
    execution: vision.execution,
    tokens,
    grid: config.grid,
    async embedWords(text) {
      const data = tokens(text);
      return embeddingOf(words, { input_ids: { type: 'int64', shape: [1, data.length], data } }, config.dims);
    },
    embedPicture: async (picture) => (await look(picture)).embedding,
    look,
    things: things && grid && ((its) => thingsIn(things, grid, its)),
    close: () => networks.close(),
  };
}

/** What the networks of this configuration take and give. */
function specsOf({ family, dims, positions, sides, grid }: DualEncoderConfig): NetworkSpec[] {
  const [rows, columns] = grid?.cells ?? [0, 0];
  const more = Object.entries(grid?.outputs ?? {}).map(
    ([name, width]) => ({ name, type: 'float32', shape: [1, rows * columns, width] }) as const,
  );
  const output = (name: string): NetworkSpec['outputs'] => [
    { name: family === 'siglip' ? 'pooler_output' : name, type: 'float32', shape: [1, dims] },
  ];
  return [
    {
      name: 'text_model',
      task: 'embeddings of words',
      inputs: [{ name: 'input_ids', type: 'int64', shape: [1, family === 'siglip' ? positions : -1] }],
      outputs: output('text_embeds'),
    },
    {
      name: 'vision_model',
      task: 'embeddings of pictures',
      inputs: [{ name: 'pixel_values', type: 'float32', shape: [1, 3, ...sides] }],
      outputs: [...output('image_embeds'), ...more],
    },
  ];
}
