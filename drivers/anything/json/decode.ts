import { LineCutter, type DeviceOutput, type DeviceSession } from '../../../src/device/index.ts';
import type { DeviceClock, StreamId } from '../../../src/frame/index.ts';
import { readMeasurement, type Kind } from './measurements.ts';
import { isObject, Refusal } from './read.ts';

/** A stream that lines may be of. */
export interface LineStream {
  readonly id: StreamId;
  readonly kind: Kind;
  readonly clock: DeviceClock;
}

/** Bytes: a scan of some ten thousand rays. */
const LONGEST_LINE = 1_048_576;
const LONGEST_STAMP = 20;
const UINT64_END = 1n << 64n;

/**
 * Decodes lines of JSON, one frame each: `stream`, `stamp`, and the fields of its kind. Of an object that is none, the stream
 * says what is wrong with it until the next good one.
 */
export function createDecoder(streams: readonly LineStream[], output: DeviceOutput): DeviceSession {
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  const [first] = streams;
  const troubled = new Set<StreamId>();

  function refuse(stream: StreamId, reason: 'unknown stream' | 'invalid', why: string): void {
    output.dropped(stream, reason);
    output.trouble(stream, why);
    troubled.add(stream);
  }

  function take(text: string): void {
    let line: unknown;
    try {
      line = JSON.parse(text);
    } catch {
      // Told as what it is below: no object.
    }
    if (!isObject(line)) return output.dropped(first.id, 'malformed');
    output.alive();
    const { stream: id, stamp, kind, ...fields } = line;
    const stream = id === undefined && streams.length === 1 ? first : byId.get(String(id));
    if (stream === undefined)
      return refuse(
        first.id,
        'unknown stream',
        new Refusal('stream', `one of ${[...byId.keys()].join(', ')}`, id).message,
      );
    try {
      if (kind !== undefined && kind !== stream.kind) throw new Refusal('kind', stream.kind, kind);
      const device = stampOf(stamp, stream.clock);
      output.frame(stream.id, device, readMeasurement(stream.kind, fields));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refuse(stream.id, 'invalid', error.message);
    }
    if (troubled.delete(stream.id)) output.trouble(stream.id, undefined);
  }

  const lines = new LineCutter(LONGEST_LINE, {
    line: take,
    tooLong: () => output.dropped(first.id, 'too long'),
  });
  return { bytes: (chunk) => lines.bytes(chunk) };
}

/** @throws Refusal */
function stampOf(value: unknown, clock: DeviceClock): bigint | undefined {
  if (clock.domain === 'none') {
    if (value !== undefined) throw new Refusal('stamp', 'none: the stream’s clock is configured as "none"', value);
    return undefined;
  }
  const expected = clock.domain === 'unix' ? 'Unix time in whole ns' : 'a whole number from 0 on';
  const isWhole =
    (typeof value === 'number' && Number.isInteger(value)) ||
    (typeof value === 'string' && value.length <= LONGEST_STAMP && /^\d+$/.test(value));
  const stamp = isWhole ? BigInt(value) : -1n;
  if (stamp < 0n || stamp >= UINT64_END || (clock.domain === 'unix' && stamp === 0n))
    throw new Refusal('stamp', expected, value);
  return stamp;
}
