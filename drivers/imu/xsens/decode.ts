import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import type { ImuMeasurement, Quaternion, Vector3 } from '../../../src/frame/index.ts';
import { compose, type Quat } from '../../../src/geometry/index.ts';
import { PacketCutter } from '../packets.ts';

/*
 * Xsens (Movella) MTi: messages of Xbus, of which MTData2 carries what is measured. Xsens, "MT Low Level Communication
 * Protocol Documentation" (MT0101P): 0xfa, bus identifier 0xff, message, length (255: two more bytes tell it), data, and a
 * byte that makes the sum of all after the first zero. MTData2: for each item two bytes of what, one of how long, and the
 * numbers, big endian. The lowest two bits of "what" say in which format, the next two in which world.
 */

export const PREAMBLE = 0xfa;
export const BUS = 0xff;
export const MT_DATA_2 = 0x36;
export const GO_TO_MEASUREMENT = 0x10;
const EXTENDED = 0xff;
/** Longest data of a message, bytes. */
const LONGEST = 2048;
/** SampleTimeFine counts 10 kHz. */
export const TICKS_PER_SECOND = 10_000;

/** Without the bits of format and world. */
export const ITEM = {
  sampleTimeFine: 0x1060,
  quaternion: 0x2010,
  acceleration: 0x4020,
  rateOfTurn: 0x8020,
  magneticField: 0xc020,
} as const;
/** Bytes of a number by its format: float32, 12.20 and 16.32 fixed point, float64. */
const SIZES = [4, 4, 6, 8] as const;
/** What takes an item's world to east, north, up: ENU itself, NED, NWU. */
const WORLDS: readonly (Quat | undefined)[] = [
  undefined,
  [0, Math.SQRT1_2, Math.SQRT1_2, 0],
  [Math.SQRT1_2, 0, 0, Math.SQRT1_2],
];
/** Packets with a time but nothing of an IMU, after which that is told. */
const BARREN = 100;

/** What of the configuration the decoder needs. */
export interface XsensOutputs {
  readonly magneticField: boolean;
  /** T of the device's unit. */
  readonly fieldUnit: number;
}

/** A message, whole. */
export function messageOf(id: number, data: Uint8Array): Uint8Array {
  const head = data.length < EXTENDED ? [data.length] : [EXTENDED, data.length >> 8, data.length & 0xff];
  const bytes = Uint8Array.from([PREAMBLE, BUS, id, ...head, ...data, 0]);
  let sum = 0;
  for (let i = 1; i < bytes.length; i += 1) sum += bytes[i];
  bytes[bytes.length - 1] = -sum;
  return bytes;
}

/** Decodes MTData2; each packet with something of an IMU gives a frame, and one with a field another. */
export function createDecoder({ magneticField, fieldUnit }: XsensOutputs, output: DeviceOutput): DeviceSession {
  const cutter = new PacketCutter({ longest: LONGEST + 7, lengthAt, take });
  const { bytes, view } = cutter;
  let barren = 0;
  let trouble: string | undefined;

  function tell(reason: string | undefined): void {
    if (reason === trouble) return;
    trouble = reason;
    output.trouble('imu', reason);
  }

  function take(at: number, length: number): boolean {
    let sum = 0;
    for (let i = at + 1; i < at + length; i += 1) sum += bytes[i];
    if ((sum & 0xff) !== 0) {
      output.dropped('imu', 'checksum');
      return false;
    }
    output.alive();
    const head = bytes[at + 3] === EXTENDED ? 6 : 4;
    if (bytes[at + 2] === MT_DATA_2) takeItems(at + head, at + length - 1);
    return true;
  }

  function takeItems(from: number, end: number): void {
    let time: bigint | undefined;
    let orientation: Quaternion | undefined;
    let linearAcceleration: Vector3 | undefined;
    let angularVelocity: Vector3 | undefined;
    let field: Vector3 | undefined;
    for (let at = from; at + 3 <= end;) {
      const id = view.getUint16(at);
      const length = bytes[at + 2];
      const numbers = at + 3;
      at = numbers + length;
      if (at > end) break;
      const format = id & 3;
      switch (id & 0xfff0) {
        case ITEM.sampleTimeFine:
          if (length === 4) time = BigInt(view.getUint32(numbers));
          break;
        case ITEM.quaternion:
          if (length === 4 * SIZES[format]) orientation = inEnu(numbersAt(numbers, format, 4), (id >> 2) & 3);
          break;
        case ITEM.acceleration:
          linearAcceleration = vectorAt(numbers, length, format);
          break;
        case ITEM.rateOfTurn:
          angularVelocity = vectorAt(numbers, length, format);
          break;
        case ITEM.magneticField:
          field = vectorAt(numbers, length, format);
      }
    }
    const isImu = orientation !== undefined || linearAcceleration !== undefined || angularVelocity !== undefined;
    if (time === undefined) {
      if (!isImu && field === undefined) return;
      output.dropped('imu', 'no time');
      return tell('its output has no SampleTimeFine');
    }
    barren = isImu ? 0 : barren + 1;
    if (isImu) {
      tell(undefined);
      const measurement: ImuMeasurement = {
        kind: 'imu',
        ...(angularVelocity === undefined ? {} : { angularVelocity }),
        ...(linearAcceleration === undefined ? {} : { linearAcceleration }),
        ...(orientation === undefined ? {} : { orientation }),
      };
      output.frame('imu', time, measurement);
    } else if (barren >= BARREN) tell('its output has no rate of turn, acceleration or quaternion');
    if (field !== undefined && magneticField) {
      const [x, y, z] = field;
      output.frame('magneticField', time, {
        kind: 'magneticField',
        field: [fieldUnit * x, fieldUnit * y, fieldUnit * z],
      });
    }
  }

  function vectorAt(at: number, length: number, format: number): Vector3 | undefined {
    if (length !== 3 * SIZES[format]) return undefined;
    const [x, y, z] = numbersAt(at, format, 3);
    return [x, y, z];
  }

  function numbersAt(at: number, format: number, count: number): number[] {
    const size = SIZES[format];
    const numbers: number[] = [];
    for (let i = 0; i < count; i += 1) numbers.push(numberAt(at + i * size, format));
    return numbers;
  }

  function numberAt(at: number, format: number): number {
    if (format === 0) return view.getFloat32(at);
    if (format === 1) return view.getInt32(at) / 2 ** 20;
    // The 32 bits behind the point come first.
    return format === 2 ? view.getInt16(at + 4) + view.getUint32(at) / 2 ** 32 : view.getFloat64(at);
  }

  return {
    // One that another program has left in its configuration state says nothing: it is asked to measure.
    opened: (write) => write(messageOf(GO_TO_MEASUREMENT, new Uint8Array())),
    bytes: (chunk) => cutter.push(chunk),
  };
}

/** Bytes of the message that begins there. */
function lengthAt(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (bytes[at] !== PREAMBLE) return 0;
  if (at + 1 < end && bytes[at + 1] !== BUS) return 0;
  if (at + 3 >= end) return undefined;
  const length = bytes[at + 3];
  if (length !== EXTENDED) return length + 5;
  if (at + 5 >= end) return undefined;
  const extended = 256 * bytes[at + 4] + bytes[at + 5];
  return extended > LONGEST ? 0 : extended + 7;
}

function inEnu([w, x, y, z]: readonly number[], world: number): Quaternion | undefined {
  if (world >= WORLDS.length) return undefined;
  const turn = WORLDS[world];
  return turn === undefined ? [w, x, y, z] : compose(turn, [w, x, y, z]);
}
