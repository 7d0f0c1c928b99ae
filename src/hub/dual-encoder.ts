import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Execution, Model, Picture } from '../contract/index.ts';
import { ImageToTensor } from '../perception/index.ts';
import { BUDGET, checkBudget, workingSet } from './budget.ts';
import { dualEncoderOf, pictureOptionsOf, type DualEncoderConfig, type Family, type Grid } from './config.ts';
import { openFolder, type HubFile, type HubFolder } from './folder.ts';
import { parseJson } from './json.ts';
import { DESCRIPTIONS, networkFile, TOWERS, type Precision, type Tower } from './layout.ts';
import { embeddingOf, openNetwork, runNetwork, type NetworkSpec, type OpenNetwork } from './network.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

/** A description is text: a vocabulary of 256,000 pieces is 34 MB. */
const MOST_TEXT = 2 ** 26;

/** What a picture is to an encoder: its embedding, of length 1, and what it says of the cells of a grid, row by row, if it has one. */
export interface Look {
  readonly embedding: Float32Array;
  /** By the names of the network's outputs: so many numbers a cell. */
  readonly cells: Readonly<Record<string, Float32Array>>;
}

/** Puts words and pictures into one space, in which what belongs together lies near (CLIP, SigLIP). */
export interface DualEncoder {
  readonly family: Family;
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
  close(): Promise<void>;
}

/** How a dual encoder is opened. */
export interface DualEncoderOptions {
  /** Which of its networks; default `q8`. */
  readonly precision?: Precision;
  /** Threads of one run; default 1. */
  readonly threads?: number;
  /** Bytes that it may hold; default {@link BUDGET}. */
  readonly budget?: number;
}

/**
 * Opens a dual encoder in a folder of the hub's layout. Its files are checked against the lock file, its networks' names, types and
 * shapes against its configuration; what is read is what runs, and nothing is fetched.
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openDualEncoder(folder: string, options: DualEncoderOptions = {}): Promise<DualEncoder> {
  const { precision = 'q8', threads = 1, budget = BUDGET } = options;
  const files = await openFolder(folder);
  const texts = new Map<string, HubFile>();
  for (const name of DESCRIPTIONS) texts.set(name, await files.read(name, MOST_TEXT));
  const sectionOf = (name: (typeof DESCRIPTIONS)[number]) => {
    const { content, path } = texts.get(name) as HubFile;
    return parseJson(content, path);
  };
  const config = dualEncoderOf(sectionOf('config.json'), join(folder, 'config.json'));
  const kernel = new ImageToTensor(pictureOptionsOf(sectionOf('preprocessor_config.json'), config));
  const tokens = await createTokenizer(
    sectionOf('tokenizer.json'),
    sectionOf('tokenizer_config.json'),
    config,
    join(folder, 'tokenizer.json'),
  );
  const { towers, hashes } = await openTowers(files, folder, config, { precision, threads, budget });
  const { text_model: words, vision_model: vision } = towers;
  const sha256 = createHash('sha256');
  for (const hash of [...[...texts.values()].map((file) => file.sha256), ...hashes]) sha256.update(hash);

  async function look(picture: Picture): Promise<Look> {
    const found = await runNetwork(vision, { pixel_values: kernel.tensorOf(picture).tensor });
    const cells = Object.keys(config.grid?.outputs ?? {}).map((name) => [name, Float32Array.from(found[name].data)]);
    return { embedding: embeddingOf(found, vision, config.dims), cells: Object.fromEntries(cells) as Look['cells'] };
  }

  return {
    family: config.family,
    sha256: sha256.digest('hex'),
    dims: config.dims,
    execution: vision.execution,
    tokens,
    grid: config.grid,
    async embedWords(text) {
      const data = tokens(text);
      const found = await runNetwork(words, { input_ids: { type: 'int64', shape: [1, data.length], data } });
      return embeddingOf(found, words, config.dims);
    },
    embedPicture: async (picture) => (await look(picture)).embedding,
    look,
    async close() {
      await Promise.all([words.close(), vision.close()]);
    },
  };
}

async function openTowers(
  files: HubFolder,
  folder: string,
  config: DualEncoderConfig,
  { precision, threads, budget }: Required<DualEncoderOptions>,
): Promise<{ readonly towers: Readonly<Record<Tower, Model>>; readonly hashes: readonly string[] }> {
  const sizes = await Promise.all(TOWERS.map((tower) => files.size(networkFile(tower, precision))));
  checkBudget(workingSet(sizes, precision), budget, folder);
  const open: OpenNetwork[] = [];
  try {
    // One after the other: only one file is held beside what has been made of it.
    for (const [i, tower] of TOWERS.entries()) {
      open.push(await openNetwork(files, networkFile(tower, precision), specOf(tower, config), sizes[i], threads));
    }
  } catch (error) {
    await Promise.all(open.map(({ model }) => model.close()));
    throw error;
  }
  const [words, vision] = open.map(({ model }) => model);
  return { towers: { text_model: words, vision_model: vision }, hashes: open.map(({ sha256 }) => sha256) };
}

/** What a network of this configuration takes and gives. */
function specOf(tower: Tower, { family, dims, positions, sides, grid }: DualEncoderConfig): NetworkSpec {
  const isText = tower === 'text_model';
  const output = family === 'siglip' ? 'pooler_output' : isText ? 'text_embeds' : 'image_embeds';
  const [rows, columns] = grid?.cells ?? [0, 0];
  const more = Object.entries(grid?.outputs ?? {}).map(
    ([name, width]) => ({ name, type: 'float32', shape: [1, rows * columns, width] }) as const,
  );
  return {
    name: tower,
    task: `embeddings of ${isText ? 'words' : 'pictures'}`,
    inputs: [
      isText
        ? { name: 'input_ids', type: 'int64', shape: [1, family === 'siglip' ? positions : -1] }
        : { name: 'pixel_values', type: 'float32', shape: [1, 3, ...sides] },
    ],
    outputs: [{ name: output, type: 'float32', shape: [1, dims] }, ...(isText ? [] : more)],
  };
}
