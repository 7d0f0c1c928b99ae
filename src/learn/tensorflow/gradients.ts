import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from '../../inference/index.ts';

/** Derivatives with respect to the inputs of an operation, by TensorFlow.js's names of these. */
type Gradients = Record<string, () => Tensor>;

/**
 * Tells TensorFlow.js how to differentiate the operations that heads are written in: its package for Node brings none. In
 * matrix products both sides are turned over first, because its WebAssembly takes ten times as long for a product that turns them over
 * itself.
 */
export function registerGradients(tf: Tf): void {
  const { cast, div, equal, matMul, mul, neg, pad, reshape, sigmoid, slice, step, sub, sum, transpose } = tf;

  /** Sums over what was repeated, back to the shape that it had. */
  const reduced = (gradient: Tensor, to: Tensor): Tensor => {
    const axes = tf.broadcast_util.getReductionAxes(to.shape, gradient.shape);
    return reshape(axes.length > 0 ? sum(gradient, axes) : gradient, to.shape);
  };
  const define = (
    kernelName: string,
    inputsToSave: string[],
    outputsToSave: boolean[],
    gradients: (dy: Tensor, saved: Tensor[], attrs: NamedAttrMap) => Gradients,
  ): void => {
    const gradFunc: GradConfig['gradFunc'] = (dy, saved, attrs) => gradients(dy as Tensor, saved, attrs);
    tf.registerGradient({ kernelName, inputsToSave, outputsToSave, gradFunc });
  };

  define('Add', ['a', 'b'], [], (dy, [a, b]) => ({ a: () => reduced(dy, a), b: () => reduced(dy, b) }));
  define('Sub', ['a', 'b'], [], (dy, [a, b]) => ({ a: () => reduced(dy, a), b: () => reduced(neg(dy), b) }));
  define('Multiply', ['a', 'b'], [], (dy, [a, b]) => ({
    a: () => reduced(mul(dy, b), a),
    b: () => reduced(mul(dy, a), b),
  }));
  define('RealDiv', ['a', 'b'], [true], (dy, [a, b, y]) => ({
    a: () => reduced(div(dy, b), a),
    b: () => reduced(neg(div(mul(dy, y), b)), b),
  }));
  define('Exp', [], [true], (dy, [y]) => ({ x: () => mul(dy, y) }));
  define('Log', ['x'], [], (dy, [x]) => ({ x: () => div(dy, x) }));
  define('Sqrt', [], [true], (dy, [y]) => ({ x: () => div(dy, mul(y, 2)) }));
  define('Relu', ['x'], [], (dy, [x]) => ({ x: () => mul(dy, step(x)) }));
  define('Softplus', ['x'], [], (dy, [x]) => ({ x: () => mul(dy, sigmoid(x)) }));
  define('Sigmoid', [], [true], (dy, [y]) => ({ x: () => mul(dy, mul(y, sub(1, y))) }));
  define('Tanh', [], [true], (dy, [y]) => ({ x: () => mul(dy, sub(1, mul(y, y))) }));
  define('BatchMatMul', ['a', 'b'], [], (dy, [a, b]) => {
    const turned = (x: Tensor): Tensor => transpose(x, x.rank === 2 ? [1, 0] : [0, 2, 1]);
    return { a: () => matMul(dy, turned(b)), b: () => matMul(turned(a), dy) };
  });
  define('Reshape', ['x'], [], (dy, [x]) => ({ x: () => reshape(dy, x.shape) }));
  define('Transpose', [], [], (dy, _, attrs) => {
    const order = attrs['perm'] as number[];
    return { x: () => transpose(dy, tf.backend_util.getUndoAxesPermutation(order)) };
  });
  define('Slice', ['x'], [], (dy, [x], attrs) => {
    const begin = attrs['begin'] as number[];
    const around = x.shape.map((side, i): [number, number] => [begin[i], side - begin[i] - dy.shape[i]]);
    return { x: () => pad(dy, around) };
  });
  define('Sum', ['x'], [], (dy, [x], attrs) => ({ x: () => mul(spread(dy, x, attrs), tf.onesLike(x)) }));
  define('Max', ['x'], [true], (dy, [x, y], attrs) => ({
    x: () => {
      // Where several are greatest, they share.
      const greatest = cast(equal(x, spread(y, x, attrs)), 'float32');
      const count = sum(greatest, attrs['reductionIndices'] as number[], true);
      return mul(spread(dy, x, attrs), div(greatest, count));
    },
  }));
  tf.registerGradient({
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc: (dy, saved, attrs) => {
      const [axis] = [attrs['axis'] as number];
      let from = 0;
      return Object.fromEntries(
        saved.map(({ shape }, i) => {
          const begin = shape.map((_, side) => (side === axis ? from : 0));
          from += shape[axis];
          return [i, () => slice(dy as Tensor, begin, shape)];
        }),
      );
    },
  });

  tf.registerGradient({
    kernelName: 'SplitV',
    gradFunc: (dy, _saved, attrs) => ({ x: () => tf.concat(dy as Tensor[], attrs['axis'] as number) }),
  });

  /** What was reduced along an axis, with that axis again. */
  function spread(reduction: Tensor, x: Tensor, attrs: NamedAttrMap): Tensor {
    const given = (attrs['axis'] ?? attrs['reductionIndices']) as number | number[];
    const axes = tf.util.parseAxisParam(given, x.shape);
    return reshape(
      reduction,
      x.shape.map((side, i) => (axes.includes(i) ? 1 : side)),
    );
  }
}
