import type * as OrtModule from 'onnxruntime-node';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import {
  SensoriumError,
  showValue,
  type Execution,
  type Model,
  type ModelManifest,
  type ModelRuntime,
  type RuntimeOptions,
  type Tensor,
  type Tensors,
} from '../../contract/index.ts';
import { externalLocations } from '../onnx-external.ts';
import { checkInputs, checkNetwork, firstLine, outputNamed, withoutAbsent, type FoundTensor } from '../tensors.ts';
import { once } from './once.ts';

type Ort = typeof OrtModule;

/**
 * ONNX Runtime (onnxruntime-node): `.onnx` files. Execution providers that this build of it does not bring are passed over
 * here, since on arm64 it drops them in silence and on x64 it throws; `execution.provider` is the first one left.
 */
export const onnx: ModelRuntime = {
  name: 'onnxruntime',
  endings: ['.onnx'],
  async load(manifest, files, options) {
    const path = `models.${manifest.name}`;
    const bytes = files.get(manifest.files[0].file);
    if (bytes === undefined) throw new SensoriumError('E_MODEL_MISSING', 'its network was not read', { path });
    const weights = weightsOf(manifest, bytes, files);
    const ort = await packages(path);
    const { session, execution } = await open(ort, bytes, weights, options, path);
    const found = { inputs: session.inputMetadata.map(foundOf), outputs: session.outputMetadata.map(foundOf) };
    const its = withoutAbsent(manifest, found);
    try {
      checkNetwork(its, found);
    } catch (error) {
      await session.release();
      throw error;
    }
    return new OnnxModel(ort, session, its, execution);
  },
};

/** Weights that the network keeps in other files: in those of its manifest, which have been checked, and nowhere else. */
function weightsOf(
  manifest: ModelManifest,
  bytes: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
): { readonly path: string; readonly data: Uint8Array }[] {
  const path = `models.${manifest.name}.${manifest.files[0].file}`;
  let locations: readonly string[];
  try {
    locations = externalLocations(bytes);
  } catch (error) {
    throw new SensoriumError('E_MODEL_FORMAT', `not an ONNX file: ${firstLine(error)}`, { path, cause: error });
  }
  return locations.map((location) => {
    const data = manifest.files.slice(1).some(({ file }) => file === location) ? files.get(location) : undefined;
    if (data !== undefined) return { path: location, data };
    throw new SensoriumError('E_MODEL_EXTERNAL', `expected its weights inside, got ${showValue(location)}`, { path });
  });
}

const packages = once('onnxruntime-node', () => import('onnxruntime-node'));

async function open(
  ort: Ort,
  bytes: Uint8Array,
  weights: readonly { readonly path: string; readonly data: Uint8Array }[],
  { providers = ['cpu'], threads = 1 }: RuntimeOptions,
  path: string,
): Promise<{ session: InferenceSession; execution: Execution }> {
  const there = ort.listSupportedBackends().map(({ name }) => name);
  const wanted = [...new Set([...providers.filter((name) => there.includes(name)), 'cpu'])];
  try {
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: wanted,
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Warnings about a graph concern its author; errors come as exceptions.
      logSeverityLevel: 4,
      ...(weights.length === 0 ? {} : { externalData: weights }),
    });
    return { session, execution: { runtime: 'onnxruntime', version: versionOf(ort), provider: wanted[0], threads } };
  } catch (error) {
    throw new SensoriumError('E_MODEL_FORMAT', `ONNX Runtime refuses it: ${firstLine(error)}`, { path, cause: error });
  }
}

function versionOf(ort: Ort): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}

function foundOf(metadata: InferenceSession.ValueMetadata): FoundTensor {
  if (!metadata.isTensor) return { name: metadata.name, type: 'no tensor', shape: [] };
  const shape = metadata.shape.map((size) => (typeof size === 'number' ? size : -1));
  return { name: metadata.name, type: metadata.type, shape };
}

class OnnxModel implements Model {
  readonly manifest: ModelManifest;
  readonly execution: Execution;
  readonly #ort: Ort;
  readonly #session: InferenceSession;
  #isOpen = true;

  constructor(ort: Ort, session: InferenceSession, manifest: ModelManifest, execution: Execution) {
    this.#ort = ort;
    this.#session = session;
    this.manifest = manifest;
    this.execution = execution;
  }

  async run(inputs: Tensors): Promise<Tensors> {
    checkInputs(this.manifest, inputs);
    const feeds: Record<string, OrtTensor> = {};
    for (const { name } of this.manifest.inputs) {
      const { type, data, shape } = inputs[name];
      // Its binding refuses shared memory: a copy of what lies there.
      const own = data.buffer instanceof SharedArrayBuffer ? data.slice() : data;
      feeds[name] =
        type === 'int64'
          ? new this.#ort.Tensor(type, BigInt64Array.from(own, BigInt), shape)
          : new this.#ort.Tensor(type, own, shape);
    }
    const names = this.manifest.outputs.map(({ name }) => name);
    const results = await this.#session.run(feeds, names);
    return Object.fromEntries(
      Object.entries(results).map(([name, { dims, data }]) => {
        const { type } = outputNamed(this.manifest, name);
        const held = data instanceof BigInt64Array ? Int32Array.from(data, Number) : (data as Tensor['data']);
        return [name, { type, shape: [...dims], data: held }];
      }),
    );
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#session.release();
  }
}
