import { concatenated, type EmulatorDefinition } from '../../../src/device/index.ts';
import { DEGREE, G, motionAt } from '../motion.ts';
import { checksumOf, HEADER, PACKET } from './decode.ts';
import { RATE } from './driver.ts';

/** A BNO085 on a table that turns to and fro. */
export const bno08xRvcEmulator: EmulatorDefinition = {
  device: 'bno08x-rvc',
  summary: 'a BNO085 on a table that turns to and fro, 100 Hz',
  line: { kind: 'serial', baudRate: 115_200 },
  create() {
    let sent = 0;
    return {
      until(seconds) {
        const parts: Uint8Array[] = [];
        for (const due = Math.floor(seconds * RATE); sent < due; sent += 1) parts.push(packetOf(sent));
        return concatenated(parts);
      },
    };
  },
};

function packetOf(number: number): Uint8Array {
  const { yaw, linearAcceleration } = motionAt(number / RATE);
  const packet = new Uint8Array(PACKET);
  const view = new DataView(packet.buffer);
  packet.set([HEADER, HEADER, number & 0xff]);
  view.setInt16(3, Math.round((100 * yaw) / DEGREE), true);
  linearAcceleration.forEach((value, axis) => view.setInt16(9 + 2 * axis, Math.round((1000 * value) / G), true));
  packet[PACKET - 1] = checksumOf(packet, 0);
  return packet;
}
