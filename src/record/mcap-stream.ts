import { crc32 } from 'node:zlib';
import { Opcode } from '@mcap/core';
import { createDecompressors } from './decompress.ts';
import { openWindow, type FileWindow } from './file-window.ts';
import { compressionOf } from './mcap-chunk.ts';
import {
  claims,
  findChunk,
  isFooter,
  isHeld,
  LARGEST,
  MAGIC_BYTES,
  placeAt,
  RECORD_HEAD,
  type RecordPlace,
} from './mcap-layout.ts';
import { createParser, type McapRecord } from './mcap-parser.ts';
import { definitionsOf } from './mcap-summary.ts';

/**
 * Bytes of the file whose records are handed on together. Too small: time goes into handing on; too large: so many records
 * live at once that a collection of the young generation finds some of them twice, and takes them for old.
 */
const BATCH_BYTES = 16 * 1024;
/** Records that hold data; indexes and attachments are passed over. */
const OF_INTEREST: readonly number[] = [
  Opcode.HEADER,
  Opcode.SCHEMA,
  Opcode.CHANNEL,
  Opcode.MESSAGE,
  Opcode.CHUNK,
  Opcode.METADATA,
];

/**
 * The records of an MCAP file in the order of the file: so that files without an index, and the intact parts of damaged
 * ones, are read like any other. What is damaged is passed over and told to `warn`, in one line, at the end. The data of
 * messages is where the file was read into: it is valid until the next batch is asked for.
 */
export async function* mcapRecords(path: string, warn: (text: string) => void): AsyncGenerator<McapRecord[]> {
  const file = await openWindow(path);
  try {
    yield* recordsOf(file, warn);
  } finally {
    await file.close();
  }
}

async function* recordsOf(file: FileWindow, warn: (text: string) => void): AsyncGenerator<McapRecord[]> {
  const damage = createDamage();
  const decompressors = createDecompressors();
  const parser = createParser(decompressors.handlers);
  const check = createChecksum();
  let records: McapRecord[] = [];
  let given = 0;
  let offset = MAGIC_BYTES;
  let ended = false;
  check.add((await file.read(0, MAGIC_BYTES)) ?? Buffer.alloc(0));
  while (!ended) {
    const place = await placeAt(file, offset);
    if (place === undefined) break;
    if ('problem' in place) {
      if (records.length > 0) yield records;
      records = [];
      const next = await findChunk(file, offset + 1);
      if (next === undefined) {
        // What follows the last whole record of a file that was cut off is no damage.
        if (!place.cut) damage.add(offset, file.size - offset, place.problem);
        break;
      }
      await passOver(offset, next, place.problem);
      offset = next;
      continue;
    }
    offset = place.end;
    ended = isFooter(place, file.size);
    if (place.opcode === (Opcode.DATA_END as number)) {
      const sum = (await file.read(place.offset + RECORD_HEAD, 4))?.readUInt32LE(0);
      if (!check.fits(sum) && !damage.any()) damage.add(0, 0, 'the file does not match its checksum');
    }
    const problem = await take(place);
    if (problem === undefined && offset - given < BATCH_BYTES && isHeld(file, offset)) continue;
    given = offset;
    if (records.length > 0) yield records;
    records = [];
    if (problem !== undefined) await passOver(place.offset, place.end, problem);
  }
  if (records.length > 0) yield records;
  if (damage.any()) warn(damage.text());
  if (!ended) warn('cut off: the end of the file is missing; what was there has been read');

  /** Goes on after damage. */
  async function passOver(from: number, to: number, why: string): Promise<void> {
    // The definitions that the damaged part held stand once more in the summary, where the file has one.
    if (!damage.any()) records.push(...(await definitionsOf(file)));
    damage.add(from, to - from, why);
    parser.restart(records);
  }

  /** Reads one record into `records`; returns what is wrong with it. */
  async function take({ opcode, offset: start, length }: RecordPlace): Promise<string | undefined> {
    const wanted = OF_INTEREST.includes(opcode);
    if (length > LARGEST) {
      check.drop();
      return wanted ? claims(length) : undefined;
    }
    const bytes = await file.read(start, RECORD_HEAD + length);
    if (bytes === undefined) return 'the file has become shorter';
    check.add(bytes);
    const packing = opcode === (Opcode.CHUNK as number) ? compressionOf(bytes.subarray(RECORD_HEAD)) : '';
    if (packing !== '') await decompressors.load(packing);
    return wanted ? parser.parse(bytes, records) : undefined;
  }
}

/** The checksum over the data section, as far as all of it has been read. */
function createChecksum() {
  let sum: number | undefined = 0;
  return {
    add: (bytes: Uint8Array): void => void (sum = sum === undefined ? undefined : crc32(bytes, sum)),
    drop: (): void => void (sum = undefined),
    /** Zero says that the writer made none. */
    fits: (recorded: number | undefined): boolean =>
      sum === undefined || recorded === undefined || recorded === 0 || recorded === sum,
  };
}

/** Collects what was passed over. */
function createDamage() {
  let places = 0;
  let bytes = 0;
  let start: { readonly offset: number; readonly why: string } | undefined;
  return {
    add(offset: number, length: number, why: string): void {
      places += 1;
      bytes += length;
      start ??= { offset, why };
    },
    any: () => places > 0,
    text: () =>
      bytes === 0
        ? `damaged: ${start?.why ?? ''}; what could be read has been read`
        : `damaged in ${places} ${places === 1 ? 'place' : 'places'}: ${bytes} bytes passed over, the first at byte ` +
          `${start?.offset ?? 0} (${start?.why ?? ''})`,
  };
}
