import { concatenated, type EmulatorDefinition } from '../../../src/device/index.ts';
import { motionAt } from '../motion.ts';
import { ITEM, messageOf, MT_DATA_2, TICKS_PER_SECOND } from './decode.ts';

const RATE = 100;
/** What it counts from. */
const FIRST_TICK = 123_456;
const FIELD_UNIT = 49e-6;
const GO_TO_MEASUREMENT_ACK = 0x11;
const PACKET_COUNTER = 0x1020;

/** An MTi on a table that turns to and fro: everything as float32 but the rate of turn (16.32) and the field (float64). */
export const xsensEmulator: EmulatorDefinition = {
  device: 'xsens',
  summary: 'an MTi on a table that turns to and fro, 100 Hz',
  line: { kind: 'serial', baudRate: 115_200 },
  create() {
    let sent = 0;
    const answers: Uint8Array[] = [];
    return {
      until(seconds) {
        const parts = answers.splice(0);
        for (const due = Math.floor(seconds * RATE); sent < due; sent += 1) parts.push(packetOf(sent));
        return concatenated(parts);
      },
      told: () => void answers.push(messageOf(GO_TO_MEASUREMENT_ACK, new Uint8Array())),
    };
  },
};

function packetOf(number: number): Uint8Array {
  const { orientation, angularVelocity, linearAcceleration, field } = motionAt(number / RATE);
  const ticks = FIRST_TICK + (number * TICKS_PER_SECOND) / RATE;
  return messageOf(
    MT_DATA_2,
    concatenated([
      item(PACKET_COUNTER, 2, [number & 0xffff], (view, at, value) => view.setUint16(at, value)),
      item(ITEM.sampleTimeFine, 4, [ticks], (view, at, value) => view.setUint32(at, value)),
      item(ITEM.quaternion, 4, orientation, (view, at, value) => view.setFloat32(at, value)),
      item(ITEM.acceleration, 4, linearAcceleration, (view, at, value) => view.setFloat32(at, value)),
      item(ITEM.rateOfTurn | 2, 6, angularVelocity, (view, at, value) => {
        view.setUint32(at, Math.floor((value - Math.floor(value)) * 2 ** 32));
        view.setInt16(at + 4, Math.floor(value));
      }),
      item(
        ITEM.magneticField | 3,
        8,
        field.map((tesla) => tesla / FIELD_UNIT),
        (view, at, value) => view.setFloat64(at, value),
      ),
    ]),
  );
}

function item(
  id: number,
  size: number,
  numbers: readonly number[],
  put: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(3 + size * numbers.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, id);
  view.setUint8(2, size * numbers.length);
  numbers.forEach((value, i) => put(view, 3 + i * size, value));
  return bytes;
}
