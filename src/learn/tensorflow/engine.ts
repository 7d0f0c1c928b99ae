import type { Tensor } from '@tensorflow/tfjs-core';
import { SensoriumError } from '../../contract/index.ts';
import { floatTensor, type FloatTensor } from '../../fusion/heads/index.ts';
import { tensorflowOnWasm, type Tf } from '../../inference/index.ts';
import type { Ops } from '../head/ops.ts';
import { registerGradients } from './gradients.ts';
import { tensorflowOps, type Dropout } from './ops.ts';

/** Parameters by name. */
export type Parameters = ReadonlyMap<string, FloatTensor>;

/** Computes and differentiates what is written in {@link Ops}. */
export interface Engine {
  /** Values of a calculation, by name. */
  compute(
    parameters: Parameters,
    program: <T>(ops: Ops<T>) => Readonly<Record<string, T>>,
  ): Record<string, FloatTensor>;
  /**
   * A loss, and its derivatives by all parameters.
   * @param program gives a single number
   */
  differentiate(
    parameters: Parameters,
    program: <T>(ops: Ops<T>) => T,
    dropout?: Dropout,
  ): { readonly loss: number; readonly gradients: ReadonlyMap<string, Float32Array> };
}

let starting: Promise<Engine> | undefined;

/**
 * TensorFlow.js on one thread of WebAssembly, ready to train; started once a thread.
 * @throws SensoriumError E_MODEL_RUNTIME
 */
export function startEngine(): Promise<Engine> {
  starting ??= tensorflowOnWasm().then(
    (tf) => {
      registerGradients(tf);
      return engineOn(tf);
    },
    (cause: unknown) => {
      starting = undefined;
      throw new SensoriumError('E_MODEL_RUNTIME', 'TensorFlow.js cannot be loaded', { path: 'learn', cause });
    },
  );
  return starting;
}

function engineOn(tf: Tf): Engine {
  const upload = (parameters: Parameters): Map<string, Tensor> =>
    new Map([...parameters].map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape], 'float32')]));
  const finder =
    (tensors: ReadonlyMap<string, Tensor>) =>
    (name: string): Tensor => {
      const found = tensors.get(name);
      if (found === undefined) throw new RangeError(`no parameter ${name}`);
      return found;
    };
  const numbers = (tensor: Tensor): Float32Array => (tensor.dataSync() as Float32Array).slice();
  return {
    compute(parameters, program) {
      const results: Record<string, FloatTensor> = {};
      tf.tidy(() => {
        const found = program(tensorflowOps(tf, finder(upload(parameters))));
        for (const [name, tensor] of Object.entries(found)) results[name] = floatTensor(tensor.shape, numbers(tensor));
      });
      return results;
    },
    differentiate(parameters, program, dropout) {
      const gradients = new Map<string, Float32Array>();
      let loss = NaN;
      tf.tidy(() => {
        const tensors = upload(parameters);
        const ops = tensorflowOps(tf, finder(tensors), dropout);
        const found = tf.engine().gradients(() => program(ops), [...tensors.values()], undefined, true);
        loss = found.value.dataSync()[0];
        [...tensors.keys()].forEach((name, i) => {
          const gradient = found.grads[i] as Tensor | null | undefined;
          const count = tensors.get(name)?.size ?? 0;
          gradients.set(name, gradient ? numbers(gradient) : new Float32Array(count));
        });
      });
      return { loss, gradients };
    },
  };
}
