import type { EffectOutcome, InputBody } from '../../contract/index.ts';
import type { Arrival, Stamp, StreamDescriptor } from '../../frame/index.ts';
import { lazily } from '../lazily.ts';
import { ros2Reader } from '../foreign/ros-reader.ts';
import type { McapRecord } from '../mcap-parser.ts';
import { DECODERS } from '../decoders.ts';
import { decodeWith, type ChannelConstants, type Decoder } from '../ros/decode.ts';
import { headerOf, plainType, type Stamped } from '../ros/types.ts';
import type { Slab } from '../slab.ts';
import { COMMAND_TOPIC, EFFECT_TOPIC, PRESSURE_TOPIC, STREAM_TOPIC, TICK_TOPIC } from './encoder.ts';
import { parsed } from './metadata.ts';
import { CHANNEL_CRC, channelCrc } from './session.ts';

type Message = Extract<McapRecord, { type: 'Message' }>;
type ChannelRecord = Extract<McapRecord, { type: 'Channel' }>;

/** How the messages of a channel become what was admitted. */
export interface Channel {
  readonly topic: string;
  /** Kind of input; of a frame, what its stream measures, or else the type of its message. */
  readonly type: string;
  readonly stream: string | undefined;
  readonly unpack: (message: Message, at: Stamp) => InputBody;
  /** Raw device time of a frame. */
  readonly deviceOf: (message: Message) => bigint | undefined;
}

/** The channels of a recording, by their numbers in the file, as its records define them. */
export interface Channels {
  /** Takes a schema or a channel; passes over any other record. */
  define(record: McapRecord): void;
  readonly byId: ReadonlyMap<number, Channel>;
}

/**
 * @param streams what the session header says of them
 * @param slab keeps the messages that are unpacked
 */
export function createChannels(streams: readonly StreamDescriptor[], slab: Slab): Channels {
  const schemas = new Map<number, { readonly type: string; readonly definition: string }>();
  const byId = new Map<number, Channel>();
  return {
    byId,
    define(record) {
      if (record.type === 'Schema') {
        schemas.set(record.id, { type: plainType(record.name), definition: new TextDecoder().decode(record.data) });
      } else if (record.type === 'Channel') {
        const { type, definition } = schemas.get(record.schemaId) ?? { type: '', definition: '' };
        byId.set(record.id, channelOf(record, type, definition, streams, slab));
      }
    },
  };
}

function channelOf(
  channel: ChannelRecord,
  type: string,
  definition: string,
  streams: readonly StreamDescriptor[],
  slab: Slab,
): Channel {
  const { topic } = channel;
  const json = ({ data }: Message): never => JSON.parse(new TextDecoder().decode(data)) as never;
  const plain = (kind: string, unpack: Channel['unpack']): Channel => ({
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
  if (topic === PRESSURE_TOPIC) {
    return plain('pressure', (message, at) => ({ kind: 'pressure', at, pressure: json(message) }));
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
  const descriptor = streams.find(({ id }) => id === stream);
  const none = descriptor?.clock.domain === 'none';
  // Device times may be negative; the file holds them as unsigned 64-bit numbers.
  const deviceOf = ({ publishTime }: Message): bigint | undefined =>
    none ? undefined : BigInt.asIntN(64, publishTime);
  return {
    topic,
    type: decoder === undefined ? type : (descriptor?.kind ?? decoder.kind),
    stream,
    deviceOf,
    unpack(message, at) {
      if (isDamaged) throw new Error('its definition is damaged');
      if (decoder === undefined) throw new Error(`no type ${type}`);
      const stamped = read(slab.keep(message.data)) as Stamped;
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
