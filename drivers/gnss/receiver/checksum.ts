/** NMEA 0183: all bytes from the first up to the second, both exclusive of the marks around them, by exclusive or. */
export function xorOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum ^= bytes[at];
  return sum;
}

/** UBX: the 8-bit Fletcher sums of RFC 1145, the first in the low byte, as they stand in a message. */
export function fletcherOf(bytes: Uint8Array, from: number, to: number): number {
  let first = 0;
  let second = 0;
  for (let at = from; at < to; at += 1) {
    first = (first + bytes[at]) & 0xff;
    second = (second + first) & 0xff;
  }
  return first | (second << 8);
}

/** CRC-24Q: polynomial 0x1864cfb, from 0, no reflection; as in RTCM 10403 and RFC 4880. */
const CRC24Q = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 16;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x80_0000) === 0 ? crc << 1 : ((crc << 1) ^ 0x864cfb) & 0xff_ffff;
  return crc & 0xff_ffff;
});

/** RTCM 3: of the bytes from the first up to the second. */
export function crc24qOf(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at += 1) crc = ((crc << 8) & 0xff_ffff) ^ CRC24Q[(crc >> 16) ^ bytes[at]];
  return crc;
}
