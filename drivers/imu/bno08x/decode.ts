import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import { compose, fromRotationVector } from '../../../src/geometry/index.ts';
import { DEGREE, G } from '../motion.ts';
import { PacketCutter } from '../packets.ts';

/*
 * CEVA (Hillcrest) BNO080, BNO085, BNO086 in the mode UART-RVC. BNO080 data sheet 1000-3927, section 1.3.5.2: 0xaa 0xaa, index,
 * yaw, pitch, roll (0.01 degrees), acceleration x, y, z (mg), three reserved bytes, the sum of all after the header; little
 * endian. "The rotations should be applied in the order yaw, pitch then roll."
 *
 * The text has pitch about y and roll about x. The sheet's own example, taken at rest, has it the other way round: roll 20.85
 * degrees with 21 degrees of tilt about y in the acceleration, pitch -1.10 degrees with as much about x; to the last mg only so.
 */

export const PACKET = 19;
export const HEADER = 0xaa;

/** Decodes packets: orientation and acceleration. */
export function createDecoder(output: DeviceOutput): DeviceSession {
  const cutter = new PacketCutter({ longest: PACKET, lengthAt, take });
  const { bytes, view } = cutter;

  function take(at: number): boolean {
    if (checksumOf(bytes, at) !== bytes[at + PACKET - 1]) {
      output.dropped('imu', 'checksum');
      return false;
    }
    const [yaw, pitch, roll] = [3, 5, 7].map((offset) => (view.getInt16(at + offset, true) / 100) * DEGREE);
    const tilt = compose(fromRotationVector([pitch, 0, 0]), fromRotationVector([0, roll, 0]));
    const acceleration = (offset: number): number => (view.getInt16(at + offset, true) / 1000) * G;
    output.frame('imu', BigInt(bytes[at + 2]), {
      kind: 'imu',
      orientation: compose(fromRotationVector([0, 0, yaw]), tilt),
      linearAcceleration: [acceleration(9), acceleration(11), acceleration(13)],
    });
    return true;
  }

  return { bytes: (chunk) => cutter.push(chunk) };
}

/** Of the packet there: the sum from index to the last reserved byte. */
export function checksumOf(bytes: Uint8Array, at: number): number {
  let sum = 0;
  for (let i = at + 2; i < at + PACKET - 1; i += 1) sum += bytes[i];
  return sum & 0xff;
}

function lengthAt(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (bytes[at] !== HEADER) return 0;
  if (at + 1 >= end) return undefined;
  return bytes[at + 1] === HEADER ? PACKET : 0;
}
