import { NS_PER_SECOND, stampOf, type InputNumber, type Stamp } from '../../frame/index.ts';
import { writeMatrix } from '../../geometry/index.ts';
import type { PoseEstimate, Validity } from '../estimate.ts';
import { ERROR, NOMINAL, type State } from './state.ts';
import type { Suspects } from './suspects.ts';

/** Without a velocity for this long the pose is dead reckoning, and lost after the second; s (as PX4's EKF2 has them). */
const AIDED_SECONDS = 1;
const LOST_SECONDS = 5;

/** The latest measurement of a kind that was fused. */
export interface Source {
  readonly kind: string;
  readonly input: InputNumber | undefined;
  readonly stamp: Stamp;
}

/** The state as an estimate for others: new arrays, so that it stays what it was. */
export function describeState(
  state: State,
  sources: readonly Source[],
  suspects: Suspects,
  inMap: boolean,
): PoseEstimate {
  const { nominal: x, covariance: P, size } = state;
  const stamp = stampOf(state.stamp);
  const o = NOMINAL.orientation;
  const R = new Float64Array(9);
  writeMatrix(x[o], x[o + 1], x[o + 2], x[o + 3], R);
  const heard = sources.filter((source) => source.input !== undefined);
  return {
    stamp,
    ...(inMap ? validityInMap(state) : validityOf(state)),
    isPlaced: x[NOMINAL.hasHeading] === 1 || x[NOMINAL.hasPlace] === 1,
    faults: suspects.faults(stamp),
    innovations: suspects.innovations(),
    inputs: heard.map((source) => source.input as InputNumber),
    ages: heard.map((source) => (state.stamp - source.stamp) / NS_PER_SECOND),
    absent: sources.filter((source) => source.input === undefined).map((source) => source.kind),
    pose: {
      position: [x[0], x[1], x[2]],
      orientation: [x[o], x[o + 1], x[o + 2], x[o + 3]],
      covariance: poseCovariance(P, size),
    },
    twist: {
      linear: intoBody(R, x[NOMINAL.velocity], x[NOMINAL.velocity + 1], x[NOMINAL.velocity + 2]),
      angular: [
        x[NOMINAL.gyro] - x[NOMINAL.gyroBias],
        x[NOMINAL.gyro + 1] - x[NOMINAL.gyroBias + 1],
        x[NOMINAL.gyro + 2] - x[NOMINAL.gyroBias + 2],
      ],
    },
  };
}

function validityOf(state: State): { validity: Validity; validityReason?: string } {
  const unaided = (state.stamp - state.nominal[NOMINAL.aided]) / NS_PER_SECOND;
  if (unaided > LOST_SECONDS) return { validity: 'lost', validityReason: 'no velocity for more than 5 s' };
  if (unaided > AIDED_SECONDS) return { validity: 'degraded', validityReason: 'no velocity for more than 1 s' };
  return { validity: 'valid' };
}

/** A pose in the map is dead reckoning without a place, and lost without anything at all. */
function validityInMap(state: State): { validity: Validity; validityReason?: string } {
  if (state.nominal[NOMINAL.hasHeading] === 0) return { validity: 'initialising', validityReason: 'no heading yet' };
  const unplaced = (state.stamp - state.nominal[NOMINAL.located]) / NS_PER_SECOND;
  const unaided = Math.min(unplaced, (state.stamp - state.nominal[NOMINAL.aided]) / NS_PER_SECOND);
  if (unaided > LOST_SECONDS) return { validity: 'lost', validityReason: 'no place and no velocity for more than 5 s' };
  if (unplaced > AIDED_SECONDS)
    return { validity: 'degraded', validityReason: 'dead reckoning: no place for more than 1 s' };
  return { validity: 'valid' };
}

/** Position and attitude blocks, order x y z rx ry rz. */
function poseCovariance(P: Float64Array, N: number): Float64Array {
  const out = new Float64Array(36);
  const at = [0, 1, 2, ERROR.attitude, ERROR.attitude + 1, ERROR.attitude + 2];
  for (let i = 0; i < 6; i += 1) for (let j = 0; j < 6; j += 1) out[i * 6 + j] = P[at[i] * N + at[j]];
  return out;
}

function intoBody(R: Float64Array, x: number, y: number, z: number): [number, number, number] {
  return [R[0] * x + R[3] * y + R[6] * z, R[1] * x + R[4] * y + R[7] * z, R[2] * x + R[5] * y + R[8] * z];
}
