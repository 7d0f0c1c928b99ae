import { scalar } from '../head/layers.ts';
import type { Ops } from '../head/ops.ts';

/** Arguments are raised by this much before the series is used, which errs by less than 1e-7 from 7 on. */
const RAISED = 6;

/** Digamma of numbers from 1 on (Abramowitz and Stegun 6.3.18, after 6.3.6). @param x [R, C] */
export function digamma<T>(ops: Ops<T>, x: T, columns: number): T {
  const z = ops.add(x, scalar(ops, RAISED));
  const r = ops.div(scalar(ops, 1), z);
  const r2 = ops.mul(r, r);
  const series = polynomial(ops, r2, [1 / 12, -1 / 120, 1 / 252]);
  const far = ops.sub(ops.sub(ops.log(z), ops.mul(r, scalar(ops, 0.5))), ops.mul(r2, series));
  return ops.sub(far, total(ops, ops.div(scalar(ops, 1), below(ops, x, columns)), columns));
}

/** Logarithm of the gamma function of numbers from 1 on (Abramowitz and Stegun 6.1.41, after 6.1.15). @param x [R, C] */
export function logGamma<T>(ops: Ops<T>, x: T, columns: number): T {
  const z = ops.add(x, scalar(ops, RAISED));
  const r = ops.div(scalar(ops, 1), z);
  const series = ops.mul(r, polynomial(ops, ops.mul(r, r), [1 / 12, -1 / 360, 1 / 1260]));
  const main = ops.sub(ops.mul(ops.sub(z, scalar(ops, 0.5)), ops.log(z)), z);
  const far = ops.add(ops.add(main, scalar(ops, 0.5 * Math.log(2 * Math.PI))), series);
  return ops.sub(far, total(ops, ops.log(below(ops, x, columns)), columns));
}

/** x, x + 1, … up to where the series takes over: [R, C, RAISED]. */
function below<T>(ops: Ops<T>, x: T, columns: number): T {
  const steps = ops.constant(
    [RAISED],
    Array.from({ length: RAISED }, (_, i) => i),
  );
  return ops.add(ops.reshape(x, [-1, columns, 1]), steps);
}

function total<T>(ops: Ops<T>, terms: T, columns: number): T {
  return ops.reshape(ops.sum(terms, 2), [-1, columns]);
}

function polynomial<T>(ops: Ops<T>, x: T, coefficients: readonly number[]): T {
  const [last, ...rest] = coefficients.map((value) => scalar(ops, value)).reverse();
  return rest.reduce((sum, coefficient) => ops.add(ops.mul(sum, x), coefficient), last);
}
