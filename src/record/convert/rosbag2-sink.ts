import initSqlJs from 'sql.js';
import type { RawChannel } from '../foreign/raw.ts';
import type { LogFile } from '../own/storage.ts';
import { carriedTo, ros2Name } from './carry.ts';
import { perChannel, type Sink } from './sink.ts';

/** The tables of rosbag2's SQLite storage, version 4 (Iron and later); older ones read it too. */
const TABLES = `
CREATE TABLE schema(schema_version INTEGER PRIMARY KEY, ros_distro TEXT NOT NULL);
CREATE TABLE metadata(id INTEGER PRIMARY KEY, metadata_version INTEGER NOT NULL, metadata TEXT NOT NULL);
CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL,
  serialization_format TEXT NOT NULL, offered_qos_profiles TEXT NOT NULL, type_description_hash TEXT NOT NULL);
CREATE TABLE message_definitions(id INTEGER PRIMARY KEY, topic_type TEXT NOT NULL, encoding TEXT NOT NULL,
  encoded_message_definition TEXT NOT NULL, type_description_hash TEXT NOT NULL);
CREATE TABLE messages(id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL, timestamp INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX timestamp_idx ON messages (timestamp ASC);
INSERT INTO schema(schema_version, ros_distro) VALUES (4, '');
`;
/** The database is held in memory until its end: what is larger is no bag of this kind. */
const LARGEST = 1 << 30;

/** A ROS 2 bag in SQLite, with the definitions of its messages. */
export async function createRosbag2Sink(file: LogFile): Promise<Sink> {
  const SQL = await initSqlJs();
  const db = new SQL.Database();
  db.exec(TABLES);
  db.exec('BEGIN');
  const insert = db.prepare('INSERT INTO messages(topic_id, timestamp, data) VALUES (?, ?, ?)');
  const told = new Set<string>();
  let topics = 0;
  let size = 0;

  const laneOf = perChannel((channel: RawChannel) => {
    const { type, definition, bytes } = carriedTo('ros2', channel);
    const name = ros2Name(type);
    topics += 1;
    db.run("INSERT INTO topics VALUES (?, ?, ?, 'cdr', '', '')", [topics, channel.topic, name]);
    if (!told.has(name)) {
      told.add(name);
      const sql =
        'INSERT INTO message_definitions(topic_type, encoding, encoded_message_definition, type_description_hash) ' +
        "VALUES (?, 'ros2msg', ?, '')";
      db.run(sql, [name, definition]);
    }
    return { id: topics, bytes };
  });

  return {
    add(message) {
      const { id, bytes } = laneOf(message.channel);
      const data = bytes(message);
      if (size + data.length > LARGEST) throw new Error('more than a .db3 file may hold here: write MCAP');
      size += data.length;
      // As text, because a number does not hold all of a time; the column makes it a number again.
      insert.run([id, String(message.received), data]);
    },
    drain: () => Promise.resolve(),
    async end() {
      insert.free();
      db.exec('COMMIT');
      const bytes = db.export();
      db.close();
      await file.write(bytes, 0);
    },
  };
}
