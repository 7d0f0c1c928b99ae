import { crc32 } from 'node:zlib';
import type { EffectOutcome, Input, InputBody } from '../../contract/index.ts';
import {
  secNsecFromUnix,
  stampFromUnix,
  stampOf,
  type Arrival,
  type InputNumber,
  type Stamp,
  type StreamDescriptor,
} from '../../frame/index.ts';
import { DECODERS } from '../decoders.ts';
import { lazily, messageOf } from '../foreign/rosbag1.ts';
import { ros2Reader } from '../foreign/ros-reader.ts';
import { createHealth } from '../health.ts';
import type { LogReader } from '../log.ts';
import { mcapRecords, type McapRecord } from '../mcap-stream.ts';
import { decodeWith, type ChannelConstants, type Decoder } from '../ros/decode.ts';
import { headerOf, plainType, type Stamped } from '../ros/types.ts';
import {
  CHANNEL_CRC,
  channelCrc,
  END_METADATA,
  GAP_METADATA,
  SESSION_METADATA,
  type Gap,
  type Segment,
  type SessionEnd,
  type SessionHeader,
} from './session.ts';
import { COMMAND_TOPIC, EFFECT_TOPIC, STREAM_TOPIC, TICK_TOPIC } from './encoder.ts';

type Message = Extract<McapRecord, { type: 'Message' }>;
type Channel = Extract<McapRecord, { type: 'Channel' }>;
type Metadata = Extract<McapRecord, { type: 'Metadata' }>;

/** How the messages of a channel become what was admitted. */
interface Channelled {
  readonly topic: string;
  /** Kind of input; for a frame the type of its message. */
  readonly type: string;
  readonly stream: string | undefined;
  readonly unpack: (message: Message, at: Stamp) => InputBody;
  /** Raw device time of a frame. */
  readonly deviceOf: (message: Message) => bigint | undefined;
}

/** A message before it is unpacked: what a first look needs. */
interface Seen {
  readonly channel: Channelled;
  readonly message: Message;
  readonly number: InputNumber;
  readonly now: Stamp;
  readonly at: Stamp;
}

/** The session header of an MCAP file, when it is one of ours: it stands before the first message. */
export async function readSession(path: string): Promise<SessionHeader | 'damaged' | undefined> {
  for await (const records of mcapRecords(path, () => undefined)) {
    for (const record of records) {
      if (record.type === 'Metadata' && record.name === SESSION_METADATA) return sessionOf(record) ?? 'damaged';
      if (record.type === 'Message') return undefined;
    }
  }
  return undefined;
}

