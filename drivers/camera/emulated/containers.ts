import { crc32 } from '../nut-numbers.ts';

/** What pictures are put into. */
export interface ContainerWriter {
  readonly begin: () => Uint8Array;
  /** @param time presentation time, µs */
  readonly frame: (bytes: Uint8Array, time: number) => Uint8Array;
}

/** What a writer has to know of its pictures. */
export interface TrackOptions {
  readonly width: number;
  readonly height: number;
  /** Four characters: `MJPG`, or how pixels lie. */
  readonly fourcc: string;
}

const join = (...parts: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Uint8Array.from(part))));

/** NUT with a syncpoint before each frame and a checksum in each frame's head; see nut.ts. */
export function writeNut({ width, height, fourcc }: TrackOptions): ContainerWriter {
  const SHIFT = 7;
  const INVALID = 8192;
  /** Key frame, time, size and checksum told. */
  const FRAME = 1 + 8 + 32 + 64;
  const FRAME_CODE = 1;
  const run = (flags: number, count: number): number[] => [flags, 6, 0, 1, 0, 0, 0, count].flatMap(number);
  const main = [3, 1, 65_536, 1, 1, 1_000_000].flatMap(number);
  // The code of the letter with which packets begin is left out.
  const codes = [...run(INVALID, FRAME_CODE), ...run(FRAME, 1), ...run(INVALID, 255 - FRAME_CODE - 1), 0];
  const stream = [0, 0, 4, ...Buffer.from(fourcc, 'latin1'), 0, SHIFT, 0, 0, 0, 0, ...number(width), ...number(height)];
  return {
    begin: () =>
      join(
        'nut/multimedia container\0',
        packet('NM\x7a\x56\x1f\x5f\x04\xad', [...main, ...codes]),
        packet('NS\x11\x40\x5b\xf2\xf9\xdb', [...stream, 0, 0, 0]),
      ),
    frame: (bytes, time) =>
      join(
        packet('NK\xe4\xad\xee\xca\x45\x69', [...number(time), 0]),
        checked([FRAME_CODE, ...number(time + 2 ** SHIFT), ...number(bytes.length)]),
        bytes,
      ),
  };

  function packet(startcode: string, content: readonly number[]): Uint8Array {
    return join(startcode, number(content.length + 4), checked(content));
  }

  /** With a checksum behind it. */
  function checked(content: readonly number[]): number[] {
    const crc = crc32(Uint8Array.from(content), 0, content.length);
    return [...content, crc >>> 24, (crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff];
  }

  /** Seven bits a byte, the first ones first. */
  function number(value: number): number[] {
    const bytes = [value % 128];
    for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(128 + (rest % 128));
    return bytes;
  }
}

/** Matroska as it is written live, each frame in a cluster without a size, times in ms; see matroska.ts. */
export function writeMatroska({ width, height, fourcc }: TrackOptions): ContainerWriter {
  const UNKNOWN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
  const isJpeg = fourcc === 'MJPG';
  const video = join(
    element([0xb0], uint(width)),
    element([0xba], uint(height)),
    isJpeg ? [] : element([0x2e, 0xb5, 0x24], fourcc),
  );
  const track = join(
    ...[[0xd7], [0x73, 0xc5], [0x83]].map((id) => element(id, [1])),
    element([0x86], isJpeg ? 'V_MJPEG' : 'V_UNCOMPRESSED'),
    element([0xe0], video),
  );
  return {
    begin: () =>
      join(
        element(
          [0x1a, 0x45, 0xdf, 0xa3],
          join(element([0x42, 0x82], 'matroska'), element([0x42, 0x87], [4]), element([0x42, 0x85], [2])),
        ),
        [0x18, 0x53, 0x80, 0x67, ...UNKNOWN],
        element(
          [0x15, 0x49, 0xa9, 0x66],
          join(
            element([0x2a, 0xd7, 0xb1], uint(1_000_000)),
            element([0x4d, 0x80], 'sensorium'),
            element([0x57, 0x41], 'sensorium'),
          ),
        ),
        element([0x16, 0x54, 0xae, 0x6b], element([0xae], track)),
      ),
    frame: (bytes, time) =>
      join(
        [0x1f, 0x43, 0xb6, 0x75, ...UNKNOWN],
        element([0xe7], uint(Math.round(time / 1000))),
        element([0xa3], join([0x81, 0, 0, 0x80], bytes)),
      ),
  };

  function element(id: readonly number[], content: Uint8Array | readonly number[] | string): Uint8Array {
    return join(id, [0x01, ...uint(content.length, 7)], content);
  }

  function uint(value: number, bytes = 6): number[] {
    return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256);
  }
}
