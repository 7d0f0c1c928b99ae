import { chosen, logLosses, type Decisions } from './metrics.ts';

/** How good decisions about one recording, video or speaker are: where these differ, a head favours some of them. */
export interface GroupFigures {
  readonly decisions: number;
  /** 0..1. */
  readonly accuracy: number;
  /** Mean probability of what was decided, 0..1: above the accuracy, the head is too sure here. */
  readonly confidence: number;
  /** Mean negative logarithm of the right class's probability, nats. */
  readonly nll: number;
}

/** Figures of each group, those with the least accuracy first. @param groups of each decision */
export function figuresPerGroup(
  decisions: Decisions,
  groups: ArrayLike<number>,
): (GroupFigures & { readonly group: number })[] {
  const { labels, probabilities, classes } = decisions;
  const losses = logLosses(decisions);
  const sums = new Map<number, { decisions: number; accuracy: number; confidence: number; nll: number }>();
  chosen(decisions).forEach((pick, i) => {
    const sum = sums.get(groups[i]) ?? { decisions: 0, accuracy: 0, confidence: 0, nll: 0 };
    sum.decisions += 1;
    sum.accuracy += Number(pick === labels[i]);
    sum.confidence += probabilities[i * classes + pick];
    sum.nll += losses[i];
    sums.set(groups[i], sum);
  });
  return [...sums]
    .map(([group, { decisions: many, accuracy, confidence, nll }]) => ({
      group,
      decisions: many,
      accuracy: accuracy / many,
      confidence: confidence / many,
      nll: nll / many,
    }))
    .sort((a, b) => a.accuracy - b.accuracy || a.group - b.group);
}
