/** A value that was found, and its standard deviation; both in the unit that the field's name or its docstring tells. */
export interface Measured {
  readonly value: number;
  readonly sigma: number;
}

/** The mean of independent values of the same thing, each weighing by its own standard deviation. */
export function fused(all: readonly Measured[]): Measured {
  const information = all.reduce((sum, { sigma }) => sum + sigma ** -2, 0);
  return {
    value: all.reduce((sum, { value, sigma }) => sum + value * sigma ** -2, 0) / information,
    sigma: information ** -0.5,
  };
}
