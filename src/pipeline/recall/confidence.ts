/** How like a question pictures of all kinds are. */
export interface Usual {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Pictures that are too few to tell what is usual. */
const FEW = 20;

/**
 * How sure it is that a similarity is no accident: 1 less the chance that the best of as many pictures, of a normal distribution with the
 * usual mean and deviation, is as similar. A thing that many of the pictures show is usual itself, and stands out less.
 * @returns `undefined` where too little has been seen
 */
export function confidenceOf(similarity: number, { count, mean, deviation }: Usual): number | undefined {
  if (count < FEW || !(deviation > 0)) return undefined;
  return (1 - upperTail((similarity - mean) / deviation)) ** count;
}

/** Chance that a normal variable is greater (Abramowitz and Stegun 1964, 26.2.17; error below 7.5e-8). */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
