import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import { Sweep } from '../sweep.ts';
import { crc8 } from './crc.ts';

/*
 * LDROBOT LD06, LD19 (STL-19P) and STL-27L: packets of twelve points, one way, from power on. LDROBOT, "LD06 Development
 * Manual" V2.5, "LD19 Development Manual" V2.3: header 0x54, 0x2c; speed (degrees a second), start angle (0.01 degrees), twelve
 * times distance (mm) and intensity, end angle, time (ms, from 0 to 30000 and again), CRC-8 with polynomial 0x4d. Little endian.
 */

export const PACKET = 47;
export const POINTS = 12;
const HEADER = 0x54;
const LENGTH = 0x2c;
/** The time counts to here, ms. */
const WRAP = 30_000;
/** ms. */
export const TICKS_PER_SECOND = 1000;

/** What differs between the models. */
export interface LdrobotModel {
  /** Points a second. */
  readonly pointRate: number;
  /** m. */
  readonly rangeMin: number;
  readonly rangeMax: number;
}

/** Turns a second as they leave the factory. */
export const TURN_RATE = 10;

/** Decodes packets and gathers sweeps. */
export function createDecoder({ pointRate, rangeMin, rangeMax }: LdrobotModel, output: DeviceOutput): DeviceSession {
  const rays = pointRate / TURN_RATE;
  const sweep = new Sweep({ stream: 'scan', rays, rangeMin, rangeMax, hasIntensities: true }, output);
  const packet = new Uint8Array(PACKET);
  const view = new DataView(packet.buffer);
  let filled = 0;
  /** Angle of the last point, 0.01 degrees; `undefined` until there is one. */
  let lastAngle: number | undefined;
  /** ms since the device's time was first seen, without wraps, and what the device's time was then. */
  let ticks: bigint | undefined;
  let lastTime = 0;
  /** When the turn at hand began, in the same. */
  let began: bigint | undefined;

  function take(): void {
    const time = view.getUint16(44, true);
    ticks = ticks === undefined ? BigInt(time) : ticks + BigInt((time - lastTime + WRAP) % WRAP);
    lastTime = time;
    const start = view.getUint16(4, true);
    const span = (view.getUint16(42, true) - start + 36_000) % 36_000;
    const speed = view.getUint16(2, true);
    for (let i = 0; i < POINTS; i += 1) {
      const angle = (start + (span * i) / (POINTS - 1)) % 36_000;
      if (lastAngle !== undefined && angle < lastAngle - 18_000) {
        // The packet's time is that of its last point; those before it are older by their angle.
        const before = speed === 0 ? 0 : (span * (1 - i / (POINTS - 1))) / 100 / speed;
        const begins = ticks - BigInt(Math.round(before * TICKS_PER_SECOND));
        sweep.turn(begins, Number(begins - (began ?? begins)) / TICKS_PER_SECOND);
        began = begins;
      }
      lastAngle = angle;
      sweep.add(angle / 36_000, view.getUint16(6 + 3 * i, true) / 1000, packet[8 + 3 * i]);
    }
    output.alive();
  }

  /** What begins like a packet and is none: the next header may lie within it. */
  function resynchronise(): void {
    let at = 1;
    while (at < filled && !(packet[at] === HEADER && (at + 1 === filled || packet[at + 1] === LENGTH))) at += 1;
    packet.copyWithin(0, at, filled);
    filled -= at;
  }

  return {
    bytes(chunk) {
      for (let at = 0; at < chunk.length;) {
        const part = Math.min(PACKET - filled, chunk.length - at);
        packet.set(chunk.subarray(at, at + part), filled);
        filled += part;
        at += part;
        while (filled > 0 && !beginsLikeOne(packet, filled)) resynchronise();
        if (filled < PACKET) continue;
        if (crc8(packet, PACKET - 1) === packet[PACKET - 1]) {
          take();
          filled = 0;
        } else {
          output.dropped('scan', 'checksum');
          resynchronise();
        }
      }
    },
  };
}

function beginsLikeOne(packet: Uint8Array, filled: number): boolean {
  return packet[0] === HEADER && (filled < 2 || packet[1] === LENGTH);
}
