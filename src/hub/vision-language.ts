import type { Model, Picture, Tensors } from '../contract/index.ts';
import { SensoriumError } from '../contract/index.ts';
import type { Answerer, AnswerOptions } from './answerer.ts';
import { cacheAfter, cacheBytes, cachePorts, emptyCache, lastLogits, tokensOf } from './cache.ts';
import { openChat } from './chat.ts';
import type { Sides } from './config.ts';
import { readDescription } from './description.ts';
import { endsOf } from './ends.ts';
import { openFolder } from './folder.ts';
import { generate } from './generate.ts';
import { openNetworks, runNetwork, type NetworkSpec, type OpenOptions } from './network.ts';
import { positionsInOne, positionsInThree, type Positions } from './positions.ts';
import { openTokenizer } from './tokenizer.ts';
import { unknownWords } from './unknown-words.ts';
import { visionLanguageOf, type AudioShape, type VisionLanguageConfig } from './vision-language-config.ts';

/** Pictures of one question: each is hundreds of tokens. */
const MOST_PICTURES = 8;
/** Tokens of a prompt that are read at once. More: a little faster; fewer: sooner called off, and less memory for logits. */
const PIECE = 64;
/** Copies of what is kept that a run has at once: what goes in, what comes out, and what is put together between. */
const COPIES = 3;
/** Rows and columns of what is no picture. */
const WORD: Sides = [1, 1];
/** Tokens of a question, its template and its answer, beside pictures: for the memory that is set aside. */
const USUAL_TOKENS = 1024;

/**
 * Opens a model that answers questions about pictures (LLaVA, LLaVA-OneVision, SmolVLM, Qwen2-VL): `embed_tokens` makes embeddings of
 * tokens, `vision_encoder` of a picture, and `decoder_model_merged` says what comes after them. A picture is one tile. The answer is greedy: the
 * likeliest token each time. One of ours hears as well: `audio_encoder` makes embeddings of a clip.
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openVisionLanguage(folder: string, options: OpenOptions = {}): Promise<Answerer> {
  const files = await openFolder(folder);
  const description = await readDescription(files, ['answers']);
  const config = visionLanguageOf(description);
  const tokenizer = await openTokenizer(
    description.json('tokenizer.json'),
    description.json('tokenizer_config.json'),
    description.path('tokenizer.json'),
  );
  const chat = openChat(description, tokenizer, config.image);
  const ends = endsOf(description, tokenizer);
  const networks = await openNetworks(files, specsOf(config), options, runningBytes(config));
  const [embedder, vision, decoder] = networks.models;
  const hearing = networks.models.at(-1);
  const sha256 = description.sha256(networks.hashes);

  /** Features of a picture, or of those that are seen as one. */
  async function see({ pictures, felt }: Seen): Promise<Features> {
    const { inputs, grid } = config.sight.inputsOf(pictures, felt);
    const { image_features: features } = await runNetwork(vision, inputs);
    const rows = features.data.length / config.width;
    if (grid !== undefined && rows !== grid[0] * grid[1]) {
      const what = `expected ${grid.join(' x ')} features of a picture, the network gave ${rows}`;
      throw new SensoriumError('E_MODEL_SHAPE', what, { path: 'image_features' });
    }
    return { data: features.data as Float32Array, grid };
  }

  /** Features of a clip. */
  async function hear(clip: Int16Array): Promise<Features> {
    if (hearing === undefined || config.audio === undefined) {
      throw new SensoriumError('E_MODEL_INPUT', 'expected no clip: the model does not hear', { path: 'clip' });
    }
    const { audio_features: features } = await runNetwork(hearing, clipOf(config.audio, clip));
    return { data: features.data as Float32Array };
  }

  const [seenOf, heardOf] = [lastOf(see, ({ key }) => key), lastOf(hear, (clip) => clip)];

  /** What is looked at, one after the other. */
  function looksOf(pictures: readonly Picture[], felt: Float32Array | undefined): Seen[] {
    const { clip } = config.sight;
    const most = clip?.pictures ?? MOST_PICTURES;
    if (pictures.length > most) throw tooMany(`${most} pictures`, pictures.length);
    if (clip === undefined) return pictures.map((picture) => ({ key: picture, pictures: [picture] }));
    return pictures.length === 0 ? [] : [{ key: pictures, pictures, felt }];
  }

  async function embed(ids: readonly number[]): Promise<Float32Array> {
    const { inputs_embeds: embeddings } = await runNetwork(embedder, { input_ids: tokensOf(ids) });
    return embeddings.data as Float32Array;
  }

  return {
    name: description.family.type,
    sha256,
    ...(config.audio && { hears: config.audio }),
    ...(config.sight.clip && { sees: config.sight.clip, feels: config.sight.clip.isFelt }),
    async answer(question, pictures, answering: AnswerOptions = {}) {
      const looks = looksOf(pictures, answering.felt);
      const prompt = chat.promptOf(question, looks.length);
      const run = stepsOf(decoder, config);
      let promptTokens = prompt.length;
      const said = await generate(
        {
          async read(pause) {
            const seen: Features[] = [];
            // Two thirds of the time is seeing, as it is with small models.
            for (const look of looks) {
              await pause((0.6 * seen.length) / looks.length);
              seen.push(await seenOf(look, answering.isSame));
            }
            const { clip } = answering;
            const heard = clip === undefined ? [] : [await heardOf(clip, answering.isSame)];
            const features = new Map([
              [config.image, seen],
              ...(config.audio ? [[config.audio.token, heard] as const] : []),
            ]);
            const { embeddings, places } = woven(prompt, await embed(prompt), features, config.width);
            promptTokens = embeddings.length / config.width;
            if (promptTokens >= config.positions) throw tooMany(`${config.positions - 1} tokens`, promptTokens);
            const from = pictures.length === 0 ? 0 : 0.6;
            const positions = config.isInThree ? positionsInThree(places) : positionsInOne;
            return run.read(embeddings, positions, (share) => pause(from + (1 - from) * share));
          },
          next: async (id) => run.step(await embed([id])),
        },
        tokenizer,
        {
          ...answering,
          most: Math.min(answering.most ?? Infinity, config.positions - promptTokens),
          ends,
          firsts: answering.weigh?.map((word) => tokenizer.idsOf(word, false)[0]),
        },
      );
      const { text, ids, ended, confidence, weights } = said;
      return { text, tokens: ids.length, ids, promptTokens, ended, confidence, ...(answering.weigh && { weights }) };
    },
    unknownIn: (words) => unknownWords(words, (text) => tokenizer.idsOf(text, false)),
    close: () => networks.close(),
  };
}

