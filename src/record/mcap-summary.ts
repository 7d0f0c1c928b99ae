import { crc32 } from 'node:zlib';
import { Opcode } from '@mcap/core';
import { openWindow, type FileWindow } from './file-window.ts';
import { LARGEST, placeAt, RECORD_HEAD, summaryOf } from './mcap-layout.ts';
import { createParser, type McapRecord } from './mcap-parser.ts';

/** Bytes of a footer that its checksum covers: all before the checksum itself. */
const FOOTER_COVERED = RECORD_HEAD + 16;

/**
 * What an MCAP file says of itself at its end: schemas, channels and statistics, and the metadata records that it points
 * to. Nothing where there is no such summary, or none that its checksum vouches for. Where the chunks lie is left out.
 */
export async function mcapSummary(path: string): Promise<readonly McapRecord[]> {
  const file = await openWindow(path);
  try {
    const summary = await summaryOf(file);
    if (summary === undefined) return [];
    const parser = createParser({});
    const found: McapRecord[] = [];
    let sum = 0;
    for await (const { opcode, bytes } of recordsBetween(file, summary.start, summary.end)) {
      sum = crc32(bytes, sum);
      if (opcode !== (Opcode.CHUNK_INDEX as number) && parser.parse(bytes, found) !== undefined) return [];
    }
    sum = crc32((await file.read(summary.end, FOOTER_COVERED)) ?? Buffer.alloc(0), sum);
    if (sum !== summary.checksum) return [];
    for (const record of [...found]) {
      if (record.type !== 'MetadataIndex') continue;
      const bytes = await file.read(Number(record.offset), Number(record.length));
      if (bytes === undefined || parser.parse(bytes, found) !== undefined) return [];
    }
    return found;
  } finally {
    await file.close();
  }
}

/** Schemas and channels of the summary, as far as it can be read: for those who lost them elsewhere in the file. */
export async function definitionsOf(file: FileWindow): Promise<McapRecord[]> {
  const summary = await summaryOf(file);
  const found: McapRecord[] = [];
  if (summary === undefined) return found;
  const parser = createParser({});
  for await (const { opcode, bytes } of recordsBetween(file, summary.start, summary.end)) {
    const defines = opcode === (Opcode.SCHEMA as number) || opcode === (Opcode.CHANNEL as number);
    if (defines && parser.parse(bytes, found) !== undefined) break;
  }
  return found;
}

/** Records one after the other, until one is damaged. The bytes of each are valid until the next. */
async function* recordsBetween(
  file: FileWindow,
  start: number,
  end: number,
): AsyncGenerator<{ readonly opcode: number; readonly bytes: Buffer }> {
  for (let offset = start; offset < end;) {
    const place = await placeAt(file, offset);
    if (place === undefined || 'problem' in place || place.length > LARGEST) return;
    const bytes = await file.read(offset, RECORD_HEAD + place.length);
    if (bytes === undefined) return;
    yield { opcode: place.opcode, bytes };
    offset = place.end;
  }
}
