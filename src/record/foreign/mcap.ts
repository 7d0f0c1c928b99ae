import { isTree } from './tf.ts';
import { DECODERS } from '../decoders.ts';
import { jsonReader, protobufReader } from '../foxglove/reader.ts';
import { mcapRecords } from '../mcap-stream.ts';
import { plainType } from '../ros/types.ts';
import type { RawChannel, RawLog, RawMessage, RawSchema } from './raw.ts';
import { ros1Reader, ros2Reader } from './ros-reader.ts';
import { lazily } from '../lazily.ts';

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
      const schemas = new Map<number, RawSchema>();
      const channels = new Map<number, RawChannel>();
      for await (const records of mcapRecords(path, warn)) {
        for (const record of records) {
          if (record.type === 'Schema') schemas.set(record.id, record);
          else if (record.type === 'Channel') {
            const { topic, messageEncoding, schemaId } = record;
            const schema = schemas.get(schemaId) ?? NO_SCHEMA;
            channels.set(record.id, {
              topic,
              encoding: messageEncoding,
              schema,
              ...readerOf(messageEncoding, schema),
            });
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

const NO_SCHEMA: RawSchema = { name: 'unknown', encoding: '', data: new Uint8Array(0) };

function readerOf(encoding: string, { name, data }: RawSchema): Pick<RawChannel, 'type' | 'read'> {
  const type = plainType(name);
  if (encoding === 'ros1') return { type, read: lazily(() => ros1Reader(TEXT.decode(data))) };
  if (encoding === 'cdr') return { type, read: lazily(() => ros2Reader(TEXT.decode(data))) };
  // What others of Foxglove's types, and other types in these encodings, say is not read.
  const isKnown = name.startsWith('foxglove.') && (Object.hasOwn(DECODERS, type) || isTree(type));
  if (encoding === 'protobuf' && isKnown) return { type, read: lazily(() => protobufReader(name, data)) };
  if (encoding === 'json' && isKnown) return { type, read: jsonReader };
  return { type: `${name} (${encoding})`, read: () => undefined };
}
