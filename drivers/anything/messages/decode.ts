import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import type { DeviceClock, StreamId } from '../../../src/frame/index.ts';
import { LONGEST, type Encoding } from './encoding.ts';
import { readMeasurement, type Kind } from './measurements.ts';
import { isObject, Refusal } from './read.ts';

/** A stream that messages may be of. */
export interface MessageStream {
  readonly id: StreamId;
  readonly kind: Kind;
  readonly clock: DeviceClock;
  /** Whether what is sent to this topic may be of it. */
  readonly hears: (topic: string) => boolean;
}

const LONGEST_STAMP = 20;
const UINT64_END = 1n << 64n;

/**
 * Decodes objects, one frame each: `stream`, `stamp`, and the fields of its kind. Of an object that is none, the stream says what
 * is wrong with it until the next good one.
 */
export function createDecoder(
  streams: readonly MessageStream[],
  encoding: Encoding,
  output: DeviceOutput,
): DeviceSession {
  const [first] = streams;
  const troubled = new Set<StreamId>();

  function refuse(stream: StreamId, reason: 'unknown stream' | 'invalid', why: string): void {
    output.dropped(stream, reason);
    output.trouble(stream, why);
    troubled.add(stream);
  }

  /** @param heard the streams that it may be of */
  function take(object: unknown, heard: readonly MessageStream[]): void {
    const [one = first] = heard;
    if (!isObject(object)) return output.dropped(one.id, 'malformed');
    output.alive();
    const { stream: id, stamp, kind, ...fields } = object;
    const stream = id === undefined && heard.length === 1 ? one : heard.find((known) => known.id === id);
    if (stream === undefined) {
      const expected = `one of ${heard.map((known) => known.id).join(', ')}`;
      return refuse(one.id, 'unknown stream', new Refusal('stream', expected, id).message);
    }
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

  const line = encoding.cutter({
    object: (object) => take(object, streams),
    dropped: (reason) => output.dropped(first.id, reason),
  });

  return {
    bytes(chunk, topic, further = []) {
      if (topic === undefined) return line.bytes(chunk);
      const heard = streams.filter(({ hears }) => hears(topic));
      const object = further.at(-1) ?? chunk;
      if (object.length > LONGEST) return output.dropped((heard[0] ?? first).id, 'too long');
      take(encoding.whole(object), heard);
    },
    missed(reason, count, topic) {
      output.dropped((streams.find(({ hears }) => hears(topic)) ?? first).id, reason, count);
    },
  };
}

/** @throws Refusal */
function stampOf(value: unknown, clock: DeviceClock): bigint | undefined {
  if (clock.domain === 'none') {
    if (value !== undefined) throw new Refusal('stamp', 'none: the stream’s clock is configured as "none"', value);
    return undefined;
  }
  const expected = clock.domain === 'unix' ? 'Unix time in whole ns' : 'a whole number from 0 on';
  const isWhole =
    typeof value === 'bigint' ||
    (typeof value === 'number' && Number.isInteger(value)) ||
    (typeof value === 'string' && value.length <= LONGEST_STAMP && /^\d+$/.test(value));
  const stamp = isWhole ? BigInt(value) : -1n;
  if (stamp < 0n || stamp >= UINT64_END || (clock.domain === 'unix' && stamp === 0n))
    throw new Refusal('stamp', expected, value);
  return stamp;
}
