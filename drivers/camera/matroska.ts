import type { ContainerListener, ContainerReader, Track } from './container.ts';
import { MOST_SIDE, mostBytes } from './container.ts';
import { Cutter, LONGEST_HEAD } from './cutter.ts';

/*
 * Matroska as it is written live: EBML (RFC 8794), Matroska (RFC 9559). Clusters and the segment may have no size. Elements that hold
 * others are entered and forgotten; what matters has the same meaning wherever it stands: tracks, a cluster's time, blocks.
 */

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const TIMESTAMP_SCALE = 0x2ad7b1;
const TIMESTAMP = 0xe7;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const SIMPLE_BLOCK = 0xa3;
const TRACK_ENTRY = 0xae;
const TRACK_NUMBER = 0xd7;
const TRACK_TYPE = 0x83;
const CODEC_ID = 0x86;
const CODEC_PRIVATE = 0x63a2;
const VIDEO = 0xe0;
const PIXEL_WIDTH = 0xb0;
const PIXEL_HEIGHT = 0xba;

const VIDEO_TRACK = 1;
const LACED = 0x06;
/**
 * What is passed over: void, checksum, seek head, tags, cues, chapters, a cluster's position and size of the one before, a block's
 * duration, reference, additions and padding.
 */
const SKIPPED: ReadonlySet<number> = new Set([
  ...[EBML, 0xec, 0xbf, 0x114d9b74, 0x1254c367, 0x1c53bb6b, 0x1043a770, 0xa7, 0xab, 0x9b, 0xfb, 0x75a1, 0x75a2],
]);
/** Of that, bytes: more after garbage would cost many frames. */
const MOST_SKIPPED = 65_536;

/** One element's head. `size` is `Infinity` where it is not known. */
interface Head {
  readonly id: number;
  readonly size: number;
  readonly length: number;
}

/** Reads the first video track of Matroska. */
export function readMatroska(listener: ContainerListener): ContainerReader {
  let track: (Track & { readonly number: number }) | undefined;
  /** ns. */
  let scale = 1_000_000n;
  /** In units of the scale. */
  let clusterTime = 0;
  let isSeeking = false;
  let isFrame = false;
  const cutter = new Cutter({
    head: (bytes) => (isSeeking ? seek(bytes) : element(bytes)),
    bodyEnded() {
      if (isFrame) listener.end();
      isFrame = false;
    },
  });

  /** The next cluster, or the beginning of all. */
  function seek(bytes: Uint8Array): number {
    for (let at = 0; at + 4 <= bytes.length; at += 1) {
      if (!(bytes[at] === 0x1f && bytes[at + 1] === 0x43 && bytes[at + 2] === 0xb6 && bytes[at + 3] === 0x75)) {
        if (!(bytes[at] === 0x1a && bytes[at + 1] === 0x45 && bytes[at + 2] === 0xdf && bytes[at + 3] === 0xa3))
          continue;
      }
      isSeeking = false;
      return at === 0 ? element(bytes) : at;
    }
    return Math.max(0, bytes.length - 3);
  }

  function lost(reason: string): number {
    isSeeking = true;
    listener.malformed(reason);
    return 1;
  }

  function element(bytes: Uint8Array): number {
    const head = headOf(bytes, 0);
    if (head === undefined) return bytes.length < 12 ? 0 : lost('no element');
    const { id, size, length } = head;
    switch (id) {
      case SEGMENT:
      case CLUSTER:
      case BLOCK_GROUP:
        return length;
      case INFO:
      case TRACKS:
      case TIMESTAMP:
        if (length + size > LONGEST_HEAD) return lost('a header without an end');
        if (bytes.length < length + size) return 0;
        whole(id, bytes.subarray(length, length + size));
        return length + size;
      case BLOCK:
      case SIMPLE_BLOCK:
        return block(bytes, head);
      default:
        if (!SKIPPED.has(id) || size > MOST_SKIPPED) return lost('no element');
        if (id === EBML) [track, scale] = [undefined, 1_000_000n];
        cutter.body(size);
        return length;
    }
  }

  function whole(id: number, bytes: Uint8Array): void {
    if (id === TIMESTAMP) clusterTime = uintOf(bytes);
    else if (id === INFO) {
      for (const [child, value] of childrenOf(bytes)) if (child === TIMESTAMP_SCALE) scale = BigInt(uintOf(value));
    } else {
      track = undefined;
      for (const [child, value] of childrenOf(bytes)) if (child === TRACK_ENTRY) track ??= trackOf(value);
      if (track !== undefined) listener.track(track);
    }
  }

  function block(bytes: Uint8Array, { size, length }: Head): number {
    const number = headNumber(bytes, length);
    if (number === undefined) return bytes.length < length + 8 ? 0 : lost('no block');
    const at = length + number.length;
    if (bytes.length < at + 3) return 0;
    const frame = size - number.length - 3;
    if (!(frame >= 0) || (bytes[at + 2] & LACED) !== 0) return lost('no block');
    if (track === undefined || number.value !== track.number) {
      if (size > MOST_SKIPPED) return lost('a block of no known track');
      cutter.body(size);
      return length;
    }
    if (frame > mostBytes(track)) return lost(`a frame of ${frame} bytes`);
    const relative = ((bytes[at] << 24) >> 16) | bytes[at + 1];
    const time = (BigInt(clusterTime + relative) * scale) / 1000n;
    isFrame = true;
    cutter.body(frame, listener.begin(frame, time));
    return at + 3;
  }

  return { push: (chunk) => cutter.push(chunk) };
}

