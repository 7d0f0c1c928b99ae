import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  readTrajectory,
  tableOfPoses,
  type TimedPose,
  type Trajectory,
} from '../../../src/evaluate/trajectory/index.ts';

const FOLDER = join(import.meta.dirname, '..', 'golden');
/** Poses that a golden keeps, evenly spread. */
const KEPT = 50;
/** Most that a coordinate may differ by, m, and a component of a unit quaternion: what nine decimals round away, and a little. */
const SAME = { position: 1e-6, orientation: 1e-7 };

/** Whether goldens are written instead of compared: `npm run goldens`, when a change of behaviour is meant. */
const RENEWS = process.env['SENSORIUM_RENEW_GOLDENS'] === '1';

/** Compares a trajectory with what it was when its golden `<name>.csv` was last renewed. */
export async function expectGolden(name: string, poses: Trajectory): Promise<void> {
  const step = Math.max(1, Math.floor(poses.length / KEPT));
  const kept = poses.filter((_, i) => i % step === 0);
  const path = join(FOLDER, `${name}.csv`);
  if (RENEWS) writeFileSync(path, tableOfPoses(kept));
  const golden = (await readTrajectory(path)).poses;
  expect(kept.length, `${name}: poses`).toBe(golden.length);
  golden.forEach((before, i) => {
    const difference = `${name}, ${before.time} s: differs from its golden; npm run goldens, if that is meant`;
    expect(isSame(kept[i], before), difference).toBe(true);
  });
}

function isSame(a: TimedPose, b: TimedPose): boolean {
  const apart = (one: readonly number[], other: readonly number[], sign = 1): number =>
    Math.max(...one.map((value, i) => Math.abs(value - sign * other[i])));
  const dot = a.orientation.reduce((sum, value, i) => sum + value * b.orientation[i], 0);
  return (
    apart([a.time], [b.time]) < 1e-8 &&
    apart(a.position, b.position) < SAME.position &&
    apart(a.orientation, b.orientation, Math.sign(dot)) < SAME.orientation
  );
}
