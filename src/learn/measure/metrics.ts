/** Decisions over some classes, and what was right. */
export interface Decisions {
  readonly labels: ArrayLike<number>;
  /** [N, classes]. */
  readonly probabilities: Float32Array;
  readonly classes: number;
}

/** Bins of the expected calibration error, equally wide over 0..1. */
export const BINS = 15;
/** A right class that was given no probability at all costs this much: the loss stays finite. */
const LEAST = 1e-12;

/** The class with the greatest probability, of each decision. */
export function chosen({ labels, probabilities, classes }: Decisions): Int32Array {
  return Int32Array.from({ length: labels.length }, (_, i) => {
    let best = 0;
    for (let c = 1; c < classes; c += 1) {
      if (probabilities[i * classes + c] > probabilities[i * classes + best]) best = c;
    }
    return best;
  });
}

/** Share of right decisions; NaN of none. */
export function accuracyOf(decisions: Decisions): number {
  const picks = chosen(decisions);
  return picks.reduce((sum, pick, i) => sum + Number(pick === decisions.labels[i]), 0) / picks.length;
}

/**
 * Expected calibration error (Guo et al. 2017, eq. 3): how far the probability of what was chosen is from how often it was
 * right, over {@link BINS} bins, weighed by their decisions.
 */
export function calibrationError(decisions: Decisions): number {
  const { labels, probabilities, classes } = decisions;
  const gap = new Float64Array(BINS);
  chosen(decisions).forEach((pick, i) => {
    const sure = probabilities[i * classes + pick];
    gap[Math.min(BINS - 1, Math.floor(sure * BINS))] += sure - Number(pick === labels[i]);
  });
  return gap.reduce((sum, value) => sum + Math.abs(value), 0) / labels.length;
}

/** Negative logarithm of the right class's probability, of each decision. */
export function logLosses({ labels, probabilities, classes }: Decisions): Float64Array {
  return Float64Array.from(labels, (label, i) => -Math.log(Math.max(LEAST, probabilities[i * classes + label])));
}

/** Mean negative logarithm of the right class's probability. */
export function negativeLogLikelihood(decisions: Decisions): number {
  return logLosses(decisions).reduce((sum, loss) => sum + loss, 0) / decisions.labels.length;
}

/** Share found of each class; NaN for one that does not occur. */
export function recallPerClass(decisions: Decisions): number[] {
  const { labels, classes } = decisions;
  const found = new Float64Array(classes);
  const all = new Float64Array(classes);
  chosen(decisions).forEach((pick, i) => {
    all[labels[i]] += 1;
    found[labels[i]] += Number(pick === labels[i]);
  });
  return Array.from(found, (count, c) => count / all[c]);
}

/**
 * Area under the receiver operating characteristic, one class against the others, mean over classes that occur beside
 * others: the probability that one of the class is given more of it than one of another (ties count half).
 */
export function areaUnderCurve({ labels, probabilities, classes }: Decisions): number {
  const areas: number[] = [];
  for (let c = 0; c < classes; c += 1) {
    const order = Array.from({ length: labels.length }, (_, i) => i).sort(
      (a, b) => probabilities[a * classes + c] - probabilities[b * classes + c],
    );
    const score = (place: number): number => probabilities[order[place] * classes + c];
    let [ranks, positive] = [0, 0];
    for (let from = 0; from < order.length;) {
      let to = from + 1;
      while (to < order.length && score(to) === score(from)) to += 1;
      const tied = order.slice(from, to).filter((i) => labels[i] === c).length;
      ranks += tied * ((from + to + 1) / 2);
      positive += tied;
      from = to;
    }
    const negative = order.length - positive;
    if (positive > 0 && negative > 0) areas.push((ranks - (positive * (positive + 1)) / 2) / (positive * negative));
  }
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}
