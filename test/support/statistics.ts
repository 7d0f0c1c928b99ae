/** Mean of a sample. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i];
  return sum / values.length;
}

/** Unbiased standard deviation of a sample. */
export function deviationOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) squares += (values[i] - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** Standard errors that a statistic may lie off what it estimates: by chance it does so once in 150 000 times. */
const STANDARD_ERRORS = 4.5;

/** Bounds for the mean of `count` independent values of a known deviation. */
export function meanBound(deviation: number, count: number): number {
  return (STANDARD_ERRORS * deviation) / Math.sqrt(count);
}

/** Bound on the relative error of the deviation of `count` independent normal values: its standard error is 1/√(2n). */
export function deviationBound(count: number): number {
  return STANDARD_ERRORS / Math.sqrt(2 * count);
}
