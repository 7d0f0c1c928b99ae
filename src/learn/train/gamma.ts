import { scalar } from '../head/layers.ts';
import type { Ops } from '../head/ops.ts';

/** Arguments are raised by this much before the series is used, which errs by less than 1e-7 from 7 on. */
const RAISED = 6;

/** Digamma of numbers from 1 on (Abramowitz and Stegun 6.3.18, after 6.3.6). */
export function digamma<T>(ops: Ops<T>, x: T): T {
  const z = ops.add(x, scalar(ops, RAISED));
  const r = ops.div(scalar(ops, 1), z);
  const r2 = ops.mul(r, r);
  const series = polynomial(ops, r2, [1 / 12, -1 / 120, 1 / 252]);
  const far = ops.sub(ops.sub(ops.log(z), ops.mul(r, scalar(ops, 0.5))), ops.mul(r2, series));
  return below(ops, x).reduce((sum, term) => ops.sub(sum, ops.div(scalar(ops, 1), term)), far);
}

/** Logarithm of the gamma function of numbers from 1 on (Abramowitz and Stegun 6.1.41, after 6.1.15). */
export function logGamma<T>(ops: Ops<T>, x: T): T {
  const z = ops.add(x, scalar(ops, RAISED));
  const r = ops.div(scalar(ops, 1), z);
  const series = ops.mul(r, polynomial(ops, ops.mul(r, r), [1 / 12, -1 / 360, 1 / 1260]));
  const main = ops.sub(ops.mul(ops.sub(z, scalar(ops, 0.5)), ops.log(z)), z);
  const far = ops.add(ops.add(main, scalar(ops, 0.5 * Math.log(2 * Math.PI))), series);
  return below(ops, x).reduce((sum, term) => ops.sub(sum, ops.log(term)), far);
}

/** x, x + 1, … up to where the series takes over. */
function below<T>(ops: Ops<T>, x: T): T[] {
  return Array.from({ length: RAISED }, (_, i) => ops.add(x, scalar(ops, i)));
}

function polynomial<T>(ops: Ops<T>, x: T, coefficients: readonly number[]): T {
  const [last, ...rest] = coefficients.map((value) => scalar(ops, value)).reverse();
  return rest.reduce((sum, coefficient) => ops.add(ops.mul(sum, x), coefficient), last);
}
