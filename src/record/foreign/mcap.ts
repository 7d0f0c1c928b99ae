import { isTree } from './tf.ts';
import { DECODERS } from '../decoders.ts';
import { jsonReader, protobufReader } from '../foxglove/reader.ts';
import { mcapRecords, type McapRecord } from '../mcap-stream.ts';
import { plainType } from '../ros/types.ts';
import type { RawChannel, RawLog, RawMessage } from './raw.ts';
import { ros1Reader, ros2Reader } from './ros-reader.ts';
import { lazily } from './rosbag1.ts';

type Schema = Pick<Extract<McapRecord, { type: 'Schema' }>, 'name' | 'encoding' | 'data'>;

/** Text of a schema record. */
const TEXT = new TextDecoder();

/**
 * An MCAP file with ROS 1 (`ros1`) or ROS 2 (`cdr`) messages, or Foxglove's types in protocol buffers or JSON; other
 * encodings (FlatBuffers, OMG IDL) are passed over.
 */
export function openMcap(path: string): RawLog {
  return {
    format: 'mcap',
    async *messages(warn) {
      const schemas = new Map<number, Schema>();
      const channels = new Map<number, RawChannel>();
      for await (const records of mcapRecords(path, warn)) {
        for (const record of records) {
          if (record.type === 'Schema') schemas.set(record.id, record);
          else if (record.type === 'Channel') {
            const { topic, messageEncoding, schemaId } = record;
            channels.set(record.id, { topic, ...readerOf(messageEncoding, schemas.get(schemaId)) });
          } else if (record.type === 'Message') {
            const channel = channels.get(record.channelId);
            if (channel !== undefined) {
              const message: RawMessage = { channel, received: record.logTime, data: record.data };
              yield message;
            }
          }
        }
      }
    },
  };
}

const NO_SCHEMA: Schema = { name: 'unknown', encoding: '', data: new Uint8Array(0) };

function readerOf(encoding: string, { name, data }: Schema = NO_SCHEMA): Pick<RawChannel, 'type' | 'read'> {
  const type = plainType(name);
  if (encoding === 'ros1') return { type, read: lazily(() => ros1Reader(TEXT.decode(data))) };
  if (encoding === 'cdr') return { type, read: lazily(() => ros2Reader(TEXT.decode(data))) };
  // What others of Foxglove's types, and other types in these encodings, say is not read.
  const isKnown = name.startsWith('foxglove.') && (Object.hasOwn(DECODERS, type) || isTree(type));
  if (encoding === 'protobuf' && isKnown) return { type, read: lazily(() => protobufReader(name, data)) };
  if (encoding === 'json' && isKnown) return { type, read: jsonReader };
  return { type: `${name} (${encoding})`, read: () => undefined };
}
