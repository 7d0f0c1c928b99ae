import type { PoseEstimate3, Quaternion, Vector3 } from '../../frame/index.ts';
import { slerp } from '../../geometry/index.ts';

/** A pose at a time. */
export interface TimedPose extends Pick<PoseEstimate3, 'position' | 'orientation'> {
  /** s, on any one clock. */
  readonly time: number;
}

/** Poses in order of time. */
export type Trajectory = readonly TimedPose[];

/** Poses of two trajectories that belong to one moment. */
export interface PosePair {
  readonly time: number;
  readonly truth: TimedPose;
  readonly estimate: TimedPose;
}

/**
 * The pose of a trajectory at a time: position on the straight line, orientation on the great arc between its neighbours.
 * @param longest hole that is bridged, s
 * @returns `undefined` before its first pose, after its last one, and in a hole
 */
export function poseAt(trajectory: Trajectory, time: number, longest = Infinity): TimedPose | undefined {
  const after = firstAtOrAfter(trajectory, time);
  const b = trajectory.at(after);
  if (after === trajectory.length || b === undefined) return undefined;
  if (b.time === time) return b;
  if (after === 0) return undefined;
  const a = trajectory[after - 1];
  if (b.time - a.time > longest) return undefined;
  const fraction = (time - a.time) / (b.time - a.time);
  const position = a.position.map((value, axis) => value + fraction * (b.position[axis] - value));
  const orientation: Quaternion = slerp(a.orientation, b.orientation, fraction);
  return { time, position: position as unknown as Vector3, orientation };
}

/** Index of the first pose at or after a time; the length where there is none. */
function firstAtOrAfter(trajectory: Trajectory, time: number): number {
  let low = 0;
  let high = trajectory.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trajectory[middle].time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pairs each truth that the estimate reaches with the estimate, interpolated at the truth's time. */
export function pairByInterpolation(truth: Trajectory, estimate: Trajectory, longest?: number): PosePair[] {
  return truth.flatMap((pose) => {
    const there = poseAt(estimate, pose.time, longest);
    return there === undefined ? [] : [{ time: pose.time, truth: pose, estimate: there }];
  });
}

/** Pairs pose by pose, as files without times must be. The shorter one tells how many. */
export function pairByIndex(truth: Trajectory, estimate: Trajectory): PosePair[] {
  return estimate.slice(0, truth.length).map((pose, i) => ({ time: truth[i].time, truth: truth[i], estimate: pose }));
}

/**
 * Pairs the poses that are nearest in time, each used once, the nearest pairs first (as the benchmark of J. Sturm et al.,
 * "A Benchmark for the Evaluation of RGB-D SLAM Systems", IROS 2012, associates them).
 * @param most s between the two of a pair
 */
export function pairByNearest(truth: Trajectory, estimate: Trajectory, most: number): PosePair[] {
  const candidates: { readonly i: number; readonly j: number; readonly apart: number }[] = [];
  for (let j = 0; j < estimate.length; j += 1) {
    for (let i = firstAtOrAfter(truth, estimate[j].time - most); i < truth.length; i += 1) {
      const apart = Math.abs(truth[i].time - estimate[j].time);
      if (truth[i].time > estimate[j].time + most) break;
      candidates.push({ i, j, apart });
    }
  }
  candidates.sort((a, b) => a.apart - b.apart);
  const [usedTruth, usedEstimate] = [new Set<number>(), new Set<number>()];
  const pairs: PosePair[] = [];
  for (const { i, j } of candidates) {
    if (usedTruth.has(i) || usedEstimate.has(j)) continue;
    usedTruth.add(i);
    usedEstimate.add(j);
    pairs.push({ time: truth[i].time, truth: truth[i], estimate: estimate[j] });
  }
  return pairs.sort((a, b) => a.time - b.time);
}
