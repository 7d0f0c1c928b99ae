/** What is known of a case, and whether it is so. */
export interface Labelled {
  readonly features: readonly number[];
  readonly is: boolean;
}

const STEPS = 200;
const RATE = 0.3;

/**
 * Logistic regression by gradient descent, the same each time; features are taken as deviations from their mean, in standard deviations.
 * @param penalty on the square of what each feature counts but the first, which begins at 1: the larger, the more the first says alone
 * @returns the chance that it is so, 0..1, of features
 */
export function fitted(cases: readonly Labelled[], penalty: number): (features: readonly number[]) => number {
  const count = cases[0].features.length;
  const mean = averageOf(cases.map(({ features }) => features));
  const spread = averageOf(cases.map(({ features }) => features.map((value, i) => (value - mean[i]) ** 2)));
  const scaled = (features: readonly number[]): Float64Array =>
    Float64Array.from(features, (value, i) => (value - mean[i]) / Math.sqrt(spread[i] + 1e-6));
  const rows = cases.map(({ features }) => scaled(features));
  const weights = new Float64Array(count);
  weights[0] = 1;
  let bias = 0;
  const chance = (row: Float64Array): number => {
    let sum = bias;
    for (let i = 0; i < count; i += 1) sum += weights[i] * row[i];
    return 1 / (1 + Math.exp(-sum));
  };
  for (let step = 0; step < STEPS; step += 1) {
    const slope = new Float64Array(count);
    let slopeOfBias = 0;
    for (const [n, row] of rows.entries()) {
      const error = (chance(row) - (cases[n].is ? 1 : 0)) / rows.length;
      slopeOfBias += error;
      for (let i = 0; i < count; i += 1) slope[i] += error * row[i];
    }
    bias -= RATE * slopeOfBias;
    for (let i = 0; i < count; i += 1) weights[i] = (weights[i] - RATE * slope[i]) / (i === 0 ? 1 : 1 + RATE * penalty);
  }
  return (features) => chance(scaled(features));
}

function averageOf(rows: readonly (readonly number[])[]): number[] {
  return rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
}
