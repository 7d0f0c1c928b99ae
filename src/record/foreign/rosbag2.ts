import { readFile } from 'node:fs/promises';
import initSqlJs, { type Database } from 'sql.js';
import { SensoriumError } from '../../contract/index.ts';
import { definitionsOf, definitionText } from '../ros/definitions.ts';
import { plainType } from '../ros/types.ts';
import type { RawChannel, RawLog } from './raw.ts';
import { ros2Reader } from './ros-reader.ts';
import { lazily } from '../lazily.ts';
import { messageOf } from '../thrown.ts';

/** The database is held in memory whole: beyond this, convert it to MCAP first. */
const LARGEST_FILE = 1 << 30;

/** A ROS 2 bag in SQLite (`.db3`). Where it holds no message definitions, they are those of ROS 2 itself. */
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
        const definitions = definitionsIn(db);
        const topics = db.exec('SELECT id, name, type FROM topics')[0]?.values ?? [];
        for (const [id, name, type] of topics) {
          const text = definitions.get(String(type)) ?? standardText(String(type));
          channels.set(Number(id), {
            topic: String(name),
            type: plainType(String(type)),
            encoding: 'cdr',
            schema: { name: String(type), encoding: 'ros2msg', data: Buffer.from(text) },
            read: lazily(() => readerOf(String(type), text)),
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

/** Definitions by the type's name; bags that ROS 2 wrote before Iron have none. */
function definitionsIn(db: Database): Map<string, string> {
  const has = db.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'message_definitions'").length > 0;
  const sql = "SELECT topic_type, encoded_message_definition FROM message_definitions WHERE encoding = 'ros2msg'";
  const rows = has ? (db.exec(sql)[0]?.values ?? []) : [];
  return new Map(rows.map(([type, text]) => [String(type), String(text)]));
}

/** The definition of a type as ROS 2 itself has it; empty for types that it has not. */
function standardText(type: string): string {
  try {
    return definitionText(definitionsOf(plainType(type), 'ros2'), 'ros2');
  } catch {
    return '';
  }
}

function readerOf(type: string, definition: string): (data: Uint8Array) => unknown {
  if (definition === '') throw new Error(`no definition of ${type}`);
  return ros2Reader(definition);
}
