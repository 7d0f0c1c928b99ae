import type { InputNumber, Quaternion, Stamp, UnixNs, Vector3 } from '../../frame/index.ts';
import { NS_PER_SECOND } from '../../frame/index.ts';
import type * as wire from '../schema/common.ts';

/** Turns a {@link Stamp} into the time that stands in messages. */
export type ToTime = (stamp: Stamp) => wire.Time;

/** @param epoch of the session, Unix ns */
export function timeAt(epoch: UnixNs): ToTime {
  const epochSec = Number(epoch / 1_000_000_000n);
  const epochNsec = Number(epoch % 1_000_000_000n);
  return (stamp) => {
    const rest = ((stamp % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
    const nsec = epochNsec + rest;
    const carry = nsec >= NS_PER_SECOND ? 1 : 0;
    return { sec: epochSec + (stamp - rest) / NS_PER_SECOND + carry, nsec: nsec - carry * NS_PER_SECOND };
  };
}

/** Which inputs an estimate rests on, under which configuration. */
export interface Origin {
  readonly inputs: readonly InputNumber[];
  /** s from each input's own time to the estimate's stamp, in the order of {@link inputs}. */
  readonly ages?: readonly number[];
  /** SHA-256 in hex; the first 12 digits are published. */
  readonly configuration: string;
  /** SHA-256 in hex of mounts and calibrations; the first 12 digits are published. */
  readonly calibration: string;
  /** Configured modalities or streams that gave nothing to it. */
  readonly absent: readonly string[];
}

export function provenance(origin: Origin): wire.Provenance {
  return {
    inputs: [...origin.inputs],
    ...(origin.ages === undefined ? {} : { ages: [...origin.ages] }),
    configuration: origin.configuration.slice(0, 12),
    calibration: origin.calibration.slice(0, 12),
    absent: [...origin.absent],
  };
}

export function vector([x, y, z]: Vector3): wire.Vector3 {
  return { x, y, z };
}

export function quaternion([w, x, y, z]: Quaternion): wire.Quaternion {
  return { x, y, z, w };
}

/** `{covariance: [...]}`, or nothing where it is not known. */
export function covariance(matrix: Float64Array | undefined): { covariance?: number[] } {
  return matrix === undefined ? {} : { covariance: Array.from(matrix) };
}
