import { SensoriumError, type Picture } from '../contract/index.ts';
import { ImageToTensor } from '../perception/index.ts';
import type { Answer, Answerer, AnswerOptions } from './answerer.ts';
import { pictureOptionsOf } from './config.ts';
import { readDescription, type Description } from './description.ts';
import { decoderOf, encoderDecoderSpecs, type EncoderDecoderShape } from './encoder-decoder.ts';
import { endsOf } from './ends.ts';
import { openFolder } from './folder.ts';
import { generate } from './generate.ts';
import type { Section } from './json.ts';
import { openNetworks, runNetwork, type OpenOptions } from './network.ts';
import { openTokenizer } from './tokenizer.ts';

/** Says what a picture shows. */
export interface Captioner {
  /** Hexadecimal sha256 over its files. */
  readonly sha256: string;
  /** @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME, E_CANCELLED */
  describe(picture: Picture, options?: AnswerOptions): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Opens a vision encoder-decoder (ViT and GPT-2, or BART's decoder, which TrOCR uses too): `encoder_model` sees, `decoder_model_merged` says
 * what it is, the likeliest token each time.
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openCaptioner(folder: string, options: OpenOptions = {}): Promise<Captioner> {
  const files = await openFolder(folder);
  const description = await readDescription(files, ['captions']);
  const config = description.json('config.json');
  const side = config.section('encoder').whole('image_size', 1, 2048);
  const shape = shapeOf(config);
  const tokenizer = await openTokenizer(
    description.json('tokenizer.json'),
    description.json('tokenizer_config.json'),
    description.path('tokenizer.json'),
  );
  const kernel = new ImageToTensor(pictureOptionsOf(description.json('preprocessor_config.json'), [side, side]));
  const ends = endsOf(description, tokenizer);
  const start = startOf(description, shape.vocabulary);
  const pixels = { name: 'pixel_values', type: 'float32', shape: [1, 3, side, side] } as const;
  const networks = await openNetworks(files, encoderDecoderSpecs(pixels, shape), options);
  const [encoder, decoder] = networks.models;

  return {
    sha256: description.sha256(networks.hashes),
    async describe(picture, describing = {}) {
      const { tensor } = kernel.tensorOf(picture);
      let say: ReturnType<typeof decoderOf>;
      const { text, ids, ended, confidence } = await generate(
        {
          async read(pause) {
            await pause(0);
            const seen = await runNetwork(encoder, { pixel_values: tensor });
            say = decoderOf(decoder, seen['last_hidden_state'], shape);
            await pause(0.9);
            return say([start]);
          },
          next: (id) => say([id]),
        },
        tokenizer,
        { ...describing, most: Math.min(describing.most ?? Infinity, shape.positions - 1), ends },
      );
      return { text, tokens: ids.length, ids, promptTokens: 1, ended, confidence };
    },
    close: () => networks.close(),
  };
}

/** A captioner as what answers: whatever it is asked about one picture, it says what that shows. */
export function captionerAsAnswerer(captioner: Captioner): Answerer {
  return {
    name: 'vision-encoder-decoder',
    sha256: captioner.sha256,
    answer(_question, pictures, options) {
      if (pictures.length === 1) return captioner.describe(pictures[0], options);
      const what = `expected one picture for a model that writes captions, got ${pictures.length}`;
      return Promise.reject(new SensoriumError('E_MODEL_INPUT', what, { path: 'picture' }));
    },
    close: () => captioner.close(),
  };
}

/** The token that every caption begins with. */
export function startOf(description: Description, vocabulary: number): number {
  const config = description.json('config.json');
  const generation = description.has('generation_config.json') ? description.json('generation_config.json') : config;
  const says = generation.has('decoder_start_token_id') ? generation : config;
  return says.whole('decoder_start_token_id', 0, vocabulary - 1);
}

function shapeOf(config: Section): EncoderDecoderShape {
  const its = config.section('decoder');
  // BART's class keeps what the encoder gave, GPT-2's does not; and each has names of its own for the same.
  const isBart = its.has('decoder_layers');
  const either = (keys: readonly string[], most: number): number =>
    its.whole(keys.find((key) => its.has(key)) ?? keys[0], 1, most);
  const heads = either(['n_head', 'decoder_attention_heads', 'num_attention_heads'], 256);
  const width = either(['n_embd', 'd_model', 'hidden_size'], 16_384);
  return {
    width: config.section('encoder').whole('hidden_size', 1, 16_384),
    vocabulary: its.whole('vocab_size', 1, 2 ** 20),
    positions: either(['n_positions', 'max_position_embeddings'], 2 ** 20),
    cache: {
      layers: either(['n_layer', 'decoder_layers', 'num_hidden_layers'], 256),
      heads,
      dims: Math.floor(width / heads),
      kept: isBart ? ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'] : ['key', 'value'],
    },
  };
}
