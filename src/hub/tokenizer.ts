import { SensoriumError, showValue } from '../contract/index.ts';
import { firstLine } from '../inference/index.ts';
import type { DualEncoderConfig } from './config.ts';
import type { Section } from './json.ts';

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
  { family, positions }: DualEncoderConfig,
  path: string,
): Promise<Tokenizer> {
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
  const idsOf = (words: string): number[] => tokenizer(words, { return_tensor: false }).input_ids;
  // An empty text is its special tokens: the last of them ends every text.
  const end = attempt(() => idsOf('')).at(-1);
  const fill: unknown = tokenizer.pad_token_id;
  if (end === undefined || typeof fill !== 'number') {
    throw new SensoriumError('E_MODEL_FORMAT', 'expected tokens that end and fill up a text', { path });
  }
  const spelled = tokenizer.all_special_tokens.map(
    (token: string) => new RegExp(token.replace(/[^A-Za-z0-9]/g, '\\$&'), 'gi'),
  );

  return (words) => {
    if (words.length > MOST_LETTERS) {
      const what = `expected at most ${MOST_LETTERS} letters, got ${words.length}: ${showValue(words)}`;
      throw new SensoriumError('E_MODEL_INPUT', what, { path: 'words' });
    }
    const plain = spelled.reduce((text, token) => text.replace(token, (found) => [...found].join(' ')), words);
    const ids = attempt(() => idsOf(plain));
    const length = family === 'siglip' ? positions : Math.min(ids.length, positions);
    const out = new Int32Array(length).fill(fill);
    out.set(ids.slice(0, length));
    if (ids.length > length) out[length - 1] = end;
    return out;
  };
}
