import type { Arrival, Stamp } from '../frame/index.ts';

/** Why the clock refuses a frame. */
export type ClockReason = 'invalid stamp' | 'future stamp' | 'past stamp' | 'duplicate';

/**
 * What can happen to a device's clock: its counter begins anew; its time of day is set; it was taken for the host's own
 * and is found to run at another rate.
 */
export type ClockEvent = 'device restart' | 'clock step' | 'clock drift';

/** How the times of a stream are found, of late. */
export type StampBasis =
  /** The device's stamp as it is: its clock is the host's. */
  | 'device'
  /** The device's stamp, related to the host's clock by offset and drift. */
  | 'estimate'
  /** The grid on which the samples must have been taken. */
  | 'rebuilt'
  /** The time of arrival. */
  | 'arrival';

/** Finds the times of one stream's samples. Its answers about the latest arrival are kept, so that none is allocated. */
export interface Stamper {
  /**
   * Takes an arrival; says why it is refused, if it is.
   * @param device as in the arrival
   * @param received when the sample could have been here at the earliest, had it been a moment: the receive time less how
   *   long the measurement itself took (a scan is stamped at its first ray and comes after its last)
   */
  take(device: Arrival['device'], received: Stamp): ClockReason | undefined;
  /** Of the arrival taken last: its time, ns; its standard deviation, ns; what it shows to have happened. */
  stamp(): number;
  deviation(): number;
  event(): ClockEvent | undefined;
  basis(): StampBasis;
  /** How much longer it was under way than the quickest, ns. */
  delay(): number;
  /** The device's own time of it, ns, where it tells any: only differences mean anything. */
  reading(): number | undefined;
  /** Time between samples, ns, where it is estimated. */
  period(): number | undefined;
  /** How much faster the device's clock runs than the host's, as a share; `undefined` while it cannot be told. */
  drift(): number | undefined;
  /** Times that the device's time (or number) went back; samples known to be lost; wraps of the device's counter. */
  backward(): number;
  missing(): number;
  wraps(): number;
}
