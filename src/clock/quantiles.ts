/** Bins an octave: a quantile is right within 4 %. */
const PER_OCTAVE = 8;
/** Smallest and largest value told apart, ns: a microsecond and some twenty minutes. */
const LEAST = 1e3;
const OCTAVES = 30;

/** Quantiles of many durations in constant memory. */
export interface Quantiles {
  /** @param value ns; what is below a microsecond counts as none */
  add(value: number): void;
  /** ns; `undefined` before the first. @param share 0..1 */
  at(share: number): number | undefined;
}

/** Makes a histogram with bins that grow by a factor: 2 kB, whatever it holds. */
export function createQuantiles(): Quantiles {
  const bins = new Float64Array(1 + OCTAVES * PER_OCTAVE);
  let count = 0;
  return {
    add(value) {
      const bin = value < LEAST ? 0 : 1 + Math.floor(PER_OCTAVE * Math.log2(value / LEAST));
      bins[Math.min(bin, bins.length - 1)] += 1;
      count += 1;
    },
    at(share) {
      if (count === 0) return undefined;
      let left = share * count;
      let bin = 0;
      for (; bin < bins.length - 1; bin += 1) {
        left -= bins[bin];
        if (left <= 0) break;
      }
      return bin === 0 ? 0 : LEAST * 2 ** ((bin - 0.5) / PER_OCTAVE);
    },
  };
}
