import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import type { Quaternion, Vector3 } from '../../../src/frame/index.ts';
import { fromRollPitchYaw } from '../../../src/geometry/index.ts';
import { DEGREE, G } from '../motion.ts';
import { PacketCutter } from '../packets.ts';

/*
 * WitMotion's standard protocol (WT901, WT61, JY901, HWT905, …). WitMotion, "WT901SDCL datasheet" v20-0605, section 6.1, and
 * docs.wit-motion.com: 0x55, type, eight bytes, the sum of these ten; little endian. What is measured at one moment comes as a
 * group of packets, one of each type that is switched on, in the order of their types.
 */

export const PACKET = 11;
export const HEADER = 0x55;
export const TYPE = {
  time: 0x50,
  acceleration: 0x51,
  angularVelocity: 0x52,
  angle: 0x53,
  magneticField: 0x54,
  quaternion: 0x59,
} as const;
const FIRST_TYPE = 0x50;
const LAST_TYPE = 0x5f;
/** Full scales: ± 16 g, ± 2000 degrees a second, ± 180 degrees. */
export const ACCELERATION = (16 * G) / 32_768;
export const ANGULAR_VELOCITY = (2000 * DEGREE) / 32_768;
export const ANGLE = Math.PI / 32_768;
/** The time is told in ms. */
export const TICKS_PER_SECOND = 1000;
/** A clock that was never set begins with year, month and day 0, as an HWT905 does: ms of that moment. */
export const CLOCK_ZERO = Date.UTC(2000, -1, 0);

/** What of the configuration the decoder needs. */
export interface WitmotionOutputs {
  readonly time: boolean;
  readonly magneticField: boolean;
  /** T of the device's unit. */
  readonly fieldUnit: number;
}

/** What has come of a group. */
interface Group {
  time?: bigint;
  acceleration?: Vector3;
  angularVelocity?: Vector3;
  angle?: Quaternion;
  field?: Vector3;
  quaternion?: Quaternion;
}

/**
 * Gathers groups. A group ends with the type that the one before ended with, so that nothing waits for the next; where that
 * packet is lost, with the first of the next.
 */
export function createDecoder(
  { time: hasTime, magneticField, fieldUnit }: WitmotionOutputs,
  output: DeviceOutput,
): DeviceSession {
  const cutter = new PacketCutter({ longest: PACKET, lengthAt, take });
  const { bytes, view } = cutter;
  let group: Group = {};
  /** Type of the group's latest packet, and of the one that ended the group before. */
  let latest = 0;
  let ending = 0;
  /** Whether the group that packets belong to has been given. */
  let isGiven = true;
  /** Groups one after the other that ended earlier. */
  let shorter = 0;

  function take(at: number): boolean {
    let sum = 0;
    for (let i = at; i < at + PACKET - 1; i += 1) sum += bytes[i];
    if ((sum & 0xff) !== bytes[at + PACKET - 1]) {
      output.dropped('imu', 'checksum');
      return false;
    }
    output.alive();
    const type = bytes[at + 1];
    if (type <= latest) {
      if (!isGiven) {
        give();
        shorter += 1;
        // A packet was lost; or, when it happens again, one was switched off.
        if (shorter > 1) ending = latest;
      }
      group = {};
      isGiven = false;
    } else if (isGiven) {
      // More than the group before had: this one is over already, the next will wait for it.
      ending = type;
    }
    latest = type;
    put(type, at + 2);
    if (type === ending && !isGiven) {
      shorter = 0;
      give();
    }
    return true;
  }

  function put(type: number, at: number): void {
    const vector = (scale: number): Vector3 => [
      scale * view.getInt16(at, true),
      scale * view.getInt16(at + 2, true),
      scale * view.getInt16(at + 4, true),
    ];
    switch (type) {
      case TYPE.time:
        group.time = timeAt(at);
        break;
      case TYPE.acceleration:
        group.acceleration = vector(ACCELERATION);
        break;
      case TYPE.angularVelocity:
        group.angularVelocity = vector(ANGULAR_VELOCITY);
        break;
      case TYPE.angle:
        group.angle = fromRollPitchYaw(...vector(ANGLE));
        break;
      case TYPE.magneticField:
        group.field = vector(fieldUnit);
        break;
      case TYPE.quaternion: {
        const [w, x, y] = vector(1 / 32_768);
        group.quaternion = [w, x, y, view.getInt16(at + 6, true) / 32_768];
      }
    }
  }

  /** ms of the device's own clock, which is rarely set. */
  function timeAt(at: number): bigint {
    const [year, month, day, hour, minute, second] = bytes.subarray(at, at + 6);
    const ms = Date.UTC(2000 + year, month - 1, day, hour, minute, second, view.getUint16(at + 6, true));
    return BigInt(ms - CLOCK_ZERO);
  }

  function give(): void {
    isGiven = true;
    const { acceleration, angularVelocity, field } = group;
    if (acceleration === undefined || angularVelocity === undefined) {
      output.dropped('imu', 'incomplete');
      return;
    }
    const device = hasTime ? group.time : undefined;
    if (hasTime && device === undefined) {
      output.dropped('imu', 'no time');
      return;
    }
    const orientation = group.quaternion ?? group.angle;
    output.frame('imu', device, {
      kind: 'imu',
      angularVelocity,
      linearAcceleration: acceleration,
      ...(orientation === undefined ? {} : { orientation }),
    });
    if (magneticField && field !== undefined) output.frame('magneticField', device, { kind: 'magneticField', field });
  }

  return { bytes: (chunk) => cutter.push(chunk) };
}

function lengthAt(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (bytes[at] !== HEADER) return 0;
  if (at + 1 >= end) return undefined;
  return bytes[at + 1] >= FIRST_TYPE && bytes[at + 1] <= LAST_TYPE ? PACKET : 0;
}
