import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import type { Vector3 } from '../../../src/frame/index.ts';
import { PacketCutter } from '../packets.ts';
import { HEAD, LOSSES, MARK, MOST_SAMPLE_BYTES, RECORD, sumOf } from './record.ts';

/** How a chip's samples are laid out (16 bits, big endian), and what they mean. */
export interface SampleLayout {
  /** Bytes of a sample; where in it the three values of each begin. */
  readonly size: number;
  readonly acceleration: number;
  readonly angularVelocity: number;
  readonly temperature: number;
}

/** What a count is, and how often the temperature is told. */
export interface Scales {
  /** m/s². */
  readonly acceleration: number;
  /** rad/s. */
  readonly angularVelocity: number;
  /** Samples from one temperature to the next; `undefined`: it is not told. */
  readonly temperatureEvery: number | undefined;
}

/** What setting a chip up found out. */
export interface ChipFacts {
  /** As printed on it, or on the one that it is a copy of. */
  readonly name: string;
  /** Counts for a kelvin, and K at the count 0. */
  readonly temperature: { readonly countsPerKelvin: number; readonly zero: number };
}

/** Samples have 32-bit numbers. A number that leaps this far begins a new count (docs/clock.md), as how many were lost is not known. */
const LEAP = 65_536;

/** AK09916 (DS-000189, 13): ST1, X, Y, Z (16 bits, little endian), a dummy, ST2. */
const FIELD_BYTES = 9;
const DATA_READY = 0x01;
const DATA_OVERRUN = 0x02;
const FIELD_OVERFLOW = 0x08;
/** T of a count (DS-000189, 3.3: 0.15 µT). */
const FIELD_SCALE = 0.15e-6;

/** Decodes the records of an inertial unit. */
export function createDecoder(
  layout: SampleLayout,
  scales: Scales,
  output: DeviceOutput,
  { temperature }: ChipFacts,
): DeviceSession {
  const { size } = layout;
  const cutter = new PacketCutter({ longest: HEAD + MOST_SAMPLE_BYTES + 1, lengthAt, take });
  const { bytes, view } = cutter;
  let number = 0;
  let untilTemperature = 0;

  function lengthAt(_bytes: Uint8Array, at: number, end: number): number | undefined {
    if (bytes[at] !== MARK) return 0;
    if (at + HEAD > end) return undefined;
    const length = view.getUint16(at + 2);
    return isPossible(bytes[at + 1], length) ? HEAD + length + 1 : 0;
  }

  function isPossible(kind: number, length: number): boolean {
    switch (kind) {
      case RECORD.samples:
        return length > 0 && length <= MOST_SAMPLE_BYTES && length % size === 0;
      case RECORD.lost:
        return length === 3;
      case RECORD.field:
        return length === FIELD_BYTES;
      case RECORD.identity:
        return length === 1;
      default:
        return false;
    }
  }

  function take(at: number, length: number): boolean {
    const content = at + HEAD;
    const end = at + length - 1;
    if (bytes[end] !== sumOf(bytes, at, length)) {
      output.dropped('imu', 'checksum');
      return false;
    }
    switch (bytes[at + 1]) {
      case RECORD.samples:
        for (let sample = content; sample < end; sample += size) give(sample);
        break;
      case RECORD.lost:
        output.dropped('imu', LOSSES[bytes[content]] ?? 'bus error', Math.max(1, view.getUint16(content + 1)));
        number = (number + LEAP) >>> 0;
        break;
      case RECORD.field:
        giveField(content);
        break;
      case RECORD.identity:
        output.dropped('imu', 'wrong identity');
        break;
    }
    return true;
  }

  function vector(at: number, scale: number): Vector3 {
    return [scale * view.getInt16(at), scale * view.getInt16(at + 2), scale * view.getInt16(at + 4)];
  }

  function give(at: number): void {
    number = (number + 1) >>> 0;
    output.frame('imu', BigInt(number), {
      kind: 'imu',
      angularVelocity: vector(at + layout.angularVelocity, scales.angularVelocity),
      linearAcceleration: vector(at + layout.acceleration, scales.acceleration),
    });
    if (scales.temperatureEvery === undefined) return;
    if (untilTemperature === 0) {
      const value = view.getInt16(at + layout.temperature) / temperature.countsPerKelvin + temperature.zero;
      output.frame('temperature', undefined, { kind: 'scalar', quantity: 'temperature', value });
      untilTemperature = scales.temperatureEvery;
    }
    untilTemperature -= 1;
  }

  function giveField(at: number): void {
    const [status1, status2] = [bytes[at], bytes[at + FIELD_BYTES - 1]];
    if ((status2 & FIELD_OVERFLOW) !== 0) output.dropped('magneticField', 'overflow');
    else if ((status1 & DATA_READY) !== 0) {
      const [x, y, z] = [1, 3, 5].map((offset) => FIELD_SCALE * view.getInt16(at + offset, true));
      // Its y and z point the other way than those of the accelerometer and the gyroscope (DS-000189, figures 12 and 13).
      output.frame('magneticField', undefined, { kind: 'magneticField', field: [x, -y, -z] });
    }
    if ((status1 & DATA_OVERRUN) !== 0) output.dropped('magneticField', 'overrun');
  }

  return { bytes: (chunk) => cutter.push(chunk) };
}
