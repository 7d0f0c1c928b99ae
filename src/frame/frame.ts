import type { Lease } from './lease.ts';
import type { FrameId, Measurement, MeasurementKind } from './measurement.ts';
import type { Stamp } from './stamp.ts';

/** Name of a stream: one sensor's measurements in order, for instance `imu` or `wheels`. */
export type StreamId = string;

declare const inputBrand: unique symbol;

/** Place of an input in the session's total order: 1, 2, 3, … Unsigned 64-bit in a log, exact to 2^53 here. */
export type InputNumber = number & { readonly [inputBrand]: true };

/**
 * The clock that a stream's device stamps come from.
 *
 * - `unix`: nanoseconds since 1970, kept by the device or its kernel driver (ROS header stamps).
 * - `counter`: free-running ticks at `hz`, wrapping at `bits` bits; only differences mean anything.
 * - `sequence`: no time, but a number that counts the samples, wrapping at `bits` bits: lost ones are known.
 * - `none`: the device tells nothing.
 */
export type DeviceClock =
  | { readonly domain: 'unix' }
  | { readonly domain: 'counter'; readonly hz: number; readonly bits: 16 | 24 | 32 | 64 }
  | { readonly domain: 'sequence'; readonly bits: 8 | 16 | 24 | 32 | 64 }
  | { readonly domain: 'none' };

/** What is known of a stream before its first frame. */
export interface StreamDescriptor {
  readonly id: StreamId;
  readonly kind: MeasurementKind;
  /** Coordinate frame that the measurements are expressed in. */
  readonly frameId: FrameId;
  readonly clock: DeviceClock;
  /** Hz; `undefined` when the driver cannot tell. */
  readonly nominalRate?: number;
  /** A `reference` (ground truth) is recorded and compared with, never aligned or fused. */
  readonly role: 'sensor' | 'reference';
}

/**
 * A measurement as it reaches the sequencer: before the clock stage has judged its time.
 * This, with its place in the order, is what a log records.
 */
export interface Arrival<M extends Measurement = Measurement> {
  readonly stream: StreamId;
  readonly frameId: FrameId;
  /** Raw device time (or number) in the unit of the stream's {@link DeviceClock}; `undefined` exactly when its domain is `none`. */
  readonly device: bigint | undefined;
  /** Host monotonic time of reception. */
  readonly received: Stamp;
  readonly measurement: M;
  /** Where the measurement's payload lies in memory that is used again: what keeps it from being. */
  readonly lease?: Lease;
}

/** A stamped measurement: what every stage after the clock works on. */
export interface Frame<M extends Measurement = Measurement> {
  readonly input: InputNumber;
  readonly stream: StreamId;
  readonly frameId: FrameId;
  /** Time of validity. For a scan or a sound block: of its first ray or sample. */
  readonly stamp: Stamp;
  /**
   * Standard deviation of {@link stamp} about the true time, s, but for the constant part of the delay (`latencyMs`). 0
   * where the device stamps by the host's own clock.
   */
  readonly deviation: number;
  readonly received: Stamp;
  readonly measurement: M;
  /** As of the arrival. */
  readonly lease?: Lease;
}

/** What every member of an aligned set has. */
interface MemberOf {
  readonly stream: StreamId;
  /** Standard deviation of the member's time, s. */
  readonly deviation: number;
}

/** One stream's part in an aligned set. */
export type SetMember =
  /** `nearest`: the frame nearest in time. `held`: the latest at or before the moment. `offset`: s from the moment to it. */
  | (MemberOf & { readonly how: 'nearest' | 'held'; readonly frame: Frame; readonly offset: number })
  /** Between two frames: `fraction` of the way from `before` to `after`. */
  | (MemberOf & {
      readonly how: 'interpolated';
      readonly before: Frame;
      readonly after: Frame;
      readonly fraction: number;
    })
  /** All frames after the previous pivot up to this one; never empty. */
  | (MemberOf & { readonly how: 'window'; readonly frames: readonly Frame[] });

/** Why a stream has no member in a set. */
export type MissingReason =
  | 'nothing received'
  | 'stream stale'
  | 'nothing in time'
  | 'nothing in the window'
  | 'out of tolerance'
  | 'nothing before the pivot'
  | 'nothing after the pivot';

/** A stream without a member, and why. */
export interface MissingMember {
  readonly stream: StreamId;
  readonly reason: MissingReason;
  /** How far the nearest frame was from the moment, s, where there was one. */
  readonly nearest?: number;
}

/** Frames of several streams that belong to one moment. */
export interface AlignedSet {
  /** 1, 2, 3, … within the session. */
  readonly number: number;
  /** The moment: the pivot's stamp, or the latest member's where there is no pivot. */
  readonly stamp: Stamp;
  /** When the set was completed, in the input's own time. */
  readonly completed: Stamp;
  /** In the order of the configured streams, those that are missing left out. */
  readonly members: readonly SetMember[];
  /** Seconds between the earliest and the latest of its moment and its nearest members. */
  readonly spread: number;
  readonly missing: readonly MissingMember[];
  /** Where the set was complete but for one stream: that stream, and how long it was waited for, s. */
  readonly waitedFor?: { readonly stream: StreamId; readonly seconds: number };
}
