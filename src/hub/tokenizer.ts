import type { Message } from '@huggingface/transformers';
import { SensoriumError, showValue } from '../contract/index.ts';
import { firstLine } from '../inference/index.ts';
import type { DualEncoderConfig } from './config.ts';
import type { Section } from './json.ts';
import { plainWords } from './plain-words.ts';

/** Turns words into the numbers of a network's vocabulary. */
export type Tokenizer = (words: string) => Int32Array;

/** More letters than any question has: cutting words into pieces takes longer than linear time. */
const MOST_LETTERS = 10_000;

/**
 * The tokenizer of a dual encoder. A text that is too long loses its end and keeps the token that says where it ends, from which
 * the network reads the meaning; SigLIP's texts are filled up. Words that spell a special token are words.
 * @param file `tokenizer.json`
 * @param config `tokenizer_config.json`
 * @param path of the former, for errors
 * @throws SensoriumError E_MODEL_FORMAT where it is none; the tokenizer: E_MODEL_INPUT for more than 10,000 letters
 */
export async function createTokenizer(
  file: Section,
  config: Section,
  { family, positions }: Pick<DualEncoderConfig, 'positions'> & { readonly family: string },
  path: string,
): Promise<Tokenizer> {
  const { idsOf, fill } = await openTokenizer(file, config, path);
  const plain = plainWords(file);
  // An empty text is its special tokens: the last of them ends every text.
  const end = idsOf('').at(-1);
  if (end === undefined || fill === undefined) {
    throw new SensoriumError('E_MODEL_FORMAT', 'expected tokens that end and fill up a text', { path });
  }

  return (words) => {
    checkWords(words);
    const ids = idsOf(plain(words));
    const length = family === 'siglip' ? positions : Math.min(ids.length, positions);
    const out = new Int32Array(length).fill(fill);
    out.set(ids.slice(0, length));
    if (ids.length > length) out[length - 1] = end;
    return out;
  };
}

/** @throws SensoriumError E_MODEL_INPUT for more than 10,000 letters */
export function checkWords(words: string): void {
  if (words.length <= MOST_LETTERS) return;
  const what = `expected at most ${MOST_LETTERS} letters, got ${words.length}: ${showValue(words)}`;
  throw new SensoriumError('E_MODEL_INPUT', what, { path: 'words' });
}

/** A tokenizer as its file says it. */
export interface OpenTokenizer {
  /**
   * @param isWhole whether what begins and ends every text is put around it
   * @throws SensoriumError E_MODEL_FORMAT
   */
  readonly idsOf: (text: string, isWhole?: boolean) => number[];
  /**
   * What a chat template makes of messages.
   * @throws Error where the template is none, or cannot be filled in with them
   */
  rendered(template: string, messages: readonly object[]): string;
  /** Words of tokens, without those that are signs. */
  wordsOf(ids: readonly number[]): string;
  /** The token that is spelled so. */
  idOf(token: string): number | undefined;
  /** How a token is spelled; empty where there is none. */
  wordOf(id: number): string;
  /** Whether it was added to the vocabulary as a sign: no words are cut into it. */
  isSign(id: number): boolean;
  /** The token that ends a text. */
  readonly end: number | undefined;
  /** The token that fills up a text. */
  readonly fill: number | undefined;
}

/**
 * Opens a tokenizer.
 * @param path of its file, for errors
 * @throws SensoriumError E_MODEL_FORMAT where it is none
 */
export async function openTokenizer(file: Section, config: Section, path: string): Promise<OpenTokenizer> {
  // Loaded with the first model that needs it: its code is 1.3 MB.
  const { PreTrainedTokenizer } = await import('@huggingface/transformers');
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw new SensoriumError('E_MODEL_FORMAT', `not a tokenizer: ${firstLine(error)}`, { path, cause: error });
    }
  };
  const tokenizer = attempt(() => new PreTrainedTokenizer(file.object, config.object));
  const fill: unknown = tokenizer.pad_token_id;
  const vocabulary = attempt(() => tokenizer.get_vocab());
  const added = signsOf(file);
  const spelled = new Map([...vocabulary].map(([word, id]) => [id, word]));
  return {
    idsOf: (text, isWhole = true) => attempt(() => tokenizer.encode(text, { add_special_tokens: isWhole })),
    rendered: (template, messages) =>
      tokenizer.apply_chat_template(messages as Message[], {
        chat_template: template,
        add_generation_prompt: true,
        tokenize: false,
      }),
    wordsOf: (ids) =>
      ids.length === 0 ? '' : attempt(() => tokenizer.decode([...ids], { skip_special_tokens: true })),
    idOf: (token) => vocabulary.get(token),
    wordOf: (id) => spelled.get(id) ?? '',
    isSign: (id) => added.has(id),
    end: idOfSetting(config, 'eos_token', vocabulary),
    fill: typeof fill === 'number' ? fill : undefined,
  };
}

/** Tokens that a tokenizer's file adds to what words are cut into. */
function signsOf(file: Section): ReadonlySet<number> {
  const added: unknown = file.value('added_tokens');
  const ids = (Array.isArray(added) ? (added as ({ readonly id?: unknown } | null)[]) : []).map((token) => token?.id);
  return new Set(ids.filter((id): id is number => typeof id === 'number'));
}

/** The number of a token that `tokenizer_config.json` names, by its text or by an object with it. */
function idOfSetting(config: Section, key: string, vocabulary: ReadonlyMap<string, number>): number | undefined {
  const its = config.value(key);
  const content = typeof its === 'string' ? its : (its as { readonly content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? vocabulary.get(content) : undefined;
}
