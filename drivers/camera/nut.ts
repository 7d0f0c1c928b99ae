import { MOST_SIDE, mostBytes, type ContainerListener, type ContainerReader, type Track } from './container.ts';
import { Cutter, LONGEST_HEAD } from './cutter.ts';
import { crc32, Cursor } from './nut-numbers.ts';

/*
 * NUT, as ffmpeg writes it live: Niedermayer, Hofmann and others, "NUT Open Container Format" (2013). ffmpeg hands a frame out the
 * moment it has it, which it does not in Matroska: there a frame waits for the next one. Numbers of variable length have seven
 * bits a byte, the first ones first; what has a startcode has a size and a CRC-32 (polynomial 0x04c11db7, from 0, not reflected).
 */

const FILE_ID = 'nut/multimedia container\0';
const N = 0x4e;
/** Second byte of the startcodes that matter. */
const MAIN = 0x4d;
const STREAM = 0x53;
const SYNCPOINT = 0x4b;
const STARTCODES: Readonly<Record<number, readonly number[]>> = {
  [MAIN]: [0x4e, 0x4d, 0x7a, 0x56, 0x1f, 0x5f, 0x04, 0xad],
  [STREAM]: [0x4e, 0x53, 0x11, 0x40, 0x5b, 0xf2, 0xf9, 0xdb],
  [SYNCPOINT]: [0x4e, 0x4b, 0xe4, 0xad, 0xee, 0xca, 0x45, 0x69],
  // Index and info: passed over.
  0x58: [0x4e, 0x58, 0xdd, 0x67, 0x2f, 0x23, 0xe6, 0x4e],
  0x49: [0x4e, 0x49, 0xab, 0x68, 0xb5, 0x96, 0xba, 0x78],
};

/** Flags of a frame. */
const CODED_PTS = 8;
const STREAM_ID = 16;
const SIZE_MSB = 32;
const CHECKSUM = 64;
const RESERVED = 128;
const HEADER_IDX = 1024;
const MATCH_TIME = 2048;
const CODED_FLAGS = 4096;
const INVALID = 8192;
const SIDE_DATA = 256;

const VIDEO_CLASS = 0;
/** Of what is passed over, bytes. */
const MOST_SKIPPED = 65_536;
/** Packets larger than this have a checksum of their head. */
const MOST_UNCHECKED = 4096;
/** Frames larger than this have nothing left out. */
const MOST_ELIDED = 4096;
/** A frame's head is never longer. */
const LONGEST_FRAME_HEAD = 128;

interface FrameCode {
  readonly flags: number;
  readonly stream: number;
  readonly mul: number;
  readonly lsb: number;
  readonly ptsDelta: number;
  readonly reserved: number;
  readonly header: number;
}

interface TimeBase {
  readonly num: number;
  readonly den: number;
}

interface Stream extends Track {
  readonly base: TimeBase;
  readonly shift: number;
  /** A frame whose time is further from the one before has a checksum. */
  readonly farPts: number;
  lastPts: number;
}

