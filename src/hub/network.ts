import { SensoriumError, type Model, type ModelManifest, type Tensors, type TensorSpec } from '../contract/index.ts';
import { firstLine, openModel } from '../inference/index.ts';
import { giveBack } from './budget.ts';
import type { HubFolder } from './folder.ts';

/** What a network takes and gives, as its folder's descriptions say. */
export interface NetworkSpec {
  readonly name: string;
  readonly task: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** A network that runs, and the sha256 of its file. */
export interface OpenNetwork {
  readonly model: Model;
  readonly sha256: string;
}

/**
 * Reads a network of a folder and opens it; what is wrong with it is said of its file.
 * @param file in the folder
 * @param most bytes that it may have
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openNetwork(
  files: HubFolder,
  file: string,
  { name, task, inputs, outputs }: NetworkSpec,
  most: number,
  threads: number,
): Promise<OpenNetwork> {
  const { content, sha256, path } = await files.read(file, most);
  const its = { file: `${name}.onnx`, bytes: content.length, sha256, url: 'https://' };
  const manifest: ModelManifest = {
    name,
    task,
    source: 'of its folder',
    licence: 'of its folder',
    files: [its],
    inputs,
    outputs,
    labels: [],
    preprocessing: 'of its folder',
  };
  try {
    const model = await openModel(manifest, new Map([[its.file, content]]), { threads });
    giveBack(content);
    return { model, sha256 };
  } catch (error) {
    if (!(error instanceof SensoriumError)) throw error;
    const where = /^[.]((?:inputs|outputs).*)$/.exec(error.path?.slice(`models.${name}`.length) ?? '')?.[1];
    const what = where === undefined ? error.what : `${where}: ${error.what}`;
    throw new SensoriumError(error.code, what, { path, cause: error });
  }
}

/**
 * Runs a network.
 * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
 */
export async function runNetwork(model: Model, inputs: Tensors): Promise<Tensors> {
  try {
    return await model.run(inputs);
  } catch (error) {
    if (error instanceof SensoriumError) throw error;
    throw new SensoriumError('E_MODEL_RUNTIME', `it cannot be run: ${firstLine(error)}`, {
      path: model.manifest.name,
      cause: error,
    });
  }
}

/**
 * An embedding that a network gave, of length 1.
 * @throws SensoriumError E_MODEL_SHAPE
 */
export function embeddingOf(outputs: Tensors, { manifest }: Model, dims: number): Float32Array {
  const { data } = outputs[manifest.outputs[0].name];
  if (data.length !== dims) {
    throw new SensoriumError('E_MODEL_SHAPE', `expected ${dims} numbers, it gives ${data.length}`, {
      path: manifest.name,
    });
  }
  const length = Math.hypot(...data);
  return Float32Array.from(data, (value) => value / length);
}
