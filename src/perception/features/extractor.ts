import type { Measurement } from '../../frame/index.ts';

/**
 * Makes numbers of one kind of measurement, step of time by step of time: what a fusion head learns from. It keeps what it needs of
 * the past, never looks ahead, and takes no memory for a measurement.
 */
export interface Extractor<M extends Measurement = Measurement> {
  /** What the numbers of a step are, in their order. */
  readonly names: readonly string[];
  /** How many steps without a measurement may repeat the one before: 1 for sensors about as slow as a step. */
  readonly held: number;
  /** A measurement of this step. */
  take(measurement: M): void;
  /**
   * Ends the step.
   * @param out room for as many numbers as there are names, from `at` on
   * @returns false: there was nothing to tell, and nothing was written
   */
  write(out: Float32Array, at: number): boolean;
  /** Forgets the past: there is a hole, or another sensor. */
  reset(): void;
}

/** A measurement of one kind. */
export type KindOf<Kind extends Measurement['kind']> = Extract<Measurement, { kind: Kind }>;
