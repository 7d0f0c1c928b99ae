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

/** Averages that must fit into the longest record. */
const LEAST_CLUSTERS = 9;

/**
 * The overlapping Allan deviation (IEEE Std 952-1997, annex C; W. J. Riley, "Handbook of Frequency Stability Analysis", NIST
 * SP 1065, 2008, section 5.2) of readings taken at an even pace.
 * @param records readings of one channel in one or several times, none of which goes on where another ended
 * @param period s
 * @param averages readings to be averaged, point by point; default: doubling, as long as nine averages fit into the longest record
 */
export function allanDeviation(
  records: readonly Float64Array[],
  period: number,
  averages: readonly number[] = doubling(records),
): AllanPoint[] {
  const sums = records.map(cumulated);
  return averages.map((m): AllanPoint => {
    let [sum, differences, fitting] = [0, 0, 1];
    for (const theta of sums) {
      for (let k = 0; k + 2 * m < theta.length; k += 1) {
        const difference = (theta[k + 2 * m] - 2 * theta[k + m] + theta[k]) / m;
        sum += difference * difference;
        differences += 1;
      }
      fitting += Math.max(0, (theta.length - 1) / m - 1);
    }
    const deviation = Math.sqrt(sum / 2 / differences);
    return {
      seconds: m * period,
      deviation,
      clusters: Math.floor(fitting),
      sigma: deviation / Math.sqrt(2 * (fitting - 1)),
      samples: m,
      differences,
    };
  });
}

function doubling(records: readonly Float64Array[]): number[] {
  const longest = Math.max(...records.map(({ length }) => length));
  const averages: number[] = [];
  for (let m = 1; m * LEAST_CLUSTERS <= longest; m *= 2) averages.push(m);
  return averages;
}

/** Sums up to each reading, the mean taken off first so that no digits are lost. */
function cumulated(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i += 1) sums[i + 1] = sums[i] + values[i] - mean;
  return sums;
}
