import {
  MOST_EXAMPLES,
  packEmbedding,
  showValue,
  unpackVectors,
  type Example,
  type ForgetQuery,
  type RecallQuery,
  type SeenThing,
  type Sought,
} from '../../contract/index.ts';
import { Wrong } from '../turns.ts';
import type { Choice } from './choice.ts';

/** What is asked about: words, or an example by its vectors. */
export type Subject =
  { readonly words: string } | { readonly example: string; readonly sought: Sought; readonly encoder: string };

/** Letters of words at most. */
const MOST_LETTERS = 1000;
const SORT_NAME = /^(?=.*\p{L})[\p{L}\p{N}][\p{L}\p{N} -]{0,39}$/u;
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

type Args = Readonly<Record<string, unknown>>;

function wrong(key: string, expected: string, value: unknown): never {
  throw new Wrong(`${key}: expected ${expected}, got ${showValue(value)}`);
}

/** @throws Wrong */
export function subjectOf(args: Args): Subject {
  const { words, embedding, encoder, example } = args;
  if (embedding === undefined) return { words: lettersOf('words', words) };
  const name = typeof example === 'string' ? example.slice(0, 100) : 'the example';
  return { example: name, sought: vectorsOf('embedding', args), encoder: encoderOf(encoder) };
}

/** An example by its vectors. @throws Wrong */
function vectorsOf(key: string, { embedding, kind }: Args): Sought {
  return unpackVectors({ embedding, kind }) ?? wrong(key, 'base64 of numbers in single precision', embedding);
}

/** @throws Wrong */
function encoderOf(encoder: unknown): string {
  if (typeof encoder === 'string' && /^[0-9a-f]{64}$/.test(encoder)) return encoder;
  return wrong('encoder', 'a SHA-256', encoder);
}

/** Examples of what is taught that came in files, packed; `undefined`: it is to be looked for. @throws Wrong */
export function examplesOf({ examples, encoder }: Args): Pick<Example, 'embedding' | 'kind' | 'encoder'>[] | undefined {
  if (examples === undefined) return undefined;
  if (!Array.isArray(examples) || examples.length === 0 || examples.length > MOST_EXAMPLES) {
    return wrong('examples', `1 to ${MOST_EXAMPLES} of them`, examples);
  }
  return examples.map((example: Args) => {
    const { embedding, kind } = vectorsOf('examples', example ?? {});
    return {
      embedding: packEmbedding(embedding),
      ...(kind && { kind: packEmbedding(kind) }),
      encoder: encoderOf(encoder),
    };
  });
}

/** Name of a sort that is taught. @throws Wrong */
export function sortNameOf({ name }: Args): string {
  if (typeof name === 'string' && SORT_NAME.test(name)) return plainName(name);
  return wrong('name', 'a name of 1 to 40 letters, digits, spaces and -', name);
}

/** How words are compared with names: "the Mug" is `mug`. */
export function plainName(words: string): string {
  return words
    .trim()
    .toLowerCase()
    .replace(/^(a|an|the|my|your) +(?=.)/, '');
}

/** Which thing in a picture is meant. @throws Wrong */
export function choiceOf({ which, box, direction }: Args): Choice {
  if (box !== undefined) {
    const isBox = Array.isArray(box) && box.length === 4 && box.every((share) => share >= 0 && share <= 1);
    return isBox
      ? { by: 'box', box: box as unknown as SeenThing['box'] }
      : wrong('box', '[left, top, right, bottom], 0..1', box);
  }
  if (direction !== undefined) {
    const angle = numberOf({ direction }, 'direction', -90, 90, 0) * (Math.PI / 180);
    return { by: 'direction', angle };
  }
  if (which === undefined || which === 'largest' || which === 'nearest') return { by: which ?? 'largest' };
  return wrong('which', 'largest or nearest', which);
}

/** What somebody says. @throws Wrong */
export function lettersOf(key: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= MOST_LETTERS) return value;
  return wrong(key, `1 to ${MOST_LETTERS} letters`, value);
}

/** A finite number within bounds, or the default. @throws Wrong */
export function numberOf(args: Args, key: string, least: number, most: number, standard: number): number {
  const value = args[key] ?? standard;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  return wrong(key, `${least}..${most}`, value);
}

/** Name of a watch. @throws Wrong */
export function nameOf({ name }: Args, standard: string | undefined): string {
  const value = name ?? standard;
  if (typeof value === 'string' && NAME.test(value)) return value;
  return wrong('name', 'a name of small letters, digits and -', value);
}

/** The name of a sort as that of a watch: `red-mug`; `undefined` where none can be made of it. */
export function topicOf(sort: string): string | undefined {
  const name = sort.replace(/ +/g, '-');
  return NAME.test(name) ? name : undefined;
}

/** x, y and m about them; x, y, z and m. @throws Wrong */
export function nearOf({ near }: Args, frame: string): RecallQuery['near'] {
  if (near === undefined) return undefined;
  const isWhole = Array.isArray(near) && (near.length === 3 || near.length === 4) && near.every(Number.isFinite);
  const numbers = isWhole ? (near as number[]) : wrong('near', '[x, y, radius] or [x, y, z, radius]', near);
  const radius = numbers[numbers.length - 1];
  return radius > 0 ? { frame, point: numbers.slice(0, -1), radius } : wrong('near', 'a radius above 0', near);
}

/** The part of `forget` that needs no model. @param at Unix time, µs @throws Wrong */
export function forgottenOf(
  { ids, from, to, last, all, taught }: Args,
  at: number,
): Pick<ForgetQuery, 'ids' | 'from' | 'to' | 'taught'> {
  const time = (key: string, value: unknown): number =>
    typeof value === 'number' && Number.isFinite(value) ? Math.round(value * 1e6) : wrong(key, 's', value);
  if (ids !== undefined && !(Array.isArray(ids) && ids.every(Number.isSafeInteger))) wrong('ids', 'whole numbers', ids);
  if (all !== undefined && all !== true) wrong('all', 'true', all);
  return {
    ...(ids === undefined ? {} : { ids: ids as number[] }),
    ...(from === undefined ? {} : { from: time('from', from) }),
    ...(to === undefined ? {} : { to: time('to', to) }),
    ...(last === undefined ? {} : { from: at - time('last', last) }),
    ...(all === true ? { from: 0 } : {}),
    ...(taught === undefined ? {} : { taught: plainName(lettersOf('taught', taught)) }),
  };
}
