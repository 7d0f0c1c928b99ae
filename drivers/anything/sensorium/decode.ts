import type { Chunk, DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import { isLargeKind, type Lease, type Measurement, type StreamId } from '../../../src/frame/index.ts';
import { LONGEST } from '../messages/encoding.ts';
import { integer, isObject, numeric, objectOf, Refusal, required, words, type JsonObject } from '../messages/read.ts';
import { largeOf } from './large.ts';
import { measurementOf, orientationOf, poseOf, type RemoteKind } from './wire.ts';

/** A stream of ours, and the topic of the other daemon that it is made of. */
export interface RemoteStream {
  readonly id: StreamId;
  readonly kind: RemoteKind;
  /** Below prefix and robot: `pose`, `orientation`, `measurements/imu`. */
  readonly topic: string;
}

/** A stream as it goes. */
interface Ear {
  readonly stream: RemoteStream;
  /** Number of the last message, of which start of the other daemon. */
  sequence: number;
  boot: string;
  /** What is wrong with it there, and with what came of it. */
  there: string | undefined;
  here: string | undefined;
  /** What was told last. */
  told: string | undefined;
  /** Times that its sensor was said to be well while nothing of it came. */
  unheard: number;
}

/** What the other daemon says once a second, whatever its sensors do: who does not is gone. */
const PULSE = 'diag';
/** Parts of a message after topic and header: the payload, and what is attached. */
const MOST_FURTHER = 2;
/** States of a sensor there after which its measurements should have come. */
const MOST_UNHEARD = 3;

const seconds = numeric(1, 18_446_744_072);
const nanoseconds = numeric(0, 999_999_999);
const time = objectOf({ sec: required(seconds), nsec: required(nanoseconds) });
const positive = numeric(1, Number.MAX_SAFE_INTEGER);
const count = integer(0, Number.MAX_SAFE_INTEGER);
const name = words(256);

/** Topics below prefix and robot that streams are made of, and those that tell how they and the other daemon are. */
export function topicsOf(streams: readonly RemoteStream[]): string[] {
  const small = streams.flatMap(({ kind, topic }) => (isLargeKind(kind) ? [] : topic));
  const sensors = streams.flatMap((stream) => sensorTopicOf(stream) ?? []);
  return [...new Set(['state', PULSE, ...small, ...sensors])];
}

/** Topics that are handed out where large messages are. */
export function largeTopicsOf(streams: readonly RemoteStream[]): string[] {
  return [...new Set(streams.flatMap(({ kind, topic }) => (isLargeKind(kind) ? topic : [])))];
}

/** What stands in the second part of a message. */
interface Header {
  readonly schema: string;
  readonly sequence: number;
  readonly boot: string;
  /** Unix time, ns. */
  readonly stamp: bigint;
  /** Messages of the topic that gave way over there since the one before. */
  readonly dropped: number;
}

/**
 * Listens to another daemon over ZeroMQ. What it says of its sensors (`degraded`, `stale`, …) is told as trouble of the streams
 * that are made of them.
 * @param base `<prefix>/<robot>/`
 */
export function createDecoder(base: string, streams: readonly RemoteStream[], output: DeviceOutput): DeviceSession {
  const ears = streams.map((stream): Ear => ({
    stream,
    sequence: 0,
    boot: '',
    there: undefined,
    here: undefined,
    told: undefined,
    unheard: 0,
  }));

  function take([first, fullTopic = '', further = []]: Chunk): void {
    const topic = fullTopic.slice(base.length);
    const hearing = ears.filter(({ stream }) => stream.topic === topic);
    const watching = ears.filter(({ stream }) => sensorTopicOf(stream) === topic);
    if (hearing.length === 0 && watching.length === 0 && topic !== 'state') return;
    const [payload = new Uint8Array(), attachment] = further;
    const longest = hearing.some(({ stream }) => isLargeKind(stream.kind)) ? Infinity : LONGEST;
    const isShort =
      further.length <= MOST_FURTHER &&
      Math.max(first.length, payload.length) <= LONGEST &&
      (attachment?.length ?? 0) <= longest;
    const [header, message] = isShort ? [first, ...further.slice(0, 1)].map(parsed) : [];
    if (header === undefined || message === undefined) {
      for (const { stream } of hearing) output.dropped(stream.id, 'malformed');
      return;
    }
    output.alive();
    if (topic === 'state') return robotState(message);
    for (const ear of watching) sensorState(ear, message);
    for (const ear of hearing) hear(ear, header, message, attachment);
  }

  function robotState({ state, why }: JsonObject): void {
    if (state !== 'offline') return;
    output.broken(`the other daemon has stopped${typeof why === 'string' ? `: ${why}` : ''}`);
  }

  function sensorState(ear: Ear, { state, why }: JsonObject): void {
    const isWell = state === 'ok' || state === 'starting';
    if (isWell) ear.unheard += 1;
    if (!isWell) ear.there = `${String(state)} there${typeof why === 'string' ? `: ${why}` : ''}`;
    else if (ear.sequence === 0 && ear.unheard >= MOST_UNHEARD)
      ear.there = `nothing comes of it: is it listed under publish.measurements there?${largeHint(ear.stream)}`;
    else ear.there = undefined;
    tell(ear);
  }

  function hear(ear: Ear, raw: JsonObject, message: JsonObject, attachment: Uint8Array | undefined): void {
    const { id } = ear.stream;
    try {
      const header = headerOf(raw);
      const lost = ear.boot === header.boot ? header.sequence - ear.sequence - 1 : 0;
      const gaveWay = Math.min(lost, header.dropped);
      if (gaveWay > 0) output.dropped(id, 'dropped by the sender', gaveWay);
      if (lost > gaveWay) output.dropped(id, 'lost on the way', lost - gaveWay);
      if (ear.sequence === 0) ear.there = undefined;
      ear.sequence = header.sequence;
      ear.boot = header.boot;
      if (header.schema !== 'Measurement') {
        ear.there = validityOf(message);
        tell(ear);
        if (message['validity'] === 'lost' || message['validity'] === 'initialising')
          return output.dropped(id, 'not valid');
      }
      const taken = measured(ear.stream, header.schema, message, attachment);
      if (taken === undefined) return output.dropped(id, 'no memory');
      output.frame(id, header.stamp, taken.measurement, taken.lease);
      ear.here = undefined;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      output.dropped(id, 'invalid');
      ear.here = error.message;
    }
    tell(ear);
  }

  /**
   * Payloads that may be large are copied, once, to where they stay.
   * @returns `undefined` where there is no room for one
   * @throws Refusal
   */
  function measured(
    { kind }: RemoteStream,
    schema: string,
    message: JsonObject,
    attachment: Uint8Array | undefined,
  ): { readonly measurement: Measurement; readonly lease?: Lease } | undefined {
    if (schema === 'Pose' && (kind === 'odometry' || kind === 'pose')) return { measurement: poseOf(message, kind) };
    if (schema === 'Orientation' && kind === 'imu') return { measurement: orientationOf(message) };
    if (schema !== 'Measurement') throw new Refusal('schema', 'a Measurement', schema);
    if (!isLargeKind(kind)) return { measurement: measurementOf(message, kind, attachment) };
    const bytes = attachment ?? new Uint8Array();
    const around = largeOf(message, kind, bytes.length);
    const payload = output.payload(bytes.length);
    if (payload === undefined) return undefined;
    payload.data.set(bytes);
    return { measurement: around(payload.data), lease: payload };
  }

  function tell(ear: Ear): void {
    const reason = ear.here ?? ear.there;
    if (reason === ear.told) return;
    ear.told = reason;
    output.trouble(ear.stream.id, reason);
  }

  return {
    // It need not be told what gave way in the link's queue: that is a gap in the numbers like any other.
    bytes: (...chunk) => take(chunk),
  };
}

/** Why an estimate is not wholly to be relied on. */
function validityOf({ validity, validity_reason: why }: JsonObject): string | undefined {
  if (validity === 'valid') return undefined;
  return `${String(validity)} there${typeof why === 'string' ? `: ${why}` : ''}`;
}

/** @throws Refusal */
function headerOf({ schema, sequence, boot, stamp, dropped = 0 }: JsonObject): Header {
  const { sec, nsec } = time(stamp, 'header.stamp');
  const number = positive(sequence, 'header.sequence');
  if (!Number.isInteger(sec) || !Number.isInteger(nsec) || !Number.isInteger(number))
    throw new Refusal('header', 'whole numbers', sec);
  return {
    schema: name(schema, 'header.schema'),
    sequence: number,
    boot: name(boot, 'header.boot'),
    dropped: count(dropped, 'header.dropped'),
    stamp: BigInt(sec) * 1_000_000_000n + BigInt(nsec),
  };
}

/** Pictures have a port of their own. */
function largeHint({ kind }: RemoteStream): string {
  return isLargeKind(kind) ? ' is zeromq.largeUrl its publish.zeromq.largePort?' : '';
}

/** Where the state of the sensor is told; `undefined` for what is no single sensor's. */
function sensorTopicOf({ topic }: RemoteStream): string | undefined {
  return topic.startsWith('measurements/') ? topic.replace('measurements/', 'sensors/') : undefined;
}

/** `undefined` where it is no JSON object. */
function parsed(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
