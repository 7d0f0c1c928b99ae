import { SensoriumError, type Execution, type Model, type Picture, type Tensor } from '../contract/index.ts';
import { ImageToTensor } from '../perception/index.ts';
import { dualEncoderOf, pictureOptionsOf, type DualEncoderConfig } from './config.ts';
import { readDescription } from './description.ts';
import { openFolder } from './folder.ts';
import { openNetworks, runNetwork, type NetworkSpec, type OpenOptions } from './network.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

/** Puts words and pictures into one space, in which what belongs together lies near (CLIP, SigLIP). */
export interface DualEncoder {
  readonly family: DualEncoderConfig['family'];
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

/**
 * Opens a dual encoder in a folder of the hub's layout. Its files are checked against the lock file, its networks' names, types and
 * shapes against its configuration; what is read is what runs, and nothing is fetched.
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openDualEncoder(folder: string, options: OpenOptions = {}): Promise<DualEncoder> {
  const files = await openFolder(folder);
  const description = await readDescription(files, ['words and pictures']);
  const config = dualEncoderOf(description.json('config.json'));
  const kernel = new ImageToTensor(pictureOptionsOf(description.json('preprocessor_config.json'), [config.side, config.side]));
  const tokens = await createTokenizer(
    description.json('tokenizer.json'),
    description.json('tokenizer_config.json'),
    config,
    description.path('tokenizer.json'),
  );
  const networks = await openNetworks(files, specsOf(config), options);
  const [words, vision] = networks.models;

  return {
    family: config.family,
    sha256: description.sha256(networks.hashes),
    dims: config.dims,
    execution: vision.execution,
    tokens,
    async embedWords(text) {
      const data = tokens(text);
      return embed(words, { type: 'int64', shape: [1, data.length], data }, config);
    },
    embedPicture: async (picture) => embed(vision, kernel.tensorOf(picture).tensor, config),
    close: () => networks.close(),
  };
}

/** What the networks of this configuration take and give. */
function specsOf({ family, dims, positions, side }: DualEncoderConfig): NetworkSpec[] {
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
      inputs: [{ name: 'pixel_values', type: 'float32', shape: [1, 3, side, side] }],
      outputs: output('image_embeds'),
    },
  ];
}

async function embed(model: Model, input: Tensor, { dims }: DualEncoderConfig): Promise<Float32Array> {
  const { name, inputs, outputs } = model.manifest;
  const results = await runNetwork(model, { [inputs[0].name]: input });
  const { data } = results[outputs[0].name];
  if (data.length !== dims) {
    throw new SensoriumError('E_MODEL_SHAPE', `expected ${dims} numbers, it gives ${data.length}`, { path: name });
  }
  const length = Math.hypot(...data);
  return Float32Array.from(data, (value) => value / length);
}
