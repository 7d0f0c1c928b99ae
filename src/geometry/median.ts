/** The middle one by size, of an even number the mean of the two in the middle; NaN of none. */
export function medianOf(values: ArrayLike<number>): number {
  const sorted = sortedOf(values);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The same, but of an even number the larger of the two in the middle: one that is there. Half way between a thing and the wall behind it
 * there may be nothing. NaN of none.
 */
export function upperMedianOf(values: ArrayLike<number>): number {
  return values.length === 0 ? NaN : sortedOf(values)[values.length >> 1];
}

function sortedOf(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}
