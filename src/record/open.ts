import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';
import type { RawLog } from './foreign/raw.ts';
import type { LogReader, OpenOptions } from './log.ts';
import { openOwn, readSession } from './own/reader.ts';

/** Frames can be read without it, but neither the inputs' numbers nor the configuration. */
const DAMAGED_SESSION = 'the session header is damaged: read as a log from elsewhere';

/** First bytes of each format. */
const MCAP = Buffer.from([0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a]);
const ROSBAG = Buffer.from('#ROSBAG V2.0');
const SQLITE = Buffer.from('SQLite format 3\0');
const GZIP = Buffer.from([0x1f, 0x8b]);

/**
 * Opens a log by what it holds: ours, MCAP, ROS 1 bag, ROS 2 bag (file or folder), CARMEN.
 * @throws SensoriumError E_FILE_MISSING; E_FILE_FORMAT for a file that is none of these; E_FILE_DAMAGED
 */
export async function openLog(path: string, options: OpenOptions = {}): Promise<LogReader> {
  const file = await databaseOf(path);
  const head = await headOf(file);
  if (head.length === 0) throw new SensoriumError('E_FILE_FORMAT', 'the file is empty', { path });
  if (startsWith(head, MCAP)) {
    const session = await readSession(file);
    if (session !== undefined && session !== 'damaged') return openOwn(file, session, options);
    const { openMcap } = await import('./foreign/mcap.ts');
    const log = await openRaw(openMcap(file), options);
    if (session === undefined) return log;
    return { ...log, warnings: [DAMAGED_SESSION, ...log.warnings] };
  }
  if (startsWith(head, ROSBAG)) return openRaw((await import('./foreign/rosbag1.ts')).openRosbag1(file), options);
  if (startsWith(head, SQLITE)) return openRaw((await import('./foreign/rosbag2.ts')).openRosbag2(file), options);
  if (startsWith(head, GZIP) || isText(head)) {
    const { openCarmen } = await import('./foreign/carmen-reader.ts');
    const log = await openCarmen(file, options);
    if (log.channels.length > 0) return log;
  }
  throw new SensoriumError('E_FILE_FORMAT', 'not a log that can be read: expected MCAP, a ROS bag or a CARMEN log', {
    path,
  });
}

/** What reads other programs' formats is loaded when such a file is opened: it is many libraries. */
async function openRaw(raw: RawLog, options: OpenOptions): Promise<LogReader> {
  const { openForeign } = await import('./foreign/reader.ts');
  return openForeign(raw, options);
}

/** A ROS 2 bag may be a folder with its database in it. */
async function databaseOf(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'no such file', { path, cause });
  });
  if (!found.isDirectory()) return path;
  const names = await readdir(path);
  const inside = names.find((name) => name.endsWith('.db3')) ?? names.find((name) => name.endsWith('.mcap'));
  if (inside === undefined)
    throw new SensoriumError('E_FILE_FORMAT', 'a folder without a .db3 or .mcap file', { path });
  return join(path, inside);
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'the file cannot be read', { path, cause });
  });
  try {
    const head = Buffer.alloc(512);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function startsWith(head: Buffer, magic: Buffer): boolean {
  return head.subarray(0, magic.length).equals(magic);
}

function isText(head: Buffer): boolean {
  return head.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
}
