import type { FrameId, Measurement, MeasurementKind } from '../../src/frame/index.ts';
import type { Random } from './random.ts';
import type { Motion } from './robot.ts';

/** What a sensor samples from. */
export interface Scene {
  /** True motion at a time (s since the start). */
  readonly motionAt: (seconds: number) => Motion;
  readonly random: Random;
  /** Factor on all errors. */
  readonly noise: number;
  /** s between samples. */
  readonly period: number;
}

/** A simulated sensor: samples come in order of time. */
export interface Sensor {
  readonly kind: MeasurementKind;
  readonly frameId: FrameId;
  /** s from the first to the last part of a sample: a scan takes its sweep. */
  readonly duration: number;
  /** `undefined`: nothing to say this time. */
  readonly sample: (seconds: number) => Measurement | undefined;
}
