/** CRC-8 with polynomial 0x4d, from 0, no reflection: as the table in LDROBOT's manuals. */
const TABLE = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x80) === 0 ? crc << 1 : (crc << 1) ^ 0x4d;
  return crc;
});

/** Of the first so many bytes. */
export function crc8(bytes: Uint8Array, length: number): number {
  let crc = 0;
  for (let i = 0; i < length; i += 1) crc = TABLE[crc ^ bytes[i]];
  return crc;
}
