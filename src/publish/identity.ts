import type { Stamp, UnixNs } from '../frame/index.ts';

/** Who publishes: stands in topics, headers and in the robot's state. */
export interface Identity {
  /** Name of the robot in topics. */
  readonly robot: string;
  /** Version of Sensorium. */
  readonly version: string;
  /** Names this start of the daemon, for instance a random UUID: sequence numbers begin anew with it. */
  readonly boot: string;
  /** Unix time of the session's epoch, ns. */
  readonly epoch: UnixNs;
  /** Host monotonic time since the epoch: dates the robot's state, and nothing else. */
  readonly now: () => Stamp;
  /** SHA-256 in hex. */
  readonly configuration: string;
  /** SHA-256 in hex of mounts and calibrations. */
  readonly calibration: string;
}