function trackOf(entry: Uint8Array): (Track & { readonly number: number }) | undefined {
  let [number, type, width, height] = [0, 0, 0, 0];
  let codec = '';
  let fourcc = '';
  for (const [id, value] of childrenOf(entry)) {
    if (id === TRACK_NUMBER) number = uintOf(value);
    else if (id === TRACK_TYPE) type = uintOf(value);
    else if (id === CODEC_ID) codec = textOf(value);
    // A BITMAPINFOHEADER: what the pixels are stands at its 16th byte.
    else if (id === CODEC_PRIVATE) fourcc = textOf(value.subarray(16, 20));
    else if (id === VIDEO) {
      for (const [child, size] of childrenOf(value)) {
        if (child === PIXEL_WIDTH) width = uintOf(size);
        else if (child === PIXEL_HEIGHT) height = uintOf(size);
      }
    }
  }
  if (type !== VIDEO_TRACK || Math.max(width, height) > MOST_SIDE) return undefined;
  const name = codec === 'V_MS/VFW/FOURCC' ? fourcc : codec;
  return { number, codec: CODECS[name] ?? name, width, height };
}

const CODECS: Readonly<Record<string, string>> = { V_MJPEG: 'mjpeg', MJPG: 'mjpeg', V_UNCOMPRESSED: 'raw', '': 'raw' };

/** The elements in a whole one; what is damaged ends it. */
function* childrenOf(bytes: Uint8Array): Iterable<readonly [id: number, value: Uint8Array]> {
  for (let at = 0; at < bytes.length;) {
    const head = headOf(bytes, at);
    if (head === undefined || at + head.length + head.size > bytes.length) return;
    const from = at + head.length;
    at = from + head.size;
    yield [head.id, bytes.subarray(from, at)];
  }
}

/** `undefined`: too short, or none. */
function headOf(bytes: Uint8Array, at: number): Head | undefined {
  const idLength = Math.clz32(bytes[at] ?? 0) - 23;
  if (idLength > 4 || at + idLength > bytes.length) return undefined;
  let id = 0;
  for (let i = 0; i < idLength; i += 1) id = id * 256 + bytes[at + i];
  const size = headNumber(bytes, at + idLength);
  return size === undefined ? undefined : { id, size: size.value, length: idLength + size.length };
}

/** A number of variable length (RFC 8794, 4): `Infinity` where all its bits are set. */
function headNumber(bytes: Uint8Array, at: number): { readonly value: number; readonly length: number } | undefined {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > bytes.length) return undefined;
  let value = first & (0xff >> length);
  let isUnknown = value === 0xff >> length;
  for (let i = 1; i < length; i += 1) {
    value = value * 256 + bytes[at + i];
    isUnknown &&= bytes[at + i] === 0xff;
  }
  return { value: isUnknown ? Infinity : value, length };
}

function uintOf(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes.subarray(0, 8)) value = value * 256 + byte;
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 32)).replace(/\0+$/, '');
}
