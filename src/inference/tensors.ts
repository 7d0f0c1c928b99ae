import { SensoriumError, showValue, type ModelManifest, type TensorSpec, type Tensors } from '../contract/index.ts';

/** What a runtime found in a file: as a manifest says it, but for types that the contract does not know. */
export interface FoundTensor {
  readonly name: string;
  readonly type: string;
  /** -1 where the file leaves a dimension open. */
  readonly shape: readonly number[];
}

/** The manifest without what is optional and not in the file. */
export function withoutAbsent(
  manifest: ModelManifest,
  found: { readonly inputs: readonly FoundTensor[]; readonly outputs: readonly FoundTensor[] },
): ModelManifest {
  const isThere = (side: 'inputs' | 'outputs') => (spec: TensorSpec) =>
    spec.optional !== true || found[side].some(({ name }) => name === spec.name);
  return {
    ...manifest,
    inputs: manifest.inputs.filter(isThere('inputs')),
    outputs: manifest.outputs.filter(isThere('outputs')),
  };
}

/**
 * Compares what a network takes and gives with its manifest.
 * @throws SensoriumError E_MODEL_SHAPE at the first difference
 */
export function checkNetwork(
  manifest: ModelManifest,
  found: { readonly inputs: readonly FoundTensor[]; readonly outputs: readonly FoundTensor[] },
): void {
  checkSide(manifest, 'inputs', found.inputs);
  checkSide(manifest, 'outputs', found.outputs);
}

function checkSide(manifest: ModelManifest, side: 'inputs' | 'outputs', found: readonly FoundTensor[]): void {
  const path = `models.${manifest.name}.${side}`;
  for (const wanted of manifest[side]) {
    const tensor = found.find(({ name }) => name === wanted.name);
    if (tensor === undefined) {
      const names = found.map(({ name }) => name);
      throw new SensoriumError(
        'E_MODEL_SHAPE',
        `expected ${showValue(wanted.name)}, the file has ${showValue(names)}`,
        {
          path,
        },
      );
    }
    if (tensor.type !== wanted.type || !fits(wanted.shape, tensor.shape)) {
      const said = `${wanted.type} [${wanted.shape.join(', ')}]`;
      const has = `${tensor.type} [${tensor.shape.join(', ')}]`;
      throw new SensoriumError('E_MODEL_SHAPE', `expected ${said}, the file has ${has}`, {
        path: `${path}.${wanted.name}`,
      });
    }
  }
  const extra = found.find(({ name }) => manifest[side].every((wanted) => wanted.name !== name));
  // Outputs that nobody asks for harm nobody; an input that nobody gives leaves the network without it.
  if (side === 'inputs' && extra !== undefined) {
    throw new SensoriumError('E_MODEL_SHAPE', `the file also takes ${showValue(extra.name)}`, { path });
  }
}

/** Dimensions are equal, or one side leaves them open. */
function fits(wanted: readonly number[], found: readonly number[]): boolean {
  return wanted.length === found.length && wanted.every((size, i) => size === found[i] || size < 0 || found[i] < 0);
}

/**
 * Compares what is handed to a model with its manifest.
 * @throws SensoriumError E_MODEL_INPUT
 */
export function checkInputs({ name: model, inputs }: ModelManifest, given: Tensors): void {
  for (const { name, type, shape } of inputs) {
    const path = `models.${model}.inputs.${name}`;
    if (!(name in given)) throw new SensoriumError('E_MODEL_INPUT', 'expected a tensor, got nothing', { path });
    const tensor = given[name];
    const count = tensor.shape.reduce((product, size) => product * size, 1);
    if (tensor.type !== type || !fits(shape, tensor.shape) || tensor.data.length !== count) {
      const got = `${tensor.type} [${tensor.shape.join(', ')}] of ${tensor.data.length} numbers`;
      throw new SensoriumError('E_MODEL_INPUT', `expected ${type} [${shape.join(', ')}], got ${got}`, { path });
    }
  }
}

/** The specification of an output. */
export function outputNamed({ name: model, outputs }: ModelManifest, name: string): TensorSpec {
  const found = outputs.find((output) => output.name === name);
  if (found !== undefined) return found;
  throw new SensoriumError('E_MODEL_SHAPE', `the model gave ${showValue(name)}`, { path: `models.${model}.outputs` });
}

/** First line of what a runtime complains about, without its trace and source lines. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0].slice(0, 200);
}
