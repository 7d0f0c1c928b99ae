import { showValue, unpackEmbedding, type ForgetQuery, type RecallQuery } from '../../contract/index.ts';
import { Wrong } from '../turns.ts';

/** What is asked about: words, or an example by its embedding. */
export type Subject =
  { readonly words: string } | { readonly embedding: string; readonly encoder: string; readonly example: string };

/** Letters of words at most. */
const MOST_LETTERS = 1000;
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

type Args = Readonly<Record<string, unknown>>;

function wrong(key: string, expected: string, value: unknown): never {
  throw new Wrong(`${key}: expected ${expected}, got ${showValue(value)}`);
}

/** @throws Wrong */
export function subjectOf({ words, embedding, encoder, example }: Args): Subject {
  if (embedding === undefined) return { words: lettersOf('words', words) };
  if (typeof embedding !== 'string' || unpackEmbedding(embedding) === undefined) {
    return wrong('embedding', 'base64 of numbers in single precision', embedding);
  }
  if (typeof encoder !== 'string' || !/^[0-9a-f]{64}$/.test(encoder)) return wrong('encoder', 'a SHA-256', encoder);
  return { embedding, encoder, example: typeof example === 'string' ? example.slice(0, 100) : 'the example' };
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

/** x, y and m about them; x, y, z and m. @throws Wrong */
export function nearOf({ near }: Args, frame: string): RecallQuery['near'] {
  if (near === undefined) return undefined;
  const isWhole = Array.isArray(near) && (near.length === 3 || near.length === 4) && near.every(Number.isFinite);
  const numbers = isWhole ? (near as number[]) : wrong('near', '[x, y, radius] or [x, y, z, radius]', near);
  const radius = numbers[numbers.length - 1];
  return radius > 0 ? { frame, point: numbers.slice(0, -1), radius } : wrong('near', 'a radius above 0', near);
}

/** The part of `forget` that needs no model. @param at Unix time, µs @throws Wrong */
export function forgottenOf({ ids, from, to, last, all }: Args, at: number): Pick<ForgetQuery, 'ids' | 'from' | 'to'> {
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
  };
}
