import { SensoriumError, showValue } from '../contract/index.ts';
import type { Section } from './json.ts';

/** What a model does. */
export type Kind =
  /** Puts words and pictures into one space. */
  | 'words and pictures'
  /** Puts words and sounds into one space. */
  | 'words and sounds'
  /** Answers questions about pictures. */
  | 'answers'
  /** Says what a picture shows. */
  | 'captions'
  /** Writes down what is said. */
  | 'speech'
  /** Finds in a picture what words say. */
  | 'boxes'
  /** Says how far away each pixel is, in no unit. */
  | 'depth'
  /** Makes pictures of what words say. */
  | 'imagination';

/** What a model of a hub is made of. */
export interface Family {
  /** `model_type` of its `config.json`. */
  readonly type: string;
  readonly kind: Kind;
  /** Files that have to be there. */
  readonly descriptions: readonly string[];
  /** Files that some have. */
  readonly extras: readonly string[];
  /** In the order in which they are opened: the largest last, while most memory is free again. */
  readonly networks: readonly string[];
}

const TOKENIZER = ['tokenizer.json', 'tokenizer_config.json'];
const ALL = ['config.json', ...TOKENIZER, 'preprocessor_config.json'];
const ANSWERS = {
  kind: 'answers',
  descriptions: ALL,
  extras: ['generation_config.json', 'chat_template.jinja', 'chat_template.json'],
  networks: ['embed_tokens', 'vision_encoder', 'decoder_model_merged'],
} as const;
const DUAL = {
  kind: 'words and pictures',
  descriptions: ALL,
  extras: [],
  networks: ['text_model', 'vision_model'],
} as const;
const SEQUENCE = {
  descriptions: ALL,
  extras: ['generation_config.json'],
  networks: ['encoder_model', 'decoder_model_merged'],
} as const;

/** Every family that is read here, by `model_type`. */
const FAMILIES: Readonly<Record<string, Omit<Family, 'type'>>> = {
  clip: DUAL,
  siglip: DUAL,
  clap: { ...DUAL, kind: 'words and sounds', networks: ['text_model', 'audio_model'] },
  llava: ANSWERS,
  llava_onevision: ANSWERS,
  idefics3: ANSWERS,
  smolvlm: ANSWERS,
  qwen2_vl: ANSWERS,
  qwen2_5_vl: ANSWERS,
  'vision-encoder-decoder': { ...SEQUENCE, kind: 'captions' },
  whisper: { ...SEQUENCE, kind: 'speech' },
  owlv2: { kind: 'boxes', descriptions: ALL, extras: [], networks: ['model'] },
  depth_anything: {
    kind: 'depth',
    descriptions: ['config.json', 'preprocessor_config.json'],
    extras: [],
    networks: ['model'],
  },
  unclip: {
    kind: 'imagination',
    descriptions: ['config.json', ...TOKENIZER],
    extras: [],
    networks: ['text_encoder', 'prior', 'unet', 'arrangement_model'],
  },
};

/**
 * The family of a model.
 * @param config its `config.json`
 * @param path of the file, for errors
 * @param kinds what it may do
 * @throws SensoriumError E_MODEL_UNKNOWN for another one; E_MODEL_MANIFEST
 */
export function familyOf(config: Section, path: string, kinds?: readonly Kind[]): Family {
  const type = config.text('model_type');
  const known = Object.keys(FAMILIES).filter((name) => kinds?.includes(FAMILIES[name].kind) !== false);
  if (known.includes(type)) return { type, ...FAMILIES[type] };
  const expected = [known.slice(0, -1).join(', '), ...known.slice(-1)].filter((part) => part !== '').join(' or ');
  throw new SensoriumError('E_MODEL_UNKNOWN', `model_type: expected ${expected}, got ${showValue(type)}`, { path });
}

/** Whatever a model that is read here can do. */
export const KINDS: readonly Kind[] = [...new Set(Object.values(FAMILIES).map(({ kind }) => kind))];
