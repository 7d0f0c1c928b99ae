import { crc32 } from 'node:zlib';
import { parse, join } from 'node:path';
import type { Input } from '../../contract/index.ts';
import { NS_PER_MS, unixFromStamp } from '../../frame/index.ts';
import { createEncoder } from './encoder.ts';
import { longer, type Run } from './losses.ts';
import { createMcapFile } from './mcap-file.ts';
import {
  END_METADATA,
  GAP_METADATA,
  SESSION_METADATA,
  type Gap,
  type SessionEnd,
  type SessionHeader,
} from './session.ts';
import type { LogFile, LogStorage } from './storage.ts';

/**
 * A chunk is written to the file when it has grown to this, bytes, or at the first input that comes this long after its
 * own first one, ns. Too small: index and overhead; too large: more is lost when the process is killed. Ticks are inputs
 * too and come every 10 ms, so a chunk never waits longer, and no clock is needed to say so.
 */
const CHUNK_BYTES = 4096;
const CHUNK_NS = 200 * NS_PER_MS;

/** One file of a recording. Errors are the system's. */
export interface Part {
  readonly path: string;
  /** Takes an input. Where that throws `NotEncodable`, only that input is lost; else see {@link abandon}. */
  add(input: Input): Promise<void>;
  addGap(gap: Gap): Promise<void>;
  /** Inputs taken that are not in the file yet. */
  unwritten(): Run | undefined;
  /** Inputs, and bytes, that are in the file. */
  recorded(): number;
  size(): number;
  /** Ends the file in order. */
  end(end: SessionEnd | undefined): Promise<void>;
  /** Ends the file after an error as far as that goes; never throws. {@link unwritten} is lost. */
  abandon(gap: Gap): Promise<void>;
}

/** An input of which no message can be made: bad data of a driver. */
export class NotEncodable extends Error {}

/** Path of a recording's nth file: `drive.mcap`, `drive.1.mcap`, … */
export function partPath(path: string, part: number): string {
  if (part === 0) return path;
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}.${part}${ext}`);
}

/**
 * Begins a file: nothing is left of it when that fails.
 * @param replace empties a file that exists, instead of throwing `EEXIST`
 */
export async function createPart(
  storage: LogStorage,
  path: string,
  header: SessionHeader,
  replace: boolean,
): Promise<Part> {
  const file = await storage.open(path, replace);
  try {
    return await partOf(file, path, header);
  } catch (error) {
    await file.close().catch(() => undefined);
    await storage.remove(path).catch(() => undefined);
    throw error;
  }
}

async function partOf(file: LogFile, path: string, header: SessionHeader): Promise<Part> {
  const mcap = await createMcapFile(file, { profile: 'ros2', library: `sensorium ${header.sensorium}` });
  const text = JSON.stringify(header);
  await mcap.addMetadata(SESSION_METADATA, { header: text, crc32: String(crc32(text)) });
  const encode = createEncoder(mcap, header);
  let unwritten: Run | undefined;
  let recorded = 0;

  /** Does what writes the chunk, and counts its inputs after. */
  async function writing(write: () => Promise<void>): Promise<void> {
    await write();
    recorded += unwritten?.count ?? 0;
    unwritten = undefined;
  }

  return {
    path,
    async add(input) {
      try {
        encode(input);
      } catch (cause) {
        throw new NotEncodable('not encodable', { cause });
      }
      unwritten = longer(unwritten, input);
      if (mcap.chunkBytes() > CHUNK_BYTES || unwritten.to - unwritten.from >= CHUNK_NS)
        await writing(() => mcap.flush());
    },
    addGap: (gap) => writing(() => mcap.addMetadata(GAP_METADATA, { gap: JSON.stringify(gap) })),
    unwritten: () => unwritten,
    recorded: () => recorded,
    size: () => mcap.size(),
    async end(end) {
      if (end !== undefined) await writing(() => mcap.addMetadata(END_METADATA, { end: JSON.stringify(end) }));
      await writing(() => mcap.end());
      await file.close();
    },
    async abandon(gap) {
      await mcap.salvage(GAP_METADATA, { gap: JSON.stringify(gap) });
      await file.close().catch(() => undefined);
    },
  };
}

/** The gap that begins with an input, for the end of a file: how long it lasts is not known yet. */
export function gapFrom(epoch: bigint, { first, from }: Pick<Run, 'first' | 'from'>, reason: string): Gap {
  return { reason, first, from: String(unixFromStamp(epoch, from)) };
}