/** What is seen at once: a picture, or a clip. */
interface Seen {
  /** What it is known by. */
  readonly key: object;
  readonly pictures: readonly Picture[];
  readonly felt?: Float32Array;
}

/** What stands in the place of a token, one row of the text's width each. */
interface Features {
  readonly data: Float32Array;
  /** Rows and columns of a picture's, where a decoder is told where each stands. */
  readonly grid?: Sides;
}

function tooMany(most: string, got: number): SensoriumError {
  return new SensoriumError('E_MODEL_INPUT', `expected at most ${most}, got ${got}`, { path: 'question' });
}

/** What came of the last one: where the same is given again, and may be taken as the same, it is not worked out again. */
function lastOf<T>(work: (its: T) => Promise<Features>, keyOf: (its: T) => object) {
  let last: { readonly key: object; readonly found: Features } | undefined;
  return async (its: T, isSame = false): Promise<Features> => {
    const key = keyOf(its);
    if (isSame && last?.key === key) return last.found;
    const found = await work(its);
    last = { key, found };
    return found;
  };
}

/** The embeddings of a prompt, with those of pictures and clips in the place of the tokens that stand for them, in their order. */
function woven(
  prompt: readonly number[],
  embedded: Float32Array,
  features: ReadonlyMap<number, readonly Features[]>,
  width: number,
): { readonly embeddings: Float32Array; readonly places: readonly Sides[] } {
  const left = new Map([...features].map(([token, all]) => [token, all[Symbol.iterator]()]));
  const parts = prompt.map(
    (id, i): Features => left.get(id)?.next().value ?? { data: embedded.subarray(i * width, (i + 1) * width) },
  );
  const embeddings = new Float32Array(parts.reduce((sum, { data }) => sum + data.length, 0));
  const places: Sides[] = [];
  let at = 0;
  for (const { data, grid } of parts) {
    embeddings.set(data, at);
    at += data.length;
    if (grid === undefined) for (let i = 0; i < data.length; i += width) places.push(WORD);
    else places.push(grid);
  }
  return { embeddings, places };
}

