import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import type { Vector3 } from '../../../src/frame/index.ts';
import { PacketCutter } from '../packets.ts';
import { readerOf, type ElementType } from './layout.ts';

/** One axis in a scan: where, how stored, and how it becomes SI: (number + offset) * scale. */
export interface Axis {
  readonly at: number;
  readonly type: ElementType;
  readonly offset: number;
  readonly scale: number;
}

/** Three axes, and the row-major matrix that turns them to the axes of the machine. */
export interface Triple {
  readonly axes: readonly [x: Axis, y: Axis, z: Axis];
  readonly mount: readonly number[] | undefined;
}

/** What the kernel says of a device's scans. */
export interface ScanLayout {
  /** Bytes of a scan. */
  readonly size: number;
  /** Where the time of a scan stands, and whether its highest byte comes first. */
  readonly time: { readonly at: number; readonly bigEndian: boolean };
  readonly acceleration?: Triple;
  readonly angularVelocity?: Triple;
  readonly magneticField?: Triple;
}

/**
 * Scans have no header, and from the kernel they come whole: the first is where the reading begins, and the next one goes on from
 * there within so many periods. What does not (a pause, a clock that was set) is confirmed by the two scans behind it.
 */
const NEAR_PERIODS = 20;
/**
 * Bytes that were lost on another way are made up for by searching for three scans that lie about a period apart. (A byte off,
 * times rise by a 256th of a period or by 256.)
 */
const LEAST_PERIODS = 0.5;
const MOST_PERIODS = 2;

/** Decodes scans; the time of each is the kernel's. */
export function createDecoder(rateHz: number, output: DeviceOutput, layout: ScanLayout): DeviceSession {
  const { size } = layout;
  const little = !layout.time.bigEndian;
  const periods = (count: number): number => (count * 1e9) / rateHz;
  const [near, least, most] = [NEAR_PERIODS, LEAST_PERIODS, MOST_PERIODS].map(periods);
  const acceleration = vectorOf(layout.acceleration);
  const angularVelocity = vectorOf(layout.angularVelocity);
  const field = vectorOf(layout.magneticField);
  const main = (acceleration ?? angularVelocity) ? 'imu' : 'magneticField';
  const cutter = new PacketCutter({ longest: 3 * size, lengthAt, take });
  const { view } = cutter;
  /** Of the scan given last; NaN before the first. */
  let latest = NaN;
  let isInStep = true;

  const low = layout.time.at + (little ? 0 : 4);
  const high = layout.time.at + (little ? 4 : 0);

  /** ns, to the 256 that a number tells apart today. */
  function timeAt(at: number): number {
    return view.getInt32(at + high, little) * 2 ** 32 + view.getUint32(at + low, little);
  }

  function lengthAt(_bytes: Uint8Array, at: number, end: number): number | undefined {
    if (at + size > end) return undefined;
    const time = timeAt(at);
    if (Number.isNaN(latest) ? time > 0 : time >= latest && time - latest <= near) return size;
    if (at + 3 * size > end) return undefined;
    const next = timeAt(at + size);
    const [first, second] = [next - time, timeAt(at + 2 * size) - next];
    const [from, to] = isInStep ? [1, near] : [least, most];
    if (time > 0 && first >= from && first <= to && second >= from && second <= to) return 3 * size;
    if (isInStep) output.dropped(main, 'out of step');
    isInStep = false;
    return 0;
  }

  function take(at: number, length: number): boolean {
    for (let scan = at; scan < at + length; scan += size) give(scan);
    isInStep = true;
    return true;
  }

  function give(at: number): void {
    latest = timeAt(at);
    const device = view.getBigInt64(at + layout.time.at, little);
    if (acceleration !== undefined && angularVelocity !== undefined) {
      output.frame('imu', device, {
        kind: 'imu',
        angularVelocity: angularVelocity(view, at),
        linearAcceleration: acceleration(view, at),
      });
    } else if (angularVelocity !== undefined) {
      output.frame('imu', device, { kind: 'imu', angularVelocity: angularVelocity(view, at) });
    } else if (acceleration !== undefined) {
      output.frame('imu', device, { kind: 'imu', linearAcceleration: acceleration(view, at) });
    }
    if (field !== undefined) output.frame('magneticField', device, { kind: 'magneticField', field: field(view, at) });
  }

  return { bytes: (chunk) => cutter.push(chunk) };
}

/** Reads three axes of a scan. */
function vectorOf(triple: Triple | undefined): ((view: DataView, at: number) => Vector3) | undefined {
  if (triple === undefined) return undefined;
  const { axes, mount: m } = triple;
  const [x, y, z] = axes;
  const [readX, readY, readZ] = axes.map(({ type }) => readerOf(type));
  return (view, at) => {
    const a = x.scale * (readX(view, at + x.at) + x.offset);
    const b = y.scale * (readY(view, at + y.at) + y.offset);
    const c = z.scale * (readZ(view, at + z.at) + z.offset);
    if (m === undefined) return [a, b, c];
    return [m[0] * a + m[1] * b + m[2] * c, m[3] * a + m[4] * b + m[5] * c, m[6] * a + m[7] * b + m[8] * c];
  };
}
