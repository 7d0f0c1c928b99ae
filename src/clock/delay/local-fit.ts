const DEGREE = 4;

/** Least-squares polynomial of degree four through equally spaced values, as what it makes of them. */
export interface LocalFit {
  /** Values on each side of the middle. */
  readonly half: number;
  /** Coefficients 0..4 of the polynomial in u = -1..1 over the window. */
  coefficients(values: ArrayLike<number>): Float64Array;
  /** The polynomial's value at every place that has a whole window about it (A. Savitzky, M. Golay, 1964). */
  smoothed(values: Float64Array): Float64Array;
}

/** @param half values on each side of the middle; at least 3 */
export function createLocalFit(half: number): LocalFit {
  const size = 2 * half + 1;
  const order = DEGREE + 1;
  const basis = Array.from({ length: size }, (_, i) =>
    Array.from({ length: order }, (_, power) => ((i - half) / half) ** power),
  );
  const normal = Array.from({ length: order }, (_, row) =>
    Array.from({ length: order }, (_, column) => basis.reduce((sum, b) => sum + b[row] * b[column], 0)),
  );
  const inverse = invert(normal);
  const rows = inverse.map((line) =>
    Float64Array.from(basis, (b) => line.reduce((sum, value, power) => sum + value * b[power], 0)),
  );
  return {
    half,
    smoothed(values) {
      const out = values.slice();
      const [middle] = rows;
      for (let k = half; k + half < values.length; k += 1) {
        let sum = 0;
        for (let i = 0; i < size; i += 1) sum += middle[i] * values[k - half + i];
        out[k] = sum;
      }
      return out;
    },
    coefficients(values) {
      return Float64Array.from(rows, (row) => {
        let sum = 0;
        for (let i = 0; i < size; i += 1) sum += row[i] * values[i];
        return sum;
      });
    },
  };
}

/** First derivative of the polynomial at u. */
export function slopeAt(c: ArrayLike<number>, u: number): number {
  return c[1] + u * (2 * c[2] + u * (3 * c[3] + u * 4 * c[4]));
}

/** Second derivative of the polynomial at u. */
export function bendAt(c: ArrayLike<number>, u: number): number {
  return 2 * c[2] + u * (6 * c[3] + u * 12 * c[4]);
}

/**
 * The minimum nearest to the middle by Newton's method.
 * @returns u in -1..1; `undefined` where there is none
 */
export function minimumOf(c: ArrayLike<number>): number | undefined {
  let u = 0;
  for (let i = 0; i < 30; i += 1) {
    const bend = bendAt(c, u);
    if (!(bend > 0)) return undefined;
    const step = slopeAt(c, u) / bend;
    u -= Math.max(-0.5, Math.min(0.5, step));
    if (!(Math.abs(u) <= 1)) return undefined;
    if (Math.abs(step) < 1e-9) return u;
  }
  return undefined;
}

/** Gauss and Jordan; the matrix is small, symmetric and positive definite. */
function invert(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let pivot = 0; pivot < n; pivot += 1) {
    const divisor = work[pivot][pivot];
    work[pivot] = work[pivot].map((value) => value / divisor);
    for (let row = 0; row < n; row += 1) {
      if (row === pivot) continue;
      const factor = work[row][pivot];
      work[row] = work[row].map((value, column) => value - factor * work[pivot][column]);
    }
  }
  return work.map((row) => row.slice(n));
}