/** Reads the first video stream of a NUT. */
export function readNut(listener: ContainerListener): ContainerReader {
  let codes: readonly FrameCode[] = [];
  let bases: readonly TimeBase[] = [];
  let elided: readonly Uint8Array[] = [];
  /** A frame of more than twice as many bytes has a checksum. */
  let maxDistance = 0;
  /** All of them, by number; only the video ones have pictures. */
  let streams: (Stream | undefined)[] = [];
  let isSeeking = false;
  let isFrame = false;
  const cutter = new Cutter({
    head: (bytes) => (isSeeking ? seek(bytes) : element(bytes)),
    bodyEnded() {
      if (isFrame) listener.end();
      isFrame = false;
    },
  });

  /** The next main header, stream header or syncpoint: each begins with eight bytes that nothing else is likely to have. */
  function seek(bytes: Uint8Array): number {
    for (let at = bytes.indexOf(N); at >= 0; at = bytes.indexOf(N, at + 1)) {
      const code = STARTCODES[bytes[at + 1]];
      if (at + 1 < bytes.length && code === undefined) continue;
      const rest = bytes.subarray(at, at + 8);
      if (code !== undefined && !rest.every((byte, i) => byte === code[i])) continue;
      if (rest.length < 8) return at;
      isSeeking = false;
      return at === 0 ? element(bytes) : at;
    }
    return bytes.length;
  }

  function lost(reason: string): number {
    isSeeking = true;
    listener.malformed(reason);
    return 1;
  }

  function element(bytes: Uint8Array): number {
    if (bytes[0] === N) return packet(bytes);
    const id = beginsLikeFile(bytes);
    if (id !== undefined) return id;
    return frame(bytes);
  }

  function packet(bytes: Uint8Array): number {
    if (bytes.length < 9) return 0;
    const startcode = STARTCODES[bytes[1]];
    if (startcode === undefined || !startcode.every((byte, i) => bytes[i] === byte)) return lost('no packet');
    const at = new Cursor(bytes, 8);
    const size = at.number();
    if (size > MOST_UNCHECKED) at.skip(4);
    if (at.isShort) return bytes.length < 32 ? 0 : lost('no packet');
    const end = at.at + size;
    const kind = bytes[1];
    if (kind !== MAIN && kind !== STREAM && kind !== SYNCPOINT) {
      if (size > MOST_SKIPPED) return lost('a packet without an end');
      cutter.body(size);
      return at.at;
    }
    if (end > LONGEST_HEAD) return lost('a header without an end');
    if (bytes.length < end) return 0;
    if (size < 4 || crc32(bytes, at.at, end) !== 0) return lost('checksum');
    const content = new Cursor(bytes.subarray(0, end - 4), at.at);
    if (kind === MAIN) mainHeader(content);
    else if (kind === STREAM) streamHeader(content);
    else syncpoint(content);
    return end;
  }

  function mainHeader(from: Cursor): void {
    const version = from.number();
    if (version > 3) from.number();
    from.number();
    maxDistance = Math.min(65_536, from.number());
    bases = from.list(64, () => ({ num: from.number(), den: Math.max(1, from.number()) }));
    codes = frameCodes(from);
    const headers: Uint8Array[] = [new Uint8Array()];
    for (const header of from.list(128, () => from.bytes())) headers.push(header);
    elided = headers;
    streams = [];
  }

  function streamHeader(from: Cursor): void {
    const id = from.number();
    const kind = from.number();
    const fourcc = String.fromCharCode(...from.bytes().subarray(0, 4));
    const base = bases[from.number()] as TimeBase | undefined;
    const shift = from.number();
    const farPts = from.number();
    from.number();
    from.number();
    from.bytes();
    if (id > 15 || base === undefined || kind !== VIDEO_CLASS || shift > 40) return;
    const [width, height] = [from.number(), from.number()];
    if (Math.max(width, height) > MOST_SIDE) return;
    const isFirst = streams.every((stream) => stream === undefined);
    const stream = {
      codec: fourcc === 'MJPG' ? 'mjpeg' : codecOf(fourcc),
      width,
      height,
      base,
      shift,
      farPts,
      lastPts: 0,
    };
    streams[id] = stream;
    if (isFirst) listener.track(stream);
  }

  function syncpoint(from: Cursor): void {
    if (bases.length === 0) return;
    const time = from.number();
    const base = bases[time % bases.length];
    const value = Math.floor(time / bases.length);
    for (const stream of streams) {
      if (stream === undefined) continue;
      const { num, den } = stream.base;
      stream.lastPts = Number(
        (BigInt(value) * BigInt(base.num) * BigInt(den)) / (BigInt(base.den) * BigInt(Math.max(1, num))),
      );
    }
  }

  function frame(bytes: Uint8Array): number {
    const code = codes[bytes[0]] as FrameCode | undefined;
    if (code === undefined) return lost('no frame');
    const at = new Cursor(bytes, 1);
    let { flags } = code;
    if ((flags & CODED_FLAGS) !== 0) flags ^= at.number();
    const id = (flags & STREAM_ID) === 0 ? code.stream : at.number();
    const coded = (flags & CODED_PTS) === 0 ? undefined : at.number();
    let size = code.lsb + ((flags & SIZE_MSB) === 0 ? 0 : code.mul * at.number());
    if ((flags & MATCH_TIME) !== 0) at.number();
    const header = (flags & HEADER_IDX) === 0 ? code.header : at.number();
    const reserved = (flags & RESERVED) === 0 ? code.reserved : at.number();
    for (let i = 0; i < reserved && !at.isShort; i += 1) at.number();
    if ((flags & CHECKSUM) !== 0) at.skip(4);
    if (at.isShort) return bytes.length < LONGEST_FRAME_HEAD ? 0 : lost('no frame');
    const stream = streams[id];
    const prefix = size > MOST_ELIDED ? elided[0] : (elided[header] as Uint8Array | undefined);
    if ((flags & (INVALID | SIDE_DATA)) !== 0 || stream === undefined || prefix === undefined) return lost('no frame');
    const pts = coded === undefined ? stream.lastPts + code.ptsDelta : ptsOf(coded, stream);
    if ((flags & CHECKSUM) !== 0) {
      if (crc32(bytes, 0, at.at) !== 0) return lost('checksum');
    } else if (size > 2 * maxDistance || Math.abs(pts - stream.lastPts) > stream.farPts) return lost('no frame');
    if (at.at > LONGEST_FRAME_HEAD || size < prefix.length) return lost('no frame');
    if (size > mostBytes(stream)) return lost(`a frame of ${size} bytes`);
    stream.lastPts = pts;
    size -= prefix.length;
    const { num, den } = stream.base;
    const time = (BigInt(stream.lastPts) * 1_000_000n * BigInt(num)) / BigInt(den);
    const isFirst = streams.find((other) => other !== undefined) === stream;
    const into = isFirst ? listener.begin(size + prefix.length, time) : undefined;
    into?.set(prefix);
    isFrame = isFirst;
    cutter.body(size, into, prefix.length);
    return at.at;
  }

  return { push: (chunk) => cutter.push(chunk) };
}

