import { InvalidArgumentError } from 'commander';
import { parseConfigText, type Section } from '../config/index.ts';

const SECONDS: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60, min: 60, h: 3600 };

/**
 * Parses a length of time: `10s`, `500ms`, `2m`, `1h`; a bare number is seconds.
 * @returns s
 */
export function duration(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)?$/.exec(text) ?? [];
  const seconds = Number(number) * SECONDS[unit];
  // Timers hold 24.8 days.
  if (!(seconds > 0 && seconds <= 2_000_000)) throw new InvalidArgumentError('expected a time such as 10s, 500ms, 2m');
  return seconds;
}

/** Parses a whole number from 1 on. */
export function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('expected a whole number from 1 on');
  return number;
}

/** Collects `--set path=value`; the value is YAML. */
export function setting(text: string, before: Section = {}): Section {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected path=value, such as publish.mqtt.port=1884');
  return { ...before, [text.slice(0, at)]: parseConfigText(text.slice(at + 1), `--set ${text}`) };
}

/** Parses a whole number of at least one. */
export function whole(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('expected a whole number of at least 1');
  return Number(text);
}

/** Parses a whole number, 0 among them. */
export function wholeOrNone(text: string): number {
  if (text === '0') return 0;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('expected a whole number, or 0 for none');
  return Number(text);
}

/** Parses a number of 0..1. */
export function share(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && number <= 1)) throw new InvalidArgumentError('expected a number of 0..1');
  return number;
}

/** Parses names with commas between them. */
export function names(text: string): readonly string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.includes('')) throw new InvalidArgumentError('expected names such as imu,drive');
  return list;
}

/** Parses a number above 0. */
export function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < Infinity)) throw new InvalidArgumentError('expected a number above 0');
  return number;
}
