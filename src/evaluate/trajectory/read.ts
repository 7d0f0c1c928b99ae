import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { SensoriumError, showValue } from '../../contract/index.ts';
import type { Quaternion } from '../../frame/index.ts';
import { normalize } from '../../geometry/index.ts';
import type { TimedPose, Trajectory } from './trajectory.ts';

/** Layouts of a trajectory's file. */
export type TrajectoryFormat = 'tum' | 'kitti' | 'euroc';

/** A trajectory, and the layout it was found in. KITTI has no times: a pose's number stands for it. */
export interface ReadTrajectory {
  readonly format: TrajectoryFormat;
  readonly poses: Trajectory;
}

/**
 * Reads a trajectory, plain or gzipped; the layout is told by the numbers of a line:
 *
 * - TUM: `t x y z qx qy qz qw`, seconds, with spaces between (J. Sturm et al., IROS 2012);
 * - KITTI: the twelve numbers of a row-major 3x4 matrix, one pose a line (A. Geiger et al., CVPR 2012);
 * - EuRoC: `ns, x, y, z, qw, qx, qy, qz, …` with commas (M. Burri et al., IJRR 35(10), 2016), and the same with seconds as
 *   `estimate.csv` has them.
 *
 * Lines that begin with `#`, and one of names, are left out; poses come out in order of time.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function readTrajectory(path: string): Promise<ReadTrajectory> {
  const text = await readText(path);
  const lines = text.split('\n');
  let format: TrajectoryFormat | undefined;
  const poses: TimedPose[] = [];
  lines.forEach((line, at) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || /^[a-z_]+\s*,/i.test(trimmed)) return;
    const commas = trimmed.includes(',');
    const numbers = trimmed.split(commas ? ',' : /\s+/).map(Number);
    format ??= formatOf(numbers.length, commas);
    const where = `${path}:${at + 1}`;
    if (format === undefined) {
      const expected = 'expected the 8 numbers of TUM, the 12 of KITTI or the 8 and more of EuRoC';
      throw new SensoriumError('E_FILE_FORMAT', `${expected}, got ${showValue(trimmed)}`, { path: where });
    }
    const pose = READERS[format](numbers, poses.length);
    if (pose === undefined) {
      throw new SensoriumError('E_FILE_DAMAGED', `not a pose: ${showValue(trimmed)}`, { path: where });
    }
    poses.push(pose);
  });
  if (format === undefined) throw new SensoriumError('E_FILE_FORMAT', 'holds no poses', { path });
  return { format, poses: poses.sort((a, b) => a.time - b.time) };
}

/**
 * A text file, unpacked where it is gzipped.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_DAMAGED
 */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'the file cannot be read', { path, cause });
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch (cause) {
    throw new SensoriumError('E_FILE_DAMAGED', 'the compressed file cannot be unpacked', { path, cause });
  }
}

function formatOf(numbers: number, commas: boolean): TrajectoryFormat | undefined {
  if (commas) return numbers >= 8 ? 'euroc' : undefined;
  return numbers === 8 ? 'tum' : numbers === 12 ? 'kitti' : undefined;
}

const READERS: Readonly<
  Record<TrajectoryFormat, (numbers: readonly number[], index: number) => TimedPose | undefined>
> = {
  tum: ([t, x, y, z, qx, qy, qz, qw]) => poseOf(t, [x, y, z], [qw, qx, qy, qz]),
  // A time beyond the year 2286 in seconds is one in nanoseconds.
  euroc: ([t, x, y, z, qw, qx, qy, qz]) => poseOf(t > 1e10 ? t * 1e-9 : t, [x, y, z], [qw, qx, qy, qz]),
  kitti: ([r0, r1, r2, x, r3, r4, r5, y, r6, r7, r8, z], index) =>
    poseOf(index, [x, y, z], quaternionOf([r0, r1, r2, r3, r4, r5, r6, r7, r8])),
};

function poseOf(time: number, position: TimedPose['position'], q: Quaternion): TimedPose | undefined {
  const orientation = normalize(q);
  if (orientation === undefined || !Number.isFinite(time) || !position.every(Number.isFinite)) return undefined;
  return { time, position, orientation };
}

/** The quaternion of a row-major rotation matrix: the largest of its four parts first (S. W. Shepperd, J. Guidance 1(3), 1978). */
function quaternionOf(R: readonly number[]): Quaternion {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = R;
  const squares = [1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz];
  const largest = squares.indexOf(Math.max(...squares));
  const half = Math.sqrt(squares[largest]) / 2;
  const f = 1 / (4 * half);
  if (largest === 0) return [half, (zy - yz) * f, (xz - zx) * f, (yx - xy) * f];
  if (largest === 1) return [(zy - yz) * f, half, (xy + yx) * f, (xz + zx) * f];
  if (largest === 2) return [(xz - zx) * f, (xy + yx) * f, half, (yz + zy) * f];
  return [(yx - xy) * f, (xz + zx) * f, (yz + zy) * f, half];
}
