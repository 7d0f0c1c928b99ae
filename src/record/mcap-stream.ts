import { crc32 } from 'node:zlib';
import { McapRecordBuilder, McapStreamReader, Opcode, type McapTypes } from '@mcap/core';
import { loadDecompressHandlers } from '@mcap/support';
import { openWindow, type FileWindow } from './file-window.ts';
import { messageOf } from './foreign/rosbag1.ts';
import { eachInChunk, messageIn } from './mcap-chunk.ts';
import {
  claims,
  findChunk,
  isFooter,
  isHeld,
  LARGEST,
  MAGIC_BYTES,
  placeAt,
  RECORD_HEAD,
  summaryOf,
  type RecordPlace,
} from './mcap-layout.ts';

/** A record of an MCAP file, chunks opened. */
export type McapRecord = McapTypes.TypedMcapRecord;
type Channel = McapTypes.TypedMcapRecords['Channel'];

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
    yield* recordsOf(file, warn, await decompressors());
  } finally {
    await file.close();
  }
}

async function* recordsOf(
  file: FileWindow,
  warn: (text: string) => void,
  decompressHandlers: McapTypes.DecompressHandlers,
): AsyncGenerator<McapRecord[]> {
  const damage = createDamage();
  const parser = createParser(decompressHandlers);
  const check = createChecksum();
  let records: McapRecord[] = [];
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
    if (problem === undefined && isHeld(file, offset)) continue;
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
    if (!damage.any()) records.push(...(await definitionsOf(file, decompressHandlers)));
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
    return wanted ? parser.parse(bytes, records) : undefined;
  }
}

async function decompressors(): Promise<McapTypes.DecompressHandlers> {
  const bounded: McapTypes.DecompressHandlers = {};
  for (const [name, unpack] of Object.entries(await loadDecompressHandlers())) {
    bounded[name] = (data, size) => {
      if (size > LARGEST) throw new Error(claims(size));
      return unpack(data, size);
    };
  }
  return bounded;
}

/** Parses records one after the other, and can go on after one that it could not. */
function createParser(decompressHandlers: McapTypes.DecompressHandlers) {
  const make = () => new McapStreamReader({ noMagicPrefix: true });
  const channels = new Map<number, Channel>();
  let reader = make();

  /** Messages, nearly all there is, are taken as they lie; the few other records through the library. */
  function take(opcode: number, bytes: Buffer, into: McapRecord[]): void {
    if (opcode === (Opcode.MESSAGE as number)) {
      const message = messageIn(bytes);
      if (!channels.has(message.channelId))
        throw new Error(`message on channel ${message.channelId}, which is unknown`);
      into.push(message);
      return;
    }
    reader.append(bytes);
    for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) {
      if (record.type === 'Channel') channels.set(record.id, record);
      into.push(record);
    }
  }

  return {
    parse(bytes: Buffer, into: McapRecord[]): string | undefined {
      try {
        const opcode = bytes[0];
        if (opcode !== (Opcode.CHUNK as number)) take(opcode, bytes, into);
        else {
          const content = bytes.subarray(RECORD_HEAD);
          eachInChunk(content, decompressHandlers, (inner, record) => take(inner, record, into));
        }
        return undefined;
      } catch (error) {
        // The reader adds the library that the header names.
        return messageOf(error ?? 'unknown').replace(/ \[(library=.*|no header)\]$/, '');
      }
    },
    /** A reader that has failed cannot go on; a new one is told the channels that are known. */
    restart(known: readonly McapRecord[]): void {
      for (const record of known) if (record.type === 'Channel') channels.set(record.id, record);
      reader = make();
      const builder = new McapRecordBuilder();
      for (const channel of channels.values()) builder.writeChannel(channel);
      reader.append(builder.buffer);
      while (reader.nextRecord() !== undefined);
    },
  };
}

/** Schemas and channels of the summary at the end of a file, as far as it can be read. */
async function definitionsOf(
  file: FileWindow,
  decompressHandlers: McapTypes.DecompressHandlers,
): Promise<McapRecord[]> {
  const summary = await summaryOf(file);
  if (summary === undefined) return [];
  const found: McapRecord[] = [];
  const parser = createParser(decompressHandlers);
  for (let offset = summary.start; offset < summary.end;) {
    const place = await placeAt(file, offset);
    if (place === undefined || 'problem' in place || place.length > LARGEST) break;
    const { opcode, length, end } = place;
    const bytes = await file.read(offset, RECORD_HEAD + length);
    const defines = opcode === (Opcode.SCHEMA as number) || opcode === (Opcode.CHANNEL as number);
    if (bytes !== undefined && defines && parser.parse(bytes, found) !== undefined) break;
    offset = end;
  }
  return found;
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
