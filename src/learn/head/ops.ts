/**
 * The operations that heads are written in. A head is described once, over values of any kind T: run by TensorFlow.js it is
 * computed and differentiated, run by the exporter it becomes an ONNX graph, and so the two cannot drift apart.
 * Dimensions: the first one is the batch, of any size.
 */
export interface Ops<T> {
  /** Something to be learned. @param init how it begins */
  parameter(name: string, shape: readonly number[], init: Init): T;
  constant(shape: readonly number[], data: ArrayLike<number>): T;

  /** Element by element; sides of 1 are repeated. */
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;

  exp(x: T): T;
  log(x: T): T;
  sqrt(x: T): T;
  relu(x: T): T;
  /** `log(1 + exp(x))`. */
  softplus(x: T): T;
  /** `1 / (1 + exp(-x))`. */
  sigmoid(x: T): T;
  tanh(x: T): T;

  /** [R, K] x [K, C], or [B, R, K] x [B, K, C]. */
  matMul(a: T, b: T): T;
  /** @param shape one side may be -1: as many as there are */
  reshape(x: T, shape: readonly number[]): T;
  transpose(x: T, order: readonly number[]): T;
  concat(xs: readonly T[], axis: number): T;
  /** From and to (without) along one axis. */
  slice(x: T, axis: number, from: number, to: number): T;
  /** Into so many equal parts along one axis; its derivative costs no more than one of its slices'. */
  split(x: T, axis: number, parts: number): readonly T[];

  /** Along one axis, which stays with a side of 1. */
  sum(x: T, axis: number): T;
  max(x: T, axis: number): T;

  /** The same numbers, of which nothing is learned: no derivative passes. */
  detach(x: T): T;
  /** Leaves some numbers out and raises the others, while training; else nothing. */
  dropout(x: T): T;
}

/** How a parameter begins. */
export type Init =
  | { readonly kind: 'constant'; readonly value: number }
  /** Uniform in ±limit. */
  | { readonly kind: 'uniform'; readonly limit: number };
