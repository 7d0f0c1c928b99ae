import type { FloatTensor } from '../../fusion/heads/index.ts';

/** Decay of the means of the gradient and of its square, and what keeps the step finite: the paper's. */
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Adam with weight decay that is apart from the gradient (Loshchilov and Hutter 2019, algorithm 2). */
export class AdamW {
  readonly #decay: number;
  readonly #means = new Map<string, Float32Array>();
  readonly #squares = new Map<string, Float32Array>();
  #steps = 0;

  /** @param decay share of a weight that is taken away per step and unit of the rate; only matrices are decayed */
  constructor(decay: number) {
    this.#decay = decay;
  }

  /**
   * Moves all parameters by one step, in place.
   * @param rate learning rate
   */
  step(parameters: ReadonlyMap<string, FloatTensor>, gradients: ReadonlyMap<string, Float32Array>, rate: number): void {
    this.#steps += 1;
    const size = rate * (Math.sqrt(1 - BETA2 ** this.#steps) / (1 - BETA1 ** this.#steps));
    for (const [name, { data, shape }] of parameters) {
      const gradient = gradients.get(name);
      if (gradient === undefined) continue;
      const mean = kept(this.#means, name, data.length);
      const square = kept(this.#squares, name, data.length);
      const shrink = shape.length > 1 ? 1 - rate * this.#decay : 1;
      for (let i = 0; i < data.length; i += 1) {
        const g = gradient[i];
        mean[i] = BETA1 * mean[i] + (1 - BETA1) * g;
        square[i] = BETA2 * square[i] + (1 - BETA2) * g * g;
        data[i] = data[i] * shrink - (size * mean[i]) / (Math.sqrt(square[i]) + EPSILON);
      }
    }
  }
}

function kept(map: Map<string, Float32Array>, name: string, length: number): Float32Array {
  const known = map.get(name) ?? new Float32Array(length);
  map.set(name, known);
  return known;
}
