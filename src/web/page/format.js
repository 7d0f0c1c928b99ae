/** Numbers as people read them. */

/** @typedef {{ sec: number, nsec: number }} Time */

/**
 * s since 1970.
 * @param {Time} time
 */
export function secondsOf({ sec, nsec }) {
  return sec + nsec / 1e9;
}

/**
 * `1:02:03`
 * @param {number} seconds
 */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/**
 * `12 345`, with narrow spaces.
 * @param {number} n
 */
export function count(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/**
 * Milliseconds below a second, seconds above.
 * @param {number} seconds
 */
export function span(seconds) {
  return Math.abs(seconds) < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(1)} s`;
}

/**
 * Centimetres below a metre.
 * @param {number} metres
 */
export function length(metres) {
  return metres < 1 ? `${(metres * 100).toFixed(1)} cm` : `${metres.toFixed(2)} m`;
}

/**
 * `12 queue full, 3 duplicate`, the most first.
 * @param {Readonly<Record<string, number>>} counts
 */
export function reasons(counts) {
  return Object.entries(counts)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, n]) => `${count(n)} ${reason}`)
    .join(', ');
}

/**
 * Sum of counts.
 * @param {Readonly<Record<string, number>>} counts
 */
export function total(counts) {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}
