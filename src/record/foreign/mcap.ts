import { plainType } from '../ros/types.ts';
import { mcapRecords } from '../mcap-stream.ts';
import type { RawChannel, RawLog, RawMessage } from './raw.ts';
import { lazily } from './rosbag1.ts';
import { ros1Reader, ros2Reader } from './ros-reader.ts';

/** Text of a schema record. */
const TEXT = new TextDecoder();

/** An MCAP file with ROS 1 (`ros1`) or ROS 2 (`cdr`) messages; other encodings are passed over. */
export function openMcap(path: string): RawLog {
  return {
    format: 'mcap',
    async *messages(warn) {
      const schemas = new Map<number, { readonly name: string; readonly definition: string }>();
      const channels = new Map<number, RawChannel>();
      for await (const records of mcapRecords(path, warn)) {
        for (const record of records) {
          if (record.type === 'Schema') {
            schemas.set(record.id, { name: record.name, definition: TEXT.decode(record.data) });
          } else if (record.type === 'Channel') {
            const { name, definition } = schemas.get(record.schemaId) ?? { name: 'unknown', definition: '' };
            const make = record.messageEncoding === 'ros1' ? ros1Reader : ros2Reader;
            const readable = record.messageEncoding === 'ros1' || record.messageEncoding === 'cdr';
            channels.set(record.id, {
              topic: record.topic,
              type: readable ? plainType(name) : `${name} (${record.messageEncoding})`,
              read: lazily(() => make(definition)),
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
