import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from '../../inference/index.ts';
import type { Random } from '../../random/index.ts';
import type { Ops } from '../head/ops.ts';

/** Dropout while training. */
export interface Dropout {
  /** 0..1. */
  readonly share: number;
  readonly random: Random;
}

/**
 * The operations of heads in TensorFlow.js.
 * @param parameter finds a parameter by its name
 * @param dropout none: as at run time
 */
export function tensorflowOps(tf: Tf, parameter: (name: string) => Tensor, dropout?: Dropout): Ops<Tensor> {
  return {
    parameter,
    constant: (shape, data) => tf.tensor(data instanceof Float32Array ? data : Float32Array.from(data), [...shape]),
    add: (a, b) => tf.add(a, b),
    sub: (a, b) => tf.sub(a, b),
    mul: (a, b) => tf.mul(a, b),
    div: (a, b) => tf.div(a, b),
    exp: (x) => tf.exp(x),
    log: (x) => tf.log(x),
    sqrt: (x) => tf.sqrt(x),
    relu: (x) => tf.relu(x),
    softplus: (x) => tf.softplus(x),
    sigmoid: (x) => tf.sigmoid(x),
    tanh: (x) => tf.tanh(x),
    matMul: (a, b) => tf.matMul(a, b),
    reshape: (x, shape) => tf.reshape(x, [...shape]),
    transpose: (x, order) => tf.transpose(x, [...order]),
    concat: (xs, axis) => tf.concat([...xs], axis),
    slice: (x, axis, from, to) =>
      tf.slice(
        x,
        x.shape.map((_, i) => (i === axis ? from : 0)),
        x.shape.map((side, i) => (i === axis ? to - from : side)),
      ),
    split: (x, axis, parts) => tf.split(x, parts, axis),
    sum: (x, axis) => tf.sum(x, axis, true),
    max: (x, axis) => tf.max(x, axis, true),
    detach: (x) => tf.tensor(x.dataSync(), x.shape),
    dropout: (x) => {
      if (dropout === undefined || dropout.share === 0) return x;
      const { share, random } = dropout;
      const kept = new Float32Array(x.size).map(() => (random() < share ? 0 : 1 / (1 - share)));
      return tf.mul(x, tf.tensor(kept, x.shape));
    },
  };
}
