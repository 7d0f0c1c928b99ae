/*
 * YDLIDAR's triangulating scanners. YDLIDAR, "X4 Development Manual" and "YDLidar-SDK Communication Protocol": packets with the header
 * 0x55aa, type, number of samples, angles of the first and the last sample (1/64 degree above one bit), a sum that is the exclusive or of
 * all other words, and two bytes a sample: its distance, 1/4 mm. Little endian. Requests are two bytes; an answer begins with
 * 0xa5, 0x5a, 30 bits of length and 2 of mode, type.
 */

/** Bytes before the samples, and of a sample. */
export const HEAD = 10;
export const SAMPLE = 2;
export const HEADER = [0xaa, 0x55] as const;
export const ANSWER = [0xa5, 0x5a] as const;
/** Bytes before the content of an answer. */
export const DESCRIPTOR = 7;
export const MOST_SAMPLES = 255;

export const REQUESTS = {
  stop: Uint8Array.of(0xa5, 0x65),
  scan: Uint8Array.of(0xa5, 0x60),
  info: Uint8Array.of(0xa5, 0x90),
} as const;

/** Types of answers. */
export const ANSWERS = { info: 0x04, scan: 0x81 } as const;

/** Exclusive or of all words of a packet but the sum, which is the fifth. */
export function sumOf(packet: DataView): number {
  let sum = 0;
  for (let at = 0; at + 1 < packet.byteLength; at += 2) if (at !== 8) sum ^= packet.getUint16(at, true);
  return sum;
}

/**
 * How much further clockwise a sample lies than its place in the packet says, degrees: laser and lens are apart.
 * @param distance mm; 0: no return
 */
export function correctionOf(distance: number): number {
  if (distance === 0) return 0;
  return (Math.atan((21.8 * (155.3 - distance)) / (155.3 * distance)) * 180) / Math.PI;
}
