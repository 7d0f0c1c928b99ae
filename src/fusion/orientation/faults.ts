import { NS_PER_SECOND, type Frame, type Stamp } from '../../frame/index.ts';

/** What may be wrong with inertial and magnetic samples, in the words of the messages. */
export const FAULTS = [
  'inertial samples not finite',
  'inertial samples missing',
  'accelerometer clipped',
  'gyroscope clipped',
  'vibration',
  'magnetic disturbance',
] as const;
export type Fault = (typeof FAULTS)[number];

/** A fault is told for this long after it was last seen, s. */
const TOLD = 1;

/** Which faults were seen of late. */
export class Faults {
  /** When each was seen last, ns. */
  readonly #seen = new Float64Array(FAULTS.length).fill(-Infinity);

  note(fault: number, frame: Frame): void {
    this.#seen[fault] = frame.stamp;
  }

  /** Those of the last second before a time. */
  at(stamp: Stamp): Fault[] {
    return FAULTS.filter((_, i) => stamp - this.#seen[i] < TOLD * NS_PER_SECOND);
  }
}

/** Places in {@link FAULTS}. */
export const FAULT = { notFinite: 0, missing: 1, accelerometer: 2, gyroscope: 3, vibration: 4, magnetic: 5 } as const;
