import { concatenated, type EmulatorDefinition } from '../../../src/device/index.ts';
import { motionAt } from '../motion.ts';
import { ACCELERATION, ANGLE, ANGULAR_VELOCITY, HEADER, PACKET, TYPE } from './decode.ts';

/** As it leaves the factory. */
const RATE = 10;
const FIELD_UNIT = 1e-7;
/** Of a clock that was never set. */
const SWITCHED_ON = Date.UTC(2015, 0, 1);

/** A WT901 with everything switched on, on a table that turns to and fro. */
export const witmotionEmulator: EmulatorDefinition = {
  device: 'witmotion',
  summary: 'a WT901 on a table that turns to and fro, 10 Hz',
  line: { kind: 'serial', baudRate: 9600 },
  create() {
    let sent = 0;
    return {
      until(seconds) {
        const parts: Uint8Array[] = [];
        for (const due = Math.floor(seconds * RATE); sent < due; sent += 1) parts.push(...groupOf(sent));
        return concatenated(parts);
      },
    };
  },
};

function groupOf(number: number): Uint8Array[] {
  const seconds = number / RATE;
  const { orientation, yaw, angularVelocity, linearAcceleration, field } = motionAt(seconds);
  const time = new Date(SWITCHED_ON + Math.round(1000 * seconds));
  const ms = time.getUTCMilliseconds();
  return [
    packetOf(TYPE.time, [
      time.getUTCFullYear() - 2000,
      time.getUTCMonth() + 1,
      time.getUTCDate(),
      time.getUTCHours(),
      time.getUTCMinutes(),
      time.getUTCSeconds(),
      ms & 0xff,
      ms >> 8,
    ]),
    packetOf(TYPE.acceleration, words(linearAcceleration.map((value) => value / ACCELERATION))),
    packetOf(TYPE.angularVelocity, words(angularVelocity.map((value) => value / ANGULAR_VELOCITY))),
    packetOf(TYPE.angle, words([0, 0, yaw / ANGLE])),
    packetOf(TYPE.magneticField, words(field.map((value) => value / FIELD_UNIT))),
    packetOf(TYPE.quaternion, words(orientation.map((value) => value * 32_767))),
  ];
}

function packetOf(type: number, bytes: readonly number[]): Uint8Array {
  const packet = new Uint8Array(PACKET);
  packet.set([HEADER, type, ...bytes]);
  packet[PACKET - 1] = packet.reduce((sum, byte) => sum + byte, 0);
  return packet;
}

/** 16-bit numbers, little endian. */
function words(numbers: readonly number[]): number[] {
  return numbers.flatMap((number) => {
    const word = Math.round(number) & 0xffff;
    return [word & 0xff, word >> 8];
  });
}
