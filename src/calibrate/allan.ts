/** The Allan deviation at one averaging time. */
export interface AllanPoint {
  /** Averaging time, s. */
  readonly seconds: number;
  /** In the unit of the readings. */
  readonly deviation: number;
  /** Times that long that fit into the record without overlapping. */
  readonly clusters: number;
  /** Standard deviation of `deviation`, by the number of clusters: 1 / sqrt(2 (clusters - 1)) of it. */
  readonly sigma: number;
  /** Readings averaged. */
  readonly samples: number;
  /** Overlapping differences that it is the mean of. */
  readonly differences: number;
}

/** Averaging times end where fewer than so many fit into the longest record. */
const LEAST_CLUSTERS = 9;

/**
 * The overlapping Allan deviation (IEEE Std 952-1997, annex C; W. J. Riley, "Handbook of Frequency Stability Analysis", NIST
 * SP 1065, 2008, section 5.2) of readings taken at an even pace, over averaging times that double.
 * @param records readings of one channel in one or several times, none of which goes on where another ended
 * @param period s
 */
export function allanDeviation(records: readonly Float64Array[], period: number): AllanPoint[] {
  const sums = records.map(cumulated);
  const longest = Math.max(...records.map(({ length }) => length));
  const points: AllanPoint[] = [];
  for (let octave = 0; ; octave += 1) {
    const m = 2 ** octave;
    if (m * LEAST_CLUSTERS > longest) return points;
    let [sum, differences, clusters] = [0, 0, 0];
    for (const theta of sums) {
      for (let k = 0; k + 2 * m < theta.length; k += 1) {
        const difference = (theta[k + 2 * m] - 2 * theta[k + m] + theta[k]) / m;
        sum += difference * difference;
        differences += 1;
      }
      clusters += Math.max(0, (theta.length - 1) / m - 1);
    }
    clusters += 1;
    const deviation = Math.sqrt(sum / 2 / differences);
    const sigma = deviation / Math.sqrt(2 * (clusters - 1));
    points.push({ seconds: m * period, deviation, clusters: Math.floor(clusters), sigma, samples: m, differences });
  }
}

/** Sums up to each reading, the mean taken off first so that no digits are lost. */
function cumulated(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i += 1) sums[i + 1] = sums[i] + values[i] - mean;
  return sums;
}
