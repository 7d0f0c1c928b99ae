/**
 * LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md): independent blocks of at most 4 MiB, no
 * checksums. The library that unpacks them packs none.
 */

/** Magic, flags (version 1, independent blocks), largest block, and the check byte of these two. */
const FRAME_HEAD = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73);
const BLOCK = 4 * 1024 * 1024;
/** A block whose length has this bit is not compressed. */
const STORED = 0x8000_0000;
const LEAST_MATCH = 4;
/** The last match begins so many bytes before the end at the latest, and the last of these are literals. */
const LAST_MATCH = 12;
const LAST_LITERALS = 5;
const HASH_BITS = 16;
const FARTHEST = 65_535;

/** Packs bytes into one frame. */
export function packLz4(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [FRAME_HEAD];
  for (let start = 0; start < bytes.length; start += BLOCK) {
    const block = bytes.subarray(start, start + BLOCK);
    const packed = packBlock(block);
    parts.push(packed === undefined ? wordOf(block.length + STORED) : wordOf(packed.length), packed ?? block);
  }
  parts.push(wordOf(0));
  return Buffer.concat(parts);
}

function wordOf(value: number): Uint8Array {
  const word = Buffer.alloc(4);
  word.writeUInt32LE(value);
  return word;
}

/** One block; `undefined` where it would become no smaller. */
function packBlock(from: Uint8Array): Uint8Array | undefined {
  const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
  const to = new Uint8Array(from.length);
  const places = new Int32Array(1 << HASH_BITS).fill(-1);
  let at = 0;
  let literals = 0;
  let out = 0;

  /** Writes what a length exceeds 15 by. */
  function rest(length: number): void {
    let left = length - 15;
    for (; left >= 255; left -= 255) to[out++] = 255;
    to[out++] = left;
  }

  /** Writes the literals since the last match, and a match (length 0: the end); false where there is no room. */
  function sequence(length: number, offset: number): boolean {
    const many = at - literals;
    if (out + many + many / 255 + length / 255 + 16 > to.length) return false;
    const more = length === 0 ? 0 : length - LEAST_MATCH;
    to[out++] = (Math.min(many, 15) << 4) | Math.min(more, 15);
    if (many >= 15) rest(many);
    to.set(from.subarray(literals, at), out);
    out += many;
    if (length === 0) return true;
    to[out++] = offset & 0xff;
    to[out++] = offset >> 8;
    if (more >= 15) rest(more);
    return true;
  }

  while (at + LAST_MATCH <= from.length) {
    const word = view.getUint32(at, true);
    const hash = Math.imul(word, 2_654_435_761) >>> (32 - HASH_BITS);
    const before = places[hash];
    places[hash] = at;
    if (before < 0 || at - before > FARTHEST || view.getUint32(before, true) !== word) {
      at += 1;
      continue;
    }
    let length = LEAST_MATCH;
    while (at + length < from.length - LAST_LITERALS && from[at + length] === from[before + length]) length += 1;
    if (!sequence(length, at - before)) return undefined;
    at += length;
    literals = at;
  }
  at = from.length;
  return sequence(0, 0) ? to.subarray(0, out) : undefined;
}
