/** What a compressed picture says of itself, or why it is none that can be decoded. Nothing is decompressed. */
export type CompressedPicture =
  | { readonly format: 'jpeg' | 'png'; readonly width: number; readonly height: number }
  | { readonly problem: 'truncated' | 'no header' };

/** Bytes other than zeros that may follow the end of a JPEG. */
const PADDING = 64;
/** A PNG ends with an empty chunk of this name and its checksum. */
const PNG_END = [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];
const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Reads the header of a JPEG (ITU-T T.81, annex B) or a PNG (ISO/IEC 15948), and looks whether the end is there.
 * @returns `undefined` for other formats
 */
export function inspectPicture(data: Uint8Array): CompressedPicture | undefined {
  if (data[0] === 0xff && data[1] === 0xd8) return inspectJpeg(data);
  if (startsWith(data, PNG_START)) return inspectPng(data);
  return undefined;
}

function inspectJpeg(data: Uint8Array): CompressedPicture {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 2; at + 4 <= data.length;) {
    if (data[at] !== 0xff) return { problem: 'no header' };
    const marker = data[at + 1];
    // Fill bytes before a marker, and markers without a length.
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (isFrameHeader(marker)) {
      if (at + 9 > data.length) return { problem: 'truncated' };
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return endsLikeJpeg(data) ? { format: 'jpeg', width, height } : { problem: 'truncated' };
    }
    // The pixels, or the end, before any header.
    if (marker === 0xda || marker === 0xd9) return { problem: 'no header' };
    at += 2 + view.getUint16(at + 2);
  }
  return { problem: 'truncated' };
}

/** SOF0 to SOF15, without the three of that range that mean something else. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Zeros may follow the end, however many, and a few bytes of anything: cameras pad their buffers. */
function endsLikeJpeg(data: Uint8Array): boolean {
  let last = data.length - 1;
  while (last > 2 && data[last] === 0) last -= 1;
  for (let at = last; at > Math.max(2, last - PADDING); at -= 1) {
    if (data[at] === 0xd9 && data[at - 1] === 0xff) return true;
  }
  return false;
}

function inspectPng(data: Uint8Array): CompressedPicture {
  if (data.length < 24) return { problem: 'truncated' };
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(12) !== 0x49484452) return { problem: 'no header' };
  const end = data.subarray(data.length - PNG_END.length);
  if (!startsWith(end, PNG_END)) return { problem: 'truncated' };
  return { format: 'png', width: view.getUint32(16), height: view.getUint32(20) };
}

function startsWith(data: Uint8Array, bytes: readonly number[]): boolean {
  return data.length >= bytes.length && bytes.every((byte, i) => data[i] === byte);
}
