import { BINS, chosen, type Decisions } from './metrics.ts';

/** Decisions that were about equally sure. */
export interface ReliabilityBin {
  readonly decisions: number;
  /** Mean probability of what was decided, 0..1; NaN of none. */
  readonly confidence: number;
  /** Share that was right, 0..1; NaN of none. */
  readonly accuracy: number;
}

/** How often decisions are right that are so sure (reliability diagram, Guo et al. 2017, figure 1): the bins of the calibration error. */
export function reliabilityOf(decisions: Decisions): ReliabilityBin[] {
  const { labels, probabilities, classes } = decisions;
  const sums = Array.from({ length: BINS }, () => ({ decisions: 0, confidence: 0, accuracy: 0 }));
  chosen(decisions).forEach((pick, i) => {
    const sure = probabilities[i * classes + pick];
    const bin = sums[Math.min(BINS - 1, Math.floor(sure * BINS))];
    bin.decisions += 1;
    bin.confidence += sure;
    bin.accuracy += Number(pick === labels[i]);
  });
  return sums.map(({ decisions: count, confidence, accuracy }) => ({
    decisions: count,
    confidence: confidence / count,
    accuracy: accuracy / count,
  }));
}

/** Decisions by the class that they are about (rows) and the class that was decided (columns). */
export function confusionOf(decisions: Decisions): number[][] {
  const { labels, classes } = decisions;
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  chosen(decisions).forEach((pick, i) => (counts[labels[i]][pick] += 1));
  return counts;
}
