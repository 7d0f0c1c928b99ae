import { concatenated, type EmulatorDefinition } from '../../../src/device/index.ts';
import { rangeIn } from '../room.ts';
import { crc8 } from './crc.ts';
import { PACKET, POINTS } from './decode.ts';

const POINT_RATE = 4500;
const SPEED = 3600;

/** An LD06 in a room: ten turns a second, 4500 points, from power on. */
export const ldrobotEmulator: EmulatorDefinition = {
  device: 'ldrobot',
  summary: 'an LD06 in a room of 6 m x 4 m',
  line: { kind: 'serial', baudRate: 230_400 },
  create() {
    let packets = 0;
    return {
      until(seconds) {
        const due = Math.floor((seconds * POINT_RATE) / POINTS);
        const parts: Uint8Array[] = [];
        for (; packets < due; packets += 1) parts.push(packetOf(packets));
        return concatenated(parts);
      },
    };
  },
};

function packetOf(number: number): Uint8Array {
  const packet = new Uint8Array(PACKET);
  const view = new DataView(packet.buffer);
  const first = number * POINTS;
  const angleOf = (point: number): number => Math.round((point * SPEED * 100) / POINT_RATE) % 36_000;
  packet[0] = 0x54;
  packet[1] = 0x2c;
  view.setUint16(2, SPEED, true);
  view.setUint16(4, angleOf(first), true);
  for (let i = 0; i < POINTS; i += 1) {
    // It counts clockwise.
    const range = rangeIn((-angleOf(first + i) / 18_000) * Math.PI);
    view.setUint16(6 + 3 * i, Math.round(1000 * range), true);
    packet[8 + 3 * i] = 200;
  }
  view.setUint16(42, angleOf(first + POINTS - 1), true);
  view.setUint16(44, Math.floor(((first + POINTS - 1) * 1000) / POINT_RATE) % 30_000, true);
  packet[PACKET - 1] = crc8(packet, PACKET - 1);
  return packet;
}