/** Bytes of the file's name for itself; 0: so far like it; `undefined`: something else. */
function beginsLikeFile(bytes: Uint8Array): number | undefined {
  const length = Math.min(bytes.length, FILE_ID.length);
  for (let i = 0; i < length; i += 1) if (bytes[i] !== FILE_ID.charCodeAt(i)) return undefined;
  return length === FILE_ID.length ? length : 0;
}

/** The whole time of which only the last bits are told where those are enough. */
function ptsOf(coded: number, { shift, lastPts }: Stream): number {
  const span = 2 ** shift;
  if (coded >= span) return coded - span;
  const low = lastPts - Math.floor((span - 1) / 2);
  return low + ((((coded - low) % span) + span) % span);
}

/** The table of 256 frame codes, run by run. */
function frameCodes(from: Cursor): FrameCode[] {
  const codes: FrameCode[] = [];
  let [ptsDelta, mul, stream, header] = [0, 1, 0, 0];
  while (codes.length < 256 && !from.isShort) {
    const flags = from.number();
    const fields = from.number();
    if (fields > 0) ptsDelta = from.signed();
    if (fields > 1) mul = from.number();
    if (fields > 2) stream = from.number();
    const size = fields > 3 ? from.number() : 0;
    const reserved = fields > 4 ? from.number() : 0;
    const count = fields > 5 ? from.number() : mul - size;
    if (fields > 6) from.signed();
    if (fields > 7) header = from.number();
    for (let i = 8; i < fields && !from.isShort; i += 1) from.number();
    if (count <= 0) break;
    for (let i = 0; i < count && codes.length < 256; i += 1) {
      const lsb = size + i;
      // The code of the letter with which packets begin is none.
      if (codes.length === N) codes.push({ flags: INVALID, stream, mul, lsb, ptsDelta, reserved, header });
      if (codes.length < 256) codes.push({ flags, stream, mul, lsb, ptsDelta, reserved, header });
    }
  }
  return codes;
}

/** Raw pictures by the fourcc that ffmpeg gives them; others by their own name. */
const RAW = /^(RGB|BGR|Y800|Y8|Y1|YUY2|UYVY|\0)/;

function codecOf(fourcc: string): string {
  return RAW.test(fourcc) ? 'raw' : fourcc.replace(/[^\x20-\x7e]/g, '?');
}
