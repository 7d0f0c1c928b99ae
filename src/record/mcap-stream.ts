import { createReadStream } from 'node:fs';
import { McapStreamReader, type McapTypes } from '@mcap/core';
import { loadDecompressHandlers } from '@mcap/support';
import { messageOf } from './foreign/rosbag1.ts';

/** A record of an MCAP file, chunks opened. */
export type McapRecord = McapTypes.TypedMcapRecord;

/** Bytes read at once. */
const BLOCK = 256 * 1024;
/** A chunk may not claim to be larger than this when unpacked. */
const LARGEST_CHUNK = 1n << 30n;

/**
 * The records of an MCAP file in the order of the file: so that files without an index, and the intact beginning of
 * damaged ones, are read like any other. Damage ends the reading and is told to `warn`.
 */
export async function* mcapRecords(path: string, warn: (text: string) => void): AsyncGenerator<McapRecord[]> {
  const handlers = await loadDecompressHandlers();
  const decompressHandlers: McapTypes.DecompressHandlers = {};
  for (const [name, unpack] of Object.entries(handlers)) {
    decompressHandlers[name] = (data, size) => {
      if (size > LARGEST_CHUNK) throw new Error(`a chunk claims ${size} bytes`);
      return unpack(data, size);
    };
  }
  const reader = new McapStreamReader({ decompressHandlers, validateCrcs: true });
  const stream = createReadStream(path, { highWaterMark: BLOCK });
  let ended = false;
  try {
    for await (const block of stream) {
      reader.append(block as Buffer);
      const records: McapRecord[] = [];
      let failure: unknown;
      try {
        for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) {
          records.push(record);
          if (record.type === 'Footer') ended = true;
        }
      } catch (error) {
        failure = error ?? new Error('unknown');
      }
      if (records.length > 0) yield records;
      if (failure !== undefined) {
        warn(`damaged: read up to the damage (${messageOf(failure)})`);
        return;
      }
    }
    if (!ended) warn('cut off: the end of the file is missing; what was there has been read');
  } finally {
    stream.destroy();
  }
}