/** Channel after channel, as the network takes it. */
function clipOf({ channels, samples }: AudioShape, clip: Int16Array): Tensors {
  if (clip.length !== channels * samples) {
    const what = `expected ${channels} x ${samples} samples, got ${clip.length}`;
    throw new SensoriumError('E_MODEL_INPUT', what, { path: 'clip' });
  }
  const data = new Float32Array(clip.length);
  for (let c = 0; c < channels; c += 1) {
    for (let n = 0; n < samples; n += 1) data[c * samples + n] = clip[n * channels + c] / 32_768;
  }
  return { input_values: { type: 'float32', shape: [1, channels, samples], data } };
}

/** A decoder that goes on from what was said before. */
function stepsOf(decoder: Model, config: VisionLanguageConfig) {
  const { width, cache } = config;
  let kept: Tensors = emptyCache(cache);
  let tokens = 0;
  let positions = positionsInOne;

  async function step(embeddings: Float32Array): Promise<Float32Array> {
    const count = embeddings.length / width;
    const all = tokens + count;
    const outputs = await runNetwork(decoder, {
      inputs_embeds: { type: 'float32', shape: [1, count, width], data: embeddings },
      attention_mask: tokensOf(Array.from({ length: all }, () => 1)),
      position_ids: positions(tokens, count),
      num_logits_to_keep: { type: 'int64', shape: [], data: Int32Array.of(1) },
      ...kept,
    });
    tokens = all;
    kept = cacheAfter(cache, kept, outputs);
    return lastLogits(outputs['logits']);
  }

  return {
    step,
    async read(
      embeddings: Float32Array,
      places: Positions,
      pause: (share: number) => Promise<void>,
    ): Promise<Float32Array> {
      positions = places;
      let logits = new Float32Array();
      for (let at = 0; at < embeddings.length; at += PIECE * width) {
        await pause(at / embeddings.length);
        logits = Float32Array.from(await step(embeddings.slice(at, at + PIECE * width)));
      }
      return logits;
    },
  };
}

function specsOf({ sight, width, vocabulary, cache, isInThree, audio }: VisionLanguageConfig): NetworkSpec[] {
  const { inputs, outputs } = cachePorts(cache);
  const position = { name: 'position_ids', type: 'int64' } as const;
  return [
    {
      name: 'embed_tokens',
      task: 'embeddings of tokens',
      inputs: [{ name: 'input_ids', type: 'int64', shape: [1, -1] }],
      outputs: [{ name: 'inputs_embeds', type: 'float32', shape: [1, -1, width] }],
    },
    sight.network,
    {
      name: 'decoder_model_merged',
      task: 'what is said next',
      inputs: [
        { name: 'inputs_embeds', type: 'float32', shape: [1, -1, width] },
        { name: 'attention_mask', type: 'int64', shape: [1, -1] },
        isInThree ? { ...position, shape: [3, 1, -1] } : { ...position, shape: [1, -1], optional: true },
        { name: 'num_logits_to_keep', type: 'int64', shape: [], optional: true },
        ...inputs,
      ],
      outputs: [{ name: 'logits', type: 'float32', shape: [1, -1, vocabulary] }, ...outputs],
    },
    ...(audio === undefined ? [] : [hearingOf(audio, width)]),
  ];
}

function hearingOf({ channels, samples }: AudioShape, width: number): NetworkSpec {
  return {
    name: 'audio_encoder',
    task: 'features of a clip',
    inputs: [{ name: 'input_values', type: 'float32', shape: [1, channels, samples] }],
    outputs: [{ name: 'audio_features', type: 'float32', shape: [1, -1, width] }],
  };
}

/** Bytes that a question takes beside the networks: attention over a picture's patches, logits, and what is kept of all tokens. */
function runningBytes({ sight: { patches, heads }, vocabulary, cache, width }: VisionLanguageConfig): number {
  const seeing = 4 * (heads * patches ** 2 + 8 * patches * width);
  const saying = 4 * PIECE * vocabulary * 2 + COPIES * cacheBytes(cache, patches + USUAL_TOKENS);
  return Math.max(seeing, saying);
}
