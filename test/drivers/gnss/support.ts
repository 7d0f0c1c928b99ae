import type { FixMeasurement } from '../../../src/frame/index.ts';
import type { Decoded } from '../device/decoding.ts';

/** The fixes among what was decoded. */
export function fixesOf({ frames }: Decoded): FixMeasurement[] {
  return frames.map(({ measurement }) => {
    if (measurement.kind !== 'fix') throw new Error(`a ${measurement.kind}`);
    return measurement;
  });
}

/** A sentence with its checksum. */
export function nmea(text: string): string {
  let sum = 0;
  for (const character of text) sum ^= character.charCodeAt(0);
  return `$${text}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`;
}

/** A UBX message with its checksum. */
export function ubx(type: number, length: number, fill: (payload: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length + 8);
  bytes.set([0xb5, 0x62, type >> 8, type & 0xff, length & 0xff, length >> 8]);
  fill(new DataView(bytes.buffer, 6, length));
  bytes.set(fletcher(bytes.subarray(2, 6 + length)), 6 + length);
  return bytes;
}

/** As RFC 1145 writes it down. */
export function fletcher(bytes: Uint8Array): [number, number] {
  let [a, b] = [0, 0];
  for (const byte of bytes) {
    a = (a + byte) % 256;
    b = (b + a) % 256;
  }
  return [a, b];
}
