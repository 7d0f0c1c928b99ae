import type { Dataset } from '../dataset/dataset.ts';
import { percent } from '../evaluate/decisions.ts';
import { bootstrapInterval } from '../measure/bootstrap.ts';
import { calibrationError, chosen, negativeLogLikelihood } from '../measure/metrics.ts';

/** Figures of a head under one condition; all but `nll` in percent. */
export interface Score {
  readonly accuracy: number;
  /** 95 % interval: bootstrap over groups. */
  readonly low: number;
  readonly high: number;
  /** Expected calibration error, 15 equally wide bins. */
  readonly ece: number;
  /** Nats. */
  readonly nll: number;
}

/** Scores what a head said. @param probabilities [samples, classes] */
export function scoreOf(probabilities: Float32Array, { labels, groups, classes }: Dataset): Score {
  const decisions = { labels, probabilities, classes: classes.length };
  const right = chosen(decisions).map((pick, i) => Number(pick === labels[i]));
  const { low, high } = bootstrapInterval(right, groups);
  return {
    accuracy: percent(right.reduce((sum, one) => sum + one, 0) / right.length),
    low: percent(low),
    high: percent(high),
    ece: percent(calibrationError(decisions)),
    nll: negativeLogLikelihood(decisions),
  };
}
