import { createRequire } from 'node:module';
import type * as Converter from '@tensorflow/tfjs-converter';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import type * as Core from '@tensorflow/tfjs-core';
import {
  SensoriumError,
  showValue,
  type Execution,
  type Model,
  type ModelManifest,
  type ModelRuntime,
  type Tensor,
  type Tensors,
} from '../../contract/index.ts';
import { checkInputs, checkNetwork, firstLine, type FoundTensor } from '../tensors.ts';
import { tensorflowOnWasm, type Tf } from '../wasm.ts';
import { once } from './once.ts';

/**
 * TensorFlow.js graph models: a `model.json` and its shards of weights, all of them named in the manifest. Runs on one
 * thread of WebAssembly; an operation that this back end lacks is an error, not a slow detour.
 */
export const tensorflow: ModelRuntime = {
  name: 'tensorflow.js',
  endings: ['.json'],
  async load(manifest, files) {
    const path = `models.${manifest.name}`;
    const artifacts = artifactsOf(manifest, files, path);
    const { tf, converter } = await packages(path);
    let model: GraphModel;
    try {
      model = await converter.loadGraphModel(tf.io.fromMemory(artifacts));
    } catch (error) {
      throw new SensoriumError('E_MODEL_FORMAT', `TensorFlow.js refuses it: ${firstLine(error)}`, {
        path,
        cause: error,
      });
    }
    try {
      const inputs = model.inputs.map(foundOf);
      checkNetwork({ ...manifest, outputs: [] }, { inputs, outputs: [] });
      checkNetwork(manifest, { inputs, outputs: outputsOf(tf, model, manifest) });
    } catch (error) {
      model.dispose();
      if (error instanceof SensoriumError) throw error;
      throw new SensoriumError('E_MODEL_RUNTIME', `TensorFlow.js cannot run it: ${firstLine(error)}`, {
        path,
        cause: error,
      });
    }
    const execution = { runtime: 'tensorflow.js', version: tf.version_core, provider: tf.getBackend(), threads: 1 };
    return new TensorflowModel(tf, model, manifest, execution);
  },
};

/** The part of a `model.json` that is ours to check. */
interface GraphFile {
  readonly modelTopology: object;
  readonly signature?: object;
  readonly format?: string;
  readonly generatedBy?: string;
  readonly convertedBy?: string;
  readonly weightsManifest?: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly Core.io.WeightsManifestEntry[];
  }[];
}

/** Puts the file and its shards together. A shard that the manifest does not name is not read, whatever its path. */
function artifactsOf(
  manifest: ModelManifest,
  files: ReadonlyMap<string, Uint8Array>,
  path: string,
): Core.io.ModelArtifacts {
  const file = graphFileOf(files.get(manifest.files[0].file), path);
  const groups = file.weightsManifest ?? [];
  const shards = groups
    .flatMap(({ paths }) => paths)
    .map((name) => {
      const shard = files.get(name);
      if (shard !== undefined) return shard;
      const named = manifest.files.map((known) => known.file);
      throw new SensoriumError('E_MODEL_EXTERNAL', `expected one of ${showValue(named)}, got ${showValue(name)}`, {
        path: `${path}.weights`,
      });
    });
  const weights = Buffer.concat(shards);
  return {
    modelTopology: file.modelTopology,
    signature: file.signature,
    format: 'graph-model',
    weightSpecs: groups.flatMap((group) => group.weights),
    weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
  };
}

function graphFileOf(bytes: Uint8Array | undefined, path: string): GraphFile {
  if (bytes === undefined) throw new SensoriumError('E_MODEL_MISSING', 'its network was not read', { path });
  let file: Partial<GraphFile> | null;
  try {
    file = JSON.parse(Buffer.from(bytes).toString()) as Partial<GraphFile> | null;
  } catch (error) {
    throw new SensoriumError('E_MODEL_FORMAT', `not JSON: ${firstLine(error)}`, { path, cause: error });
  }
  if (typeof file?.modelTopology === 'object' && file.format !== 'layers-model') return file as GraphFile;
  throw new SensoriumError('E_MODEL_FORMAT', 'not a graph model of TensorFlow.js', { path });
}

function foundOf({ name, shape, dtype }: { name: string; shape?: number[]; dtype: string }): FoundTensor {
  return { name, type: dtype, shape: shape ?? [] };
}

/** A graph file need not say what its outputs are: a run on zeros does. */
function outputsOf(tf: Tf, model: GraphModel, { inputs, outputs }: ModelManifest): FoundTensor[] {
  return tf.tidy(() => {
    const zeros = inputs.map(({ name, type, shape }) => {
      const sizes = shape.map((size) => Math.max(1, size));
      return [name, tf.zeros(sizes, type === 'float32' ? 'float32' : 'int32')] as const;
    });
    const known = model.outputs.map(({ name }) => name);
    const names = outputs.map(({ name }) => name).filter((name) => known.includes(name));
    if (names.length === 0) return known.map((name) => ({ name, type: 'unknown', shape: [] }));
    const result = model.execute(Object.fromEntries(zeros), names);
    const results = Array.isArray(result) ? result : [result];
    return results.map(({ dtype, shape }, i) => ({ name: names[i], type: dtype, shape }));
  });
}

class TensorflowModel implements Model {
  readonly manifest: ModelManifest;
  readonly execution: Execution;
  readonly #tf: Tf;
  readonly #model: GraphModel;
  #isOpen = true;

  constructor(tf: Tf, model: GraphModel, manifest: ModelManifest, execution: Execution) {
    this.#tf = tf;
    this.#model = model;
    this.manifest = manifest;
    this.execution = execution;
  }

  async run(inputs: Tensors): Promise<Tensors> {
    checkInputs(this.manifest, inputs);
    const names = this.manifest.outputs.map(({ name }) => name);
    const given: Record<string, Core.Tensor> = {};
    for (const { name } of this.manifest.inputs) {
      const { data, shape, type } = inputs[name];
      given[name] = this.#tf.tensor(data, [...shape], type === 'float32' ? 'float32' : 'int32');
    }
    try {
      const result = this.#model.execute(given, names);
      const results = Array.isArray(result) ? result : [result];
      const taken = results.map(async (tensor, i) => {
        const data = (await tensor.data()) as Float32Array | Int32Array;
        const type: Tensor['type'] = tensor.dtype === 'float32' ? 'float32' : 'int32';
        const copy = { type, shape: tensor.shape, data: data.slice() };
        tensor.dispose();
        return [names[i], copy] as const;
      });
      return Object.fromEntries(await Promise.all(taken));
    } finally {
      for (const tensor of Object.values(given)) tensor.dispose();
    }
  }

  close(): Promise<void> {
    if (this.#isOpen) this.#model.dispose();
    this.#isOpen = false;
    return Promise.resolve();
  }
}

interface Packages {
  readonly tf: Tf;
  readonly converter: typeof Converter;
}

const packages = once('TensorFlow.js', load);

async function load(): Promise<Packages> {
  const tf = await tensorflowOnWasm();
  const converter = createRequire(import.meta.url)('@tensorflow/tfjs-converter') as Packages['converter'];
  return { tf, converter };
}
