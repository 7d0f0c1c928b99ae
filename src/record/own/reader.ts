import type { Input, InputBody } from '../../contract/index.ts';
import {
  stampFromUnix,
  stampOf,
  type Arrival,
  type InputNumber,
  type Stamp,
  type StreamDescriptor,
} from '../../frame/index.ts';
import { ros2Reader } from '../foreign/ros-reader.ts';
import { createHealth } from '../health.ts';
import type { LogReader } from '../log.ts';
import { mcapRecords, type McapRecord } from '../mcap-stream.ts';
import { decodeWith, DECODERS, type Decoder } from '../ros/decode.ts';
import { plainType, type Stamped } from '../ros/types.ts';
import { END_METADATA, SESSION_METADATA, type SessionEnd, type SessionHeader } from './session.ts';
import { COMMAND_TOPIC, STREAM_TOPIC, TICK_TOPIC } from './encoder.ts';

type Message = Extract<McapRecord, { type: 'Message' }>;
type Channel = Extract<McapRecord, { type: 'Channel' }>;

/** Turns the message of a channel into what was admitted. */
type Unpack = (message: Message, at: Stamp) => InputBody;

/** The session header of an MCAP file, when it is one of ours: it stands before the first message. */
export async function readSession(path: string): Promise<SessionHeader | undefined> {
  for await (const records of mcapRecords(path, () => undefined)) {
    for (const record of records) {
      if (record.type === 'Metadata' && record.name === SESSION_METADATA) {
        return JSON.parse(record.metadata.get('header') ?? 'null') as SessionHeader;
      }
      if (record.type === 'Message' || record.type === 'Schema') return undefined;
    }
  }
  return undefined;
}

/** Opens a recording of ours: its entries are the inputs that the recorder was given, with their numbers. */
export async function openOwn(path: string, session: SessionHeader): Promise<LogReader> {
  const epoch = BigInt(session.epoch);
  const warnings: string[] = [];
  const health = createHealth();
  const topics = new Map<string, { type: string; count: number; stream: string | undefined }>();
  let end: SessionEnd | undefined;
  let first: Stamp | undefined;
  let last: Stamp | undefined;
  let expected = 1;
  let holes = 0;

  for await (const inputs of read(
    (text) => warnings.push(text),
    (value) => (end = value),
  )) {
    for (const input of inputs) {
      if (input.number !== expected) holes += 1;
      expected = input.number + 1;
      first ??= input.now;
      last = input.now;
      const topic = topicOf(input);
      const entry = topics.get(topic.name) ?? { type: topic.type, count: 0, stream: topic.stream };
      entry.count += 1;
      topics.set(topic.name, entry);
      if (input.kind === 'frame') health.saw(input.arrival);
    }
  }
  if (holes > 0) warnings.push(`${holes} holes: inputs that did not reach the file`);
  if (end === undefined) warnings.push('no orderly end: there is no digest to verify against');

  async function* read(warn: (text: string) => void, ended: (end: SessionEnd) => void): AsyncGenerator<Input[]> {
    const unpackers = new Map<number, Unpack>();
    const schemas = new Map<number, string>();
    const definitions = new Map<number, string>();
    let high = 0;
    let lastLow = 0;
    let now = stampOf(Number.MIN_SAFE_INTEGER);
    for await (const records of mcapRecords(path, warn)) {
      const inputs: Input[] = [];
      for (const record of records) {
        if (record.type === 'Schema') {
          schemas.set(record.id, plainType(record.name));
          definitions.set(record.id, new TextDecoder().decode(record.data));
        } else if (record.type === 'Channel') {
          const type = schemas.get(record.schemaId);
          unpackers.set(record.id, unpackerOf(record, type, definitions.get(record.schemaId), session.streams));
        } else if (record.type === 'Metadata' && record.name === END_METADATA) {
          ended(JSON.parse(record.metadata.get('end') ?? 'null') as SessionEnd);
        } else if (record.type === 'Message') {
          // The log keeps the low 32 bits of the number.
          if (record.sequence < lastLow) high += 2 ** 32;
          lastLow = record.sequence;
          const at = stampFromUnix(epoch, record.logTime) ?? stampOf(0);
          if (at > now) now = at;
          const body = unpackers.get(record.channelId)?.(record, at);
          if (body !== undefined) inputs.push({ number: (high + record.sequence) as InputNumber, now, ...body });
        }
      }
      if (inputs.length > 0) yield inputs;
    }
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
    entries: () =>
      read(
        () => undefined,
        () => undefined,
      ),
    ...(end === undefined ? {} : { end }),
  };
}

function topicOf(input: Input): { name: string; type: string; stream: string | undefined } {
  if (input.kind === 'frame') {
    const { stream, measurement } = input.arrival;
    return { name: `/${stream}`, type: measurement.kind, stream };
  }
  return { name: `/sensorium/${input.kind}`, type: input.kind, stream: undefined };
}

function unpackerOf(
  channel: Channel,
  type: string | undefined,
  definition: string | undefined,
  streams: readonly StreamDescriptor[],
): Unpack {
  const json = ({ data }: Message): never => JSON.parse(new TextDecoder().decode(data)) as never;
  if (channel.topic === TICK_TOPIC) return (_message, at) => ({ kind: 'tick', at });
  if (channel.topic === COMMAND_TOPIC) return (message, at) => ({ kind: 'command', at, command: json(message) });
  if (channel.topic === STREAM_TOPIC) {
    return (message, at) => ({ kind: 'stream', at, ...(json(message) as { stream: string; event: never }) });
  }
  const id = channel.metadata.get('stream') ?? channel.topic.slice(1);
  const decoder: Decoder | undefined = DECODERS[type ?? ''];
  const read = ros2Reader(definition ?? '');
  const none = streams.find((stream) => stream.id === id)?.clock.domain === 'none';
  return (message, at) => {
    const stamped = read(message.data) as Stamped;
    // Device times may be negative; the file holds them as unsigned 64-bit numbers.
    const device = none ? undefined : BigInt.asIntN(64, message.publishTime);
    const arrival: Arrival = {
      stream: id,
      frameId: stamped.header.frame_id,
      device,
      received: at,
      measurement: decodeWith(decoder, stamped),
    };
    return { kind: 'frame', arrival };
  };
}
