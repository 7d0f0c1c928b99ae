import { readFile } from 'node:fs/promises';
import { ros2humble } from '@foxglove/rosmsg-msgs-common';
import type { MessageDefinition } from '@foxglove/message-definition';
import initSqlJs from 'sql.js';
import { SensoriumError } from '../../contract/index.ts';
import { plainType } from '../ros/types.ts';
import type { RawChannel, RawLog } from './raw.ts';
import { cdrReader } from './ros-reader.ts';
import { lazily, messageOf } from './rosbag1.ts';

/** The database is held in memory whole: beyond this, convert it to MCAP first. */
const LARGEST_FILE = 1 << 30;

/** A ROS 2 bag in SQLite (`.db3`). Its message definitions are those of ROS 2 itself: the file has none. */
export function openRosbag2(path: string): RawLog {
  return {
    format: 'rosbag2',
    async *messages(warn) {
      const bytes = await readFile(path);
      if (bytes.length > LARGEST_FILE) {
        throw new SensoriumError(
          'E_FILE_FORMAT',
          `too large to be read whole (${bytes.length} bytes): convert it to MCAP`,
          {
            path,
          },
        );
      }
      const SQL = await initSqlJs();
      const db = new SQL.Database(bytes);
      try {
        const channels = new Map<number, RawChannel>();
        const topics = db.exec('SELECT id, name, type FROM topics')[0]?.values ?? [];
        for (const [id, name, type] of topics) {
          channels.set(Number(id), {
            topic: String(name),
            type: plainType(String(type)),
            read: lazily(() => readerOf(String(type))),
          });
        }
        const statement = db.prepare(
          'SELECT topic_id, CAST(timestamp AS TEXT), data FROM messages ORDER BY timestamp, id',
        );
        try {
          while (statement.step()) {
            const [topic, timestamp, data] = statement.get();
            const channel = channels.get(Number(topic));
            if (channel === undefined || !(data instanceof Uint8Array)) continue;
            yield { channel, received: BigInt(String(timestamp)), data };
          }
        } finally {
          statement.free();
        }
      } catch (error) {
        warn(`reading ended early: ${messageOf(error)}`);
      } finally {
        db.close();
      }
    },
  };
}

function readerOf(type: string): (data: Uint8Array) => unknown {
  const all: Readonly<Record<string, MessageDefinition>> = ros2humble;
  const root = all[plainType(type)] ?? all[type];
  if (root === undefined) throw new Error(`no definition of ${type}`);
  // The reader takes the first definition without a name as the root, and finds the others by theirs.
  const rest = Object.values(all).filter((definition) => definition !== root);
  return cdrReader([{ ...root, name: undefined }, ...rest]);
}
