/*
 * SCIP 2.0, the language of Hokuyo's scanners. Hokuyo, "Communication Protocol Specification for SCIP2.0 Standard" (C-42-03320B),
 * 2006: a request is a line; a reply is its echo, a status, lines of data and an empty line, each line with a sum in
 * its last character. Numbers are written in characters of six bits from 0x30 on, the highest first.
 */

/** Bits that a character stands for. */
const OFFSET = 0x30;
/** Characters of a distance in replies to MD. */
export const DISTANCE = 3;
/** Characters of a time. */
export const TIME = 4;
/** Characters of data in a line. */
export const BLOCK = 64;
export const LINE_FEED = 10;

/** The number that so many characters stand for. */
export function decode(bytes: Uint8Array, from: number, characters: number): number {
  let value = 0;
  for (let i = from; i < from + characters; i += 1) value = (value << 6) | ((bytes[i] - OFFSET) & 0x3f);
  return value;
}

/** Writes a number as so many characters. */
export function encode(value: number, characters: number): number[] {
  return Array.from({ length: characters }, (_, i) => ((value >> (6 * (characters - 1 - i))) & 0x3f) + OFFSET);
}

/** The character that closes a line. */
export function sumOf(bytes: ArrayLike<number>, length = bytes.length): number {
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum += bytes[i];
  return (sum & 0x3f) + OFFSET;
}

/** A request for distances of these steps, scan after scan without an end. @param skip scans left out between two */
export function measurementRequest(first: number, last: number, skip: number): string {
  const steps = [first, last].map((step) => String(step).padStart(4, '0')).join('');
  return `MD${steps}01${skip}00`;
}

/** What a scanner says of itself in reply to PP. */
export interface Parameters {
  /** mm. */
  readonly rangeMin: number;
  readonly rangeMax: number;
  /** Steps of a whole turn; counter-clockwise, the first and the last that are measured, and that straight ahead. */
  readonly steps: number;
  readonly first: number;
  readonly last: number;
  readonly front: number;
  /** Turns a minute. */
  readonly turnRate: number;
}

/** More steps than any scanner has. */
const MOST_STEPS = 100_000;
const MOST_MEASURED = 10_000;

/** @param fields names and values of the reply @returns `undefined` where something is missing or cannot be */
export function parametersOf(fields: ReadonlyMap<string, string>): Parameters | undefined {
  const [rangeMin, rangeMax, steps, first, last, front, turnRate] = [
    'DMIN',
    'DMAX',
    'ARES',
    'AMIN',
    'AMAX',
    'AFRT',
    'SCAN',
  ].map((name) => Number(fields.get(name) ?? NaN));
  const isSound =
    [rangeMin, rangeMax, steps, first, last, front, turnRate].every((value) => Number.isInteger(value) && value >= 0) &&
    steps > 0 &&
    steps <= MOST_STEPS &&
    last >= first &&
    last - first < MOST_MEASURED &&
    last <= 9999 &&
    turnRate > 0;
  return isSound ? { rangeMin, rangeMax, steps, first, last, front, turnRate } : undefined;
}
