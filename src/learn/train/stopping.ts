/**
 * The epoch to stop at: the last one whose loss is above the least by no more than some standard errors of the two's difference
 * (as the rule of one standard error, Breiman et al. 1984, section 3.4.3, but turned towards longer training). Where next to
 * nothing is wrong, the least is decided by a handful of samples; between epochs that are a tie, the one at which the learning rate
 * has fallen further is the steadier.
 * @param losses of each epoch, those of all samples that are held out
 * @param groups recording, video or speaker of each sample: what is of one group is alike, and so counts as one draw
 * @param tie how many standard errors are a tie
 * @returns from 0
 */
export function lastWithinError(losses: readonly Float64Array[], groups: Int32Array, tie: number): number {
  const means = losses.map(meanOf);
  const best = means.reduce((least, mean, epoch) => (mean < means[least] ? epoch : least), 0);
  for (let epoch = losses.length - 1; epoch > best; epoch -= 1) {
    const worse = losses[epoch].map((loss, i) => loss - losses[best][i]);
    if (meanOf(worse) <= tie * standardError(worse, groups)) return epoch;
  }
  return best;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a mean over samples that come in groups (ratio estimator, Cochran 1977, chapter 6); 0 of a single group. */
function standardError(values: Float64Array, groups: Int32Array): number {
  const mean = meanOf(values);
  const sums = new Map<number, number>();
  values.forEach((value, i) => sums.set(groups[i], (sums.get(groups[i]) ?? 0) + value - mean));
  const squares = [...sums.values()].reduce((sum, value) => sum + value * value, 0);
  return sums.size < 2 ? 0 : Math.sqrt((squares * sums.size) / (sums.size - 1)) / values.length;
}
