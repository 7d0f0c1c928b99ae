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
  /** Mean of the recalls: right where some classes are rare. */
  readonly balanced: number;
  /** Of each class that occurs: the share that was found, and the mean of that and the share of others that was left alone. */
  readonly perClass: Readonly<Record<string, { readonly recall: number; readonly balanced: number }>>;
  /** Expected calibration error, 15 equally wide bins. */
  readonly ece: number;
  /** Nats. */
  readonly nll: number;
}

/** Scores what a head said. @param probabilities [samples, classes] */
export function scoreOf(probabilities: Float32Array, { labels, groups, classes }: Dataset): Score {
  const decisions = { labels, probabilities, classes: classes.length };
  const picks = chosen(decisions);
  const right = picks.map((pick, i) => Number(pick === labels[i]));
  const { low, high } = bootstrapInterval(right, groups);
  const perClass = classes.flatMap((name, c) => {
    const found = shareOf(
      picks,
      labels,
      (label) => label === c,
      (pick) => pick === c,
    );
    const left = shareOf(
      picks,
      labels,
      (label) => label !== c,
      (pick) => pick !== c,
    );
    if (Number.isNaN(found)) return [];
    return [[name, { recall: percent(found), balanced: percent((found + left) / 2) }] as const];
  });
  return {
    accuracy: percent(right.reduce((sum, one) => sum + one, 0) / right.length),
    low: percent(low),
    high: percent(high),
    balanced: perClass.reduce((sum, [, { recall }]) => sum + recall, 0) / perClass.length,
    perClass: Object.fromEntries(perClass),
    ece: percent(calibrationError(decisions)),
    nll: negativeLogLikelihood(decisions),
  };
}

/** Of those that are meant, the share that is picked so; NaN of none. */
function shareOf(
  picks: Int32Array,
  labels: Int32Array,
  isMeant: (label: number) => boolean,
  isRight: (pick: number) => boolean,
): number {
  let [all, right] = [0, 0];
  labels.forEach((label, i) => {
    if (!isMeant(label)) return;
    all += 1;
    if (isRight(picks[i])) right += 1;
  });
  return right / all;
}
