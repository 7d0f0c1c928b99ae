/**
 * Area under the curve of the receiver: how often what is positive scores above what is not (Hanley and McNeil 1982); ties count half, and
 * NaN comes of nothing to compare.
 */
export function areaUnderCurve<Case>(
  cases: readonly Case[],
  scoreOf: (its: Case) => number,
  isPositive: (its: Case) => boolean,
): number {
  const sorted = [...cases].sort((a, b) => scoreOf(a) - scoreOf(b));
  let ranks = 0;
  let positives = 0;
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (end < sorted.length && scoreOf(sorted[end]) === scoreOf(sorted[i])) end += 1;
    const tied = sorted.slice(i, end).filter(isPositive).length;
    positives += tied;
    ranks += (tied * (i + 1 + end)) / 2;
    i = Math.max(end, i + 1);
  }
  const negatives = cases.length - positives;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
