import type { Quaternion, Vector3 } from '../../frame/index.ts';
import { composeTransforms, invertTransform, normalize, rotate, type Transform } from '../../geometry/index.ts';
import type { PosePair, TimedPose } from './trajectory.ts';

/** What is done to an estimate before it is compared: nothing, its first pose laid on the truth's, or the best fit of all. */
export type AlignmentKind = 'none' | 'start' | 'se3' | 'sim3';

/** Takes an estimate's coordinates to the truth's: x ↦ scale · R x + t. */
export interface Similarity extends Transform {
  readonly scale: number;
}

const SAME: Similarity = { translation: [0, 0, 0], rotation: [1, 0, 0, 0], scale: 1 };

/**
 * The alignment of an estimate with the truth. `se3` and `sim3` are the least-squares fits of the positions: the rotation
 * by B. K. P. Horn ("Closed-form solution of absolute orientation using unit quaternions", J. Opt. Soc. Am. A 4(4), 1987),
 * which is that of S. Umeyama (PAMI 13(4), 1991) without his case of reflection, and Umeyama's scale.
 */
export function alignmentOf(pairs: readonly PosePair[], kind: AlignmentKind): Similarity {
  if (kind === 'none' || pairs.length === 0) return SAME;
  if (kind === 'start') {
    const [{ truth, estimate }] = pairs;
    return { ...composeTransforms(transformOf(truth), invertTransform(transformOf(estimate))), scale: 1 };
  }
  const to = meanOf(pairs.map(({ truth }) => truth.position));
  const from = meanOf(pairs.map(({ estimate }) => estimate.position));
  // Correlation of the two, estimate by truth.
  const S = new Float64Array(9);
  let spread = 0;
  for (const { truth, estimate } of pairs) {
    for (let i = 0; i < 3; i += 1) {
      const x = estimate.position[i] - from[i];
      spread += x * x;
      for (let j = 0; j < 3; j += 1) S[3 * i + j] += x * (truth.position[j] - to[j]);
    }
  }
  const rotation = rotationOf(S);
  // tr(D S) of Umeyama is what the rotated estimate and the truth have in common.
  let common = 0;
  for (let i = 0; i < 3; i += 1) {
    const axis = rotate(rotation, [i === 0 ? 1 : 0, i === 1 ? 1 : 0, i === 2 ? 1 : 0]);
    for (let j = 0; j < 3; j += 1) common += axis[j] * S[3 * i + j];
  }
  const scale = kind === 'sim3' && spread > 0 ? common / spread : 1;
  const turned = rotate(rotation, from);
  return {
    rotation,
    scale,
    translation: [to[0] - scale * turned[0], to[1] - scale * turned[1], to[2] - scale * turned[2]],
  };
}

/** A pose in the coordinates that it is aligned with. */
export function alignPose(alignment: Similarity, pose: TimedPose): TimedPose {
  const { scale, translation, rotation } = alignment;
  const [x, y, z] = pose.position;
  const moved = composeTransforms(
    { translation, rotation },
    { translation: [scale * x, scale * y, scale * z], rotation: pose.orientation },
  );
  return { time: pose.time, position: moved.translation, orientation: moved.rotation };
}

/** A pose as the transform from the body to the world. */
export function transformOf({ position, orientation }: Omit<TimedPose, 'time'>): Transform {
  return { translation: position, rotation: orientation };
}

function meanOf(points: readonly Vector3[]): Vector3 {
  const sum = [0, 0, 0];
  for (const point of points) for (let i = 0; i < 3; i += 1) sum[i] += point[i];
  return [sum[0] / points.length, sum[1] / points.length, sum[2] / points.length];
}

/** Horn's rotation for the correlation S (row-major 3x3): the eigenvector of the largest eigenvalue of his matrix N. */
function rotationOf(S: Float64Array): Quaternion {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = S;
  const N = [
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ];
  const vectors = diagonalise(N);
  let best = 0;
  for (let i = 1; i < 4; i += 1) if (N[i][i] > N[best][best]) best = i;
  const [w, x, y, z] = vectors.map((row) => row[best]);
  return normalize([w, x, y, z]) ?? [1, 0, 0, 0];
}

/** Jacobi's method: makes a symmetric matrix diagonal in place. @returns its eigenvectors as columns */
function diagonalise(A: number[][]): number[][] {
  const n = A.length;
  const V = A.map((_, i) => A.map((__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 50; sweep += 1) {
    let off = 0;
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) off += A[p][q] ** 2;
    if (off === 0) break;
    for (let p = 0; p < n; p += 1) {
      for (let q = p + 1; q < n; q += 1) {
        if (A[p][q] === 0) continue;
        const theta = (A[q][q] - A[p][p]) / (2 * A[p][q]);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        turn(A, V, p, q, c, t * c);
      }
    }
  }
  return V;
}

/** One of Jacobi's rotations of the plane p, q. */
function turn(A: number[][], V: number[][], p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < A.length; k += 1) [A[k][p], A[k][q]] = [c * A[k][p] - s * A[k][q], s * A[k][p] + c * A[k][q]];
  for (let k = 0; k < A.length; k += 1) [A[p][k], A[q][k]] = [c * A[p][k] - s * A[q][k], s * A[p][k] + c * A[q][k]];
  for (const row of V) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
  A[p][q] = 0;
  A[q][p] = 0;
}
