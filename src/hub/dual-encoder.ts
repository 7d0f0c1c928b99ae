import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SensoriumError, type Execution, type Model, type ModelManifest, type Picture } from '../contract/index.ts';
import type { Tensor, Tensors } from '../contract/index.ts';
import { firstLine, openModel } from '../inference/index.ts';
import { ImageToTensor } from '../perception/index.ts';
import { BUDGET, checkBudget, giveBack, workingSet } from './budget.ts';
import { dualEncoderOf, pictureOptionsOf, type DualEncoderConfig, type Family } from './config.ts';
import { openFolder, type HubFile, type HubFolder } from './folder.ts';
import { parseJson } from './json.ts';
import { DESCRIPTIONS, networkFile, TOWERS, type Precision, type Tower } from './layout.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

/** A description is text: a vocabulary of 256,000 pieces is 34 MB. */
const MOST_TEXT = 2 ** 26;

/** Puts words and pictures into one space, in which what belongs together lies near (CLIP, SigLIP). */
export interface DualEncoder {
  readonly family: Family;
  /** Hexadecimal sha256 over its files': embeddings of another one cannot be compared with its own. */
  readonly sha256: string;
  /** Numbers of an embedding. */
  readonly dims: number;
  readonly execution: Execution;
  readonly tokens: Tokenizer;
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

  return {
    family: config.family,
    sha256: sha256.digest('hex'),
    dims: config.dims,
    execution: vision.execution,
    tokens,
    async embedWords(text) {
      const data = tokens(text);
      return embed(words, { type: 'int64', shape: [1, data.length], data }, config);
    },
    embedPicture: async (picture) => embed(vision, kernel.tensorOf(picture).tensor, config),
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
  const open: Model[] = [];
  const hashes: string[] = [];
  try {
    // One after the other: only one file is held beside what has been made of it.
    for (const [i, tower] of TOWERS.entries()) {
      const name = networkFile(tower, precision);
      const { content, sha256, path } = await files.read(name, sizes[i]);
      const manifest = manifestOf(tower, config, { sha256, bytes: content.length });
      open.push(await openNetwork(manifest, content, path, threads));
      hashes.push(sha256);
      giveBack(content);
    }
  } catch (error) {
    await Promise.all(open.map((model) => model.close()));
    throw error;
  }
  return { towers: { text_model: open[0], vision_model: open[1] }, hashes };
}

/** Opens a network; what is wrong with it is said of its file. */
async function openNetwork(
  manifest: ModelManifest,
  content: Uint8Array,
  path: string,
  threads: number,
): Promise<Model> {
  const { name, files } = manifest;
  try {
    return await openModel(manifest, new Map([[files[0].file, content]]), { threads });
  } catch (error) {
    if (!(error instanceof SensoriumError)) throw error;
    const where = /^[.]((?:inputs|outputs).*)$/.exec(error.path?.slice(`models.${name}`.length) ?? '')?.[1];
    const what = where === undefined ? error.what : `${where}: ${error.what}`;
    throw new SensoriumError(error.code, what, { path, cause: error });
  }
}

/** What a network of this configuration takes and gives. */
function manifestOf(
  tower: Tower,
  { family, dims, positions, side }: DualEncoderConfig,
  { sha256, bytes }: { readonly sha256: string; readonly bytes: number },
): ModelManifest {
  const isText = tower === 'text_model';
  const output = family === 'siglip' ? 'pooler_output' : isText ? 'text_embeds' : 'image_embeds';
  return {
    name: tower,
    task: `embeddings of ${isText ? 'words' : 'pictures'}`,
    source: family,
    licence: 'of its folder',
    files: [{ file: `${tower}.onnx`, bytes, sha256, url: 'https://' }],
    inputs: [
      isText
        ? { name: 'input_ids', type: 'int64', shape: [1, family === 'siglip' ? positions : -1] }
        : { name: 'pixel_values', type: 'float32', shape: [1, 3, side, side] },
    ],
    outputs: [{ name: output, type: 'float32', shape: [1, dims] }],
    labels: [],
    preprocessing: 'of its folder',
  };
}

async function embed(model: Model, input: Tensor, { dims }: DualEncoderConfig): Promise<Float32Array> {
  const { name, inputs, outputs } = model.manifest;
  const results = await run(model, { [inputs[0].name]: input });
  const { data } = results[outputs[0].name];
  if (data.length !== dims) {
    throw new SensoriumError('E_MODEL_SHAPE', `expected ${dims} numbers, it gives ${data.length}`, { path: name });
  }
  const length = Math.hypot(...data);
  return Float32Array.from(data, (value) => value / length);
}

async function run(model: Model, inputs: Tensors): Promise<Tensors> {
  try {
    return await model.run(inputs);
  } catch (error) {
    if (error instanceof SensoriumError) throw error;
    throw new SensoriumError('E_MODEL_RUNTIME', `it cannot be run: ${firstLine(error)}`, {
      path: model.manifest.name,
      cause: error,
    });
  }
}
