import type { DeviceOutput } from '../../src/device/index.ts';
import type { FixMeasurement } from '../../src/frame/index.ts';

/** The stream that receivers have. */
export const STREAM = {
  id: 'fix',
  kind: 'fix',
  frameId: 'gnss',
  clock: { domain: 'unix' },
  role: 'sensor',
} as const;

/** Satellite systems as bits; see FixMeasurement. */
export const SERVICE = { gps: 1, glonass: 2, beidou: 4, galileo: 8 } as const;

/** Unix time of a fix, ns, or why the receiver knows none. */
export type FixTime = bigint | string;

/** A receiver that has no position. */
export function noFix(service = 0): FixMeasurement {
  return { kind: 'fix', latitude: NaN, longitude: NaN, quality: 'none', service };
}

/** Variances east, north and up, m², as a covariance; `undefined` where one is not known. */
export function diagonal(east?: number, north?: number, up?: number): Float64Array | undefined {
  if (east === undefined || north === undefined || up === undefined) return undefined;
  return Float64Array.of(east, 0, 0, 0, north, 0, 0, 0, up);
}

/**
 * Covariance by the dilution of precision: that of the horizontal plane is the root of the sum of both variances there, taken to
 * be alike, over the error of a single range.
 * @param rangeError deviation of a single range, m
 */
export function covarianceByDilution(
  rangeError: number | undefined,
  horizontal: number | undefined,
  vertical: number | undefined,
): Float64Array | undefined {
  if (rangeError === undefined || horizontal === undefined || vertical === undefined) return undefined;
  const plane = (horizontal * rangeError) ** 2 / 2;
  return diagonal(plane, plane, (vertical * rangeError) ** 2);
}

/** Key of the configuration. */
export const RANGE_ERROR_DOC =
  'Deviation of a single range (UERE), m: a fix whose covariance the receiver does not tell gets one by its dilution of ' +
  'precision. Unset: such a fix has none. Too small: fixes are believed more than they deserve; too large: less. 3 to 6 under an ' +
  'open sky, more between houses.';

/** Hands fixes on, and says what is wrong with them. */
export class FixReporter {
  readonly #output: DeviceOutput;
  #complaint: string | undefined;

  constructor(output: DeviceOutput) {
    this.#output = output;
  }

  /** A fix without a time goes by the stamp 0, which the clock refuses where stamps are the device's. */
  fix(time: FixTime, fix: FixMeasurement): void {
    const isTimed = typeof time === 'bigint';
    this.#output.frame(STREAM.id, isTimed ? time : 0n, fix);
    if (!isTimed) this.complain(time);
    else this.complain(fix.quality === 'none' ? 'no fix: the antenna must see the sky' : undefined);
  }

  complain(complaint: string | undefined): void {
    if (complaint === this.#complaint) return;
    this.#complaint = complaint;
    this.#output.trouble(STREAM.id, complaint);
  }
}
