/** Small dense matrices, row-major. */

/**
 * Inverse of a symmetric positive definite matrix, by Cholesky's decomposition after scaling its diagonal to one (so that
 * units do not matter).
 * @returns `undefined` for a matrix that is none within rounding: what it stands for is not determined
 */
export function inverseOf(matrix: ArrayLike<number>, n: number): Float64Array | undefined {
  const unit = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    if (!(matrix[i * n + i] > 0)) return undefined;
    unit[i] = 1 / Math.sqrt(matrix[i * n + i]);
  }
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let rest = matrix[i * n + j] * unit[i] * unit[j];
      for (let k = 0; k < j; k += 1) rest -= lower[i * n + k] * lower[j * n + k];
      if (i === j && !(rest > LEAST_PIVOT)) return undefined;
      lower[i * n + j] = i === j ? Math.sqrt(rest) : rest / lower[j * n + j];
    }
  }
  const out = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let c = 0; c < n; c += 1) {
    for (let i = 0; i < n; i += 1) {
      let rest = i === c ? 1 : 0;
      for (let k = 0; k < i; k += 1) rest -= lower[i * n + k] * column[k];
      column[i] = rest / lower[i * n + i];
    }
    for (let i = n - 1; i >= 0; i -= 1) {
      let rest = column[i];
      for (let k = i + 1; k < n; k += 1) rest -= lower[k * n + i] * column[k];
      column[i] = rest / lower[i * n + i];
    }
    for (let i = 0; i < n; i += 1) out[i * n + c] = column[i] * unit[i] * unit[c];
  }
  return out;
}

/** Below it the columns are one another's multiples within rounding. */
const LEAST_PIVOT = 1e-12;

/** A matrix of n x n times a vector. */
export function times(matrix: ArrayLike<number>, vector: ArrayLike<number>): Float64Array {
  const n = vector.length;
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j += 1) sum += matrix[i * n + j] * vector[j];
    return sum;
  });
}
