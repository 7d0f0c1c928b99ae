/** Readings of a time at an even pace. */
export interface Even {
  /** Mean time between two readings, s. */
  readonly period: number;
  /** By channel. */
  readonly channels: readonly Float64Array[];
  /** Readings that were missing, and lie on a straight line between their neighbours now. */
  readonly filled: number;
}

/**
 * Puts readings on an even grid by their order: their stamps may jitter, their pace does not. Where one is missing a straight line
 * fills in.
 * @param period s; the mean time between readings that are not missing
 */
export function evenly(
  times: readonly number[],
  channels: readonly (readonly number[])[],
  first: number,
  end: number,
  period: number,
): Even {
  const slots = [0];
  for (let i = first + 1; i < end; i += 1) {
    slots.push(Math.max(slots[slots.length - 1] + 1, Math.round((times[i] - times[first]) / period)));
  }
  const count = slots[slots.length - 1] + 1;
  const out = channels.map((values) => {
    const even = new Float64Array(count);
    for (let i = 0; i < slots.length; i += 1) {
      even[slots[i]] = values[first + i];
      const before = i === 0 ? 0 : slots[i - 1];
      for (let slot = before + 1; slot < slots[i]; slot += 1) {
        const share = (slot - before) / (slots[i] - before);
        even[slot] = values[first + i - 1] + share * (values[first + i] - values[first + i - 1]);
      }
    }
    return even;
  });
  return { period, channels: out, filled: count - slots.length };
}

/** The mean time between two readings of which none is missing, s. */
export function paceOf(times: readonly number[], first: number, end: number): number {
  const steps = Float64Array.from({ length: end - first - 1 }, (_, i) => times[first + i + 1] - times[first + i]);
  const usual = steps.slice().sort()[steps.length >> 1];
  let missing = 0;
  for (const step of steps) missing += Math.max(0, Math.round(step / usual) - 1);
  return (times[end - 1] - times[first]) / (end - first - 1 + missing);
}
