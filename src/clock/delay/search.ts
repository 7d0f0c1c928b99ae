/** How delays are looked for. */
export interface DelaySearch {
  /**
   * Largest delay looked for, either way, s. Default 1. Too small: a delay beyond it cannot be found (and is `null`); too
   * large: as much is lost at the beginning, at the end and around every hole, and chance likenesses come within reach.
   */
  readonly range: number;
  /**
   * Distance of the delays that are tried, s; the minimum is found between them. Default 0.005. Too small costs time and
   * memory; larger than a tenth of the shortest manoeuvre and the minimum is smeared.
   */
  readonly step: number;
  /**
   * Time over which rates are compared that come much more often, s. Default 0.1. Too small: white noise of both sides
   * drowns slow motion; longer than the manoeuvres: their edges, which tell the delay, are smeared on both sides.
   */
  readonly baseline: number;
  /**
   * Length of the pieces whose errors are taken as independent of one another, s. Default 3. Too small: errors that
   * last longer are counted several times and the interval is too narrow; too large: too few pieces to tell the spread.
   */
  readonly blockSeconds: number;
  /**
   * Blocks in a row that share one offset (a gyroscope's bias, where the position began). Default 10: half a minute. Too
   * few: slow manoeuvres are taken for a change of the offset and lost; too many: wander of bias and of the dead-reckoned
   * way counts as error.
   */
  readonly segmentBlocks: number;
  /** Blocks remembered; beyond these the oldest segment is forgotten. Default 240: twelve minutes, 3 MB a pair. */
  readonly blocks: number;
}

/** What {@link DelaySearch} is unless said otherwise. */
export const DEFAULT_SEARCH: DelaySearch = {
  range: 1,
  step: 0.005,
  baseline: 0.1,
  blockSeconds: 3,
  segmentBlocks: 10,
  blocks: 240,
};

/** Delays tried: a grid from `-range` to `range`. */
export function gridSize({ range, step }: DelaySearch): number {
  return 2 * Math.round(range / step) + 1;
}

/** The delay at a place of the grid, s. */
export function delayAt({ range, step }: DelaySearch, place: number): number {
  return (place - Math.round(range / step)) * step;
}