/** Metadata records have no checksum of their own, so this one holds it (logs of version 0.1.0 do not). */
function sessionOf({ metadata }: Metadata): SessionHeader | undefined {
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

function gapOf({ metadata }: Metadata): Gap | undefined {
  const { first, last, from, to, reason } = (parsed(metadata.get('gap')) ?? {}) as Partial<Gap>;
  const whole =
    typeof first === 'number' && ['number', 'undefined'].includes(typeof last) && typeof reason === 'string';
  return whole && isTime(from) && (to === undefined || isTime(to)) ? (parsed(metadata.get('gap')) as Gap) : undefined;
}

/** Unix ns of a year that a calendar has, as decimal text. */
function isTime(text: unknown): text is string {
  return typeof text === 'string' && /^-?\d{1,19}$/.test(text);
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}

/** What is found in a log besides its inputs. */
interface Findings {
  readonly warn: (text: string) => void;
  readonly end: (end: SessionEnd) => void;
  readonly gap: (gap: Gap) => void;
  readonly unreadable: (topic: string, why: string) => void;
}

const NO_FINDINGS: Findings = {
  warn: () => undefined,
  end: () => undefined,
  gap: () => undefined,
  unreadable: () => undefined,
};

/** Opens a recording of ours: its entries are the inputs that the recorder was given, with their numbers. */
export async function openOwn(path: string, session: SessionHeader): Promise<LogReader> {
  const epoch = BigInt(session.epoch);
  const warnings: string[] = [];
  const health = createHealth();
  const topics = new Map<string, { type: string; count: number; stream: string | undefined }>();
  const gaps: Gap[] = [];
  const unreadable = new Map<string, string>();
  let end: SessionEnd | undefined;
  let first: Stamp | undefined;
  let last: Stamp | undefined;
  // A part of a session begins where it was cut.
  const begin = session.segment?.first ?? 1;
  let expected = begin;
  const holes: number[] = [];

  const findings: Findings = {
    warn: (text) => warnings.push(text),
    end: (value) => (end = value),
    gap: (gap) => gaps.push(gap),
    unreadable: (topic, why) => unreadable.set(topic, why),
  };
  // A first look unpacks only the first message of each channel: what is unreadable later is told when it is read.
  const known = new Map<Channelled, string>();
  for await (const seen of look(findings)) {
    for (const { channel, message, number, now, at } of seen) {
      const { topic, stream } = channel;
      if (!known.has(channel)) {
        const body = tryUnpack(channel, message, at, findings);
        known.set(channel, body?.kind === 'frame' ? body.arrival.measurement.kind : channel.type);
        if (body === undefined) continue;
      }
      const type = known.get(channel) ?? channel.type;
      if (number !== expected) holes.push(expected);
      expected = number + 1;
      first ??= now;
      last = now;
      const entry = topics.get(topic) ?? { type, count: 0, stream };
      entry.count += 1;
      topics.set(topic, entry);
      if (stream !== undefined) health.saw({ stream, received: at, device: channel.deviceOf(message) });
    }
  }
  for (const [topic, why] of unreadable) warnings.push(passedOver(topic, why));
  for (const gap of gaps) warnings.push(gapText(gap));
  // A file that goes on after a gap says so itself; so does one that begins after others.
  const untold = holes.filter((at) => !gaps.some((gap) => gap.first <= at && at <= (gap.last ?? Infinity)));
  const begins = gaps.length > 0 && holes[0] === begin ? 1 : 0;
  if (untold.length > begins) warnings.push(`${untold.length - begins} holes: inputs that did not reach the file`);
  if (end === undefined) warnings.push('no orderly end: there is no digest to verify against');

  async function* look({ warn, end: ended, gap: lacks, unreadable: passed }: Findings): AsyncGenerator<Seen[]> {
    const channels = new Map<number, Channelled>();
    const schemas = new Map<number, { readonly type: string; readonly definition: string }>();
    const numbers = createNumbers();
    numbers.skipTo(begin - 1);
    let now = stampOf(Number.MIN_SAFE_INTEGER);
    for await (const records of mcapRecords(path, warn)) {
      const seen: Seen[] = [];
      for (const record of records) {
        if (record.type === 'Schema') {
          schemas.set(record.id, { type: plainType(record.name), definition: new TextDecoder().decode(record.data) });
        } else if (record.type === 'Channel') {
          const { type, definition } = schemas.get(record.schemaId) ?? { type: '', definition: '' };
          channels.set(record.id, channelOf(record, type, definition, session.streams));
        } else if (record.type === 'Metadata' && record.name === END_METADATA) {
          const value = parsed(record.metadata.get('end')) as SessionEnd | undefined;
          if (typeof value?.digest === 'string') ended(value);
        } else if (record.type === 'Metadata' && record.name === GAP_METADATA) {
          const gap = gapOf(record);
          if (gap === undefined) continue;
          numbers.skipTo(gap.last);
          lacks(gap);
        } else if (record.type === 'Message') {
          const channel = channels.get(record.channelId);
          if (channel === undefined) continue;
          const at = stampFromUnix(epoch, record.logTime);
          const number = at === undefined ? undefined : numbers.of(record.sequence);
          if (at === undefined) passed(channel.topic, 'a time that cannot be');
          else if (number === undefined) passed(channel.topic, 'out of order');
          else {
            if (at > now) now = at;
            seen.push({ channel, message: record, number, now, at });
          }
        }
      }
      if (seen.length > 0) yield seen;
    }
  }

  async function* read(): AsyncGenerator<Input[]> {
    const passed = new Map<string, string>();
    for await (const seen of look(NO_FINDINGS)) {
      const inputs: Input[] = [];
      for (const { channel, message, number, now, at } of seen) {
        const body = tryUnpack(channel, message, at, { unreadable: (topic, why) => passed.set(topic, why) });
        if (body !== undefined) inputs.push({ number, now, ...body });
      }
      if (inputs.length > 0) yield inputs;
    }
    for (const [topic, why] of passed) if (!unreadable.has(topic)) warnings.push(passedOver(topic, why));
  }

  return {
    format: 'sensorium',
    epoch,
    channels: [...topics].map(([topic, { type, count, stream }]) => ({ topic, type, count, stream })),
    streams: session.streams,
    mounts: [],
    health: health.summaries(),
    range: first === undefined || last === undefined ? undefined : { first, last },
    session,
    warnings,
    entries: read,
    ...(end === undefined ? {} : { end }),
  };
}

const passedOver = (topic: string, why: string): string => `${topic}: messages passed over: ${why}`;

function tryUnpack(
  { topic, unpack }: Channelled,
  message: Message,
  at: Stamp,
  { unreadable }: Pick<Findings, 'unreadable'>,
): InputBody | undefined {
  try {
    return unpack(message, at);
  } catch (error) {
    unreadable(topic, messageOf(error));
    return undefined;
  }
}

/** Whole numbers of inputs from the low 32 bits that the log keeps. */
function createNumbers() {
  const WRAP = 2 ** 32;
  let last = 0;
  return {
    /** `undefined` for a number that does not come after the one before. */
    of(low: number): InputNumber | undefined {
      let number = last - (last % WRAP) + low;
      if (number <= last && last - number > WRAP / 2) number += WRAP;
      if (number <= last) return undefined;
      last = number;
      return number as InputNumber;
    },
    skipTo(number: number | undefined): void {
      if (number !== undefined && number > last) last = number;
    },
  };
}

/** One line about a gap. */
function gapText({ reason, lost, from, to }: Gap): string {
  const time = (text: string): string => {
    const { sec, nsec } = secNsecFromUnix(BigInt(text));
    return new Date(sec * 1000 + Math.floor(nsec / 1e6)).toISOString();
  };
  if (to === undefined || lost === undefined) return `recording stopped at ${time(from)}: ${reason}`;
  return `${lost} inputs were lost from ${time(from)} to ${time(to)}: ${reason}`;
}

function channelOf(
  channel: Channel,
  type: string,
  definition: string,
  streams: readonly StreamDescriptor[],
): Channelled {
  const { topic } = channel;
  const json = ({ data }: Message): never => JSON.parse(new TextDecoder().decode(data)) as never;
  const plain = (kind: string, unpack: Channelled['unpack']): Channelled => ({
    topic,
    type: kind,
    stream: undefined,
    unpack,
    deviceOf: () => undefined,
  });
  if (topic === TICK_TOPIC) return plain('tick', (_message, at) => ({ kind: 'tick', at }));
  if (topic === COMMAND_TOPIC) {
    return plain('command', (message, at) => ({ kind: 'command', at, command: json(message) }));
  }
  if (topic === STREAM_TOPIC) {
    return plain('stream', (message, at) => ({
      kind: 'stream',
      at,
      ...(json(message) as { stream: string; event: never }),
    }));
  }
  if (topic === EFFECT_TOPIC) {
    return plain('effect', (message, at) => ({
      kind: 'effect',
      at,
      ...(json(message) as { id: string; outcome: EffectOutcome }),
    }));
  }
  const stream = channel.metadata.get('stream') ?? topic.slice(1);
  const sum = channel.metadata.get(CHANNEL_CRC);
  const isDamaged = sum !== undefined && sum !== channelCrc(topic, channel.metadata, type, definition);
  const decoder: Decoder | undefined = DECODERS[type];
  const read = lazily(() => ros2Reader(definition));
  const constants = (parsed(channel.metadata.get('constants')) ?? {}) as ChannelConstants;
  const none = streams.find(({ id }) => id === stream)?.clock.domain === 'none';
  // Device times may be negative; the file holds them as unsigned 64-bit numbers.
  const deviceOf = ({ publishTime }: Message): bigint | undefined =>
    none ? undefined : BigInt.asIntN(64, publishTime);
  return {
    topic,
    type: decoder?.kind ?? type,
    stream,
    deviceOf,
    unpack(message, at) {
      if (isDamaged) throw new Error('its definition is damaged');
      if (decoder === undefined) throw new Error(`no type ${type}`);
      const stamped = read(message.data) as Stamped;
      const arrival: Arrival = {
        stream,
        frameId: headerOf(stamped).frame_id,
        device: deviceOf(message),
        received: at,
        measurement: decodeWith(decoder, stamped, constants),
      };
      return { kind: 'frame', arrival };
    },
  };
}
