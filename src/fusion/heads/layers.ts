import { expectShape, floatTensor, rowsOf, type FloatTensor } from './tensor.ts';

/** Weights of a linear layer as PyTorch keeps them. */
export interface Linear {
  /** [out, in]. */
  readonly weight: FloatTensor;
  /** [out]. */
  readonly bias: FloatTensor;
}

/** Scale and offset of a layer normalisation, each [width]. */
export interface Norm {
  readonly weight: FloatTensor;
  readonly bias: FloatTensor;
}

/**
 * `y = x Wᵀ + b` over the last dimension.
 * @param x [..., in]
 * @param path name in errors
 * @returns [..., out]
 * @throws SensoriumError E_MODEL_INPUT where the sizes do not go together
 */
export function linear(x: FloatTensor, { weight, bias }: Linear, path = 'linear'): FloatTensor {
  const { rows, width } = rowsOf(x);
  const out = weight.shape[0];
  expectShape(x, [...x.shape.slice(0, -1), width], `${path}.input`);
  expectShape(weight, [out, width], `${path}.weight`);
  expectShape(bias, [out], `${path}.bias`);
  const y = new Float32Array(rows * out);
  for (let row = 0; row < rows; row += 1) {
    for (let j = 0; j < out; j += 1) {
      let sum = bias.data[j];
      for (let i = 0; i < width; i += 1) sum += x.data[row * width + i] * weight.data[j * width + i];
      y[row * out + j] = sum;
    }
  }
  return floatTensor([...x.shape.slice(0, -1), out], y);
}

/** The larger of each number and zero. */
export function relu({ shape, data }: FloatTensor): FloatTensor {
  return floatTensor(
    shape,
    data.map((value) => Math.max(0, value)),
  );
}

/**
 * Adds two tensors of one shape.
 * @throws SensoriumError E_MODEL_INPUT
 */
export function add(a: FloatTensor, b: FloatTensor): FloatTensor {
  expectShape(b, a.shape, 'addend');
  return floatTensor(
    a.shape,
    a.data.map((value, i) => value + b.data[i]),
  );
}

/**
 * Layer normalisation over the last dimension (Ba et al. 2016): mean 0, variance 1, then scale and offset.
 * @param epsilon added to the variance; PyTorch's default
 * @throws SensoriumError E_MODEL_INPUT
 */
export function layerNorm(x: FloatTensor, { weight, bias }: Norm, path = 'norm', epsilon = 1e-5): FloatTensor {
  const { rows, width } = rowsOf(x);
  expectShape(weight, [width], `${path}.weight`);
  expectShape(bias, [width], `${path}.bias`);
  const y = new Float32Array(x.data.length);
  for (let row = 0; row < rows; row += 1) {
    const values = x.data.subarray(row * width, (row + 1) * width);
    const mean = values.reduce((sum, value) => sum + value, 0) / width;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    const scale = 1 / Math.sqrt(variance + epsilon);
    values.forEach((value, i) => {
      y[row * width + i] = (value - mean) * scale * weight.data[i] + bias.data[i];
    });
  }
  return floatTensor(x.shape, y);
}
