import { crc32 } from 'node:zlib';
import type { StreamDescriptor } from '../../frame/index.ts';
import type { McapRecord } from '../mcap-parser.ts';
import type { Gap, Segment, SessionEnd, SessionHeader } from './session.ts';

type Metadata = Extract<McapRecord, { type: 'Metadata' }>;

/**
 * The session header in a metadata record; `undefined` when it is damaged. Metadata records have no checksum of their
 * own, so this one holds it (logs of version 0.1.0 do not).
 */
export function sessionOf({ metadata }: Metadata): SessionHeader | undefined {
  const text = metadata.get('header') ?? '';
  const sum = metadata.get('crc32');
  if (sum !== undefined && sum !== String(crc32(text))) return undefined;
  const header = parsed(text) as Partial<SessionHeader> | undefined;
  const { epoch, streams, mounts, segment } = header ?? {};
  const whole =
    isTime(epoch) &&
    Array.isArray(streams) &&
    typeof mounts === 'object' &&
    mounts !== null &&
    (segment === undefined || isSegment(segment));
  return whole && streams.every((one: Partial<StreamDescriptor> | null) => typeof one?.clock?.domain === 'string')
    ? (header as SessionHeader)
    : undefined;
}

function isSegment({ first, reason, at, before }: Partial<Segment>): boolean {
  return Number.isSafeInteger(first) && typeof reason === 'string' && isTime(at) && typeof before === 'number';
}

/** What an orderly end says. */
export function endOf({ metadata }: Metadata): SessionEnd | undefined {
  const value = parsed(metadata.get('end')) as SessionEnd | undefined;
  return typeof value?.digest === 'string' ? value : undefined;
}

/** What a gap says. */
export function gapOf({ metadata }: Metadata): Gap | undefined {
  const { first, last, from, to, reason } = (parsed(metadata.get('gap')) ?? {}) as Partial<Gap>;
  const whole =
    typeof first === 'number' && ['number', 'undefined'].includes(typeof last) && typeof reason === 'string';
  return whole && isTime(from) && (to === undefined || isTime(to)) ? (parsed(metadata.get('gap')) as Gap) : undefined;
}

/** Unix ns of a year that a calendar has, as decimal text. */
function isTime(text: unknown): text is string {
  return typeof text === 'string' && /^-?\d{1,19}$/.test(text);
}

/** JSON, or nothing. */
export function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}
