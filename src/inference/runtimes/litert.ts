import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import type * as LiteRtModule from '@litertjs/core';
import type { CompiledModel } from '@litertjs/core';
import {
  SensoriumError,
  type Execution,
  type Model,
  type ModelManifest,
  type ModelRuntime,
  type Tensors,
} from '../../contract/index.ts';
import { checkInputs, checkNetwork, firstLine, type FoundTensor } from '../tensors.ts';
import { once } from './once.ts';

type LiteRt = typeof LiteRtModule;

/**
 * LiteRT.js (@litertjs/core), Google's successor of TensorFlow Lite for the web: `.tflite` files, on one thread of
 * WebAssembly with XNNPACK. It is made for browsers, and loads its glue code by a script tag or by `importScripts`; here the
 * latter is stood in for while it loads. Models whose inputs or outputs are int8 are refused: it has no type for them.
 */
export const litert: ModelRuntime = {
  name: 'litert',
  endings: ['.tflite'],
  async load(manifest, files) {
    const path = `models.${manifest.name}`;
    const bytes = files.get(manifest.files[0].file);
    if (bytes === undefined) throw new SensoriumError('E_MODEL_MISSING', 'its network was not read', { path });
    if (Buffer.from(bytes.subarray(4, 8)).toString('latin1') !== 'TFL3') {
      throw new SensoriumError('E_MODEL_FORMAT', 'not a TensorFlow Lite file', { path });
    }
    const { lite, version } = await packages(path);
    const model = await compile(lite, bytes, path);
    try {
      checkNetwork(manifest, {
        inputs: model.getInputDetails().map(foundOf),
        outputs: model.getOutputDetails().map(foundOf),
      });
    } catch (error) {
      model.delete();
      throw error;
    }
    return new LiteRtModel(lite, model, manifest, { runtime: 'litert', version, provider: 'wasm', threads: 1 });
  },
};

async function compile(lite: LiteRt, bytes: Uint8Array, path: string): Promise<CompiledModel> {
  try {
    return await lite.loadAndCompile(bytes, { accelerator: 'wasm' });
  } catch (error) {
    throw new SensoriumError('E_MODEL_FORMAT', `LiteRT refuses it: ${firstLine(error)}`, { path, cause: error });
  }
}

function foundOf({ name, dtype, shape }: { name: string; dtype: string; shape: Int32Array }): FoundTensor {
  return { name, type: dtype, shape: [...shape] };
}

class LiteRtModel implements Model {
  readonly manifest: ModelManifest;
  readonly execution: Execution;
  readonly #lite: LiteRt;
  readonly #model: CompiledModel;

  constructor(lite: LiteRt, model: CompiledModel, manifest: ModelManifest, execution: Execution) {
    this.#lite = lite;
    this.#model = model;
    this.manifest = manifest;
    this.execution = execution;
  }

  async run(inputs: Tensors): Promise<Tensors> {
    checkInputs(this.manifest, inputs);
    const given = this.#model.getInputDetails().map(({ name }) => {
      const { data, shape } = inputs[name];
      return new this.#lite.Tensor(data as Float32Array<ArrayBuffer>, [...shape]);
    });
    try {
      const results = await this.#model.run(given);
      return this.#taken(results);
    } finally {
      for (const tensor of given) tensor.delete();
    }
  }

  /** Copies the results out of WebAssembly's memory and frees them there. */
  #taken(results: readonly InstanceType<LiteRt['Tensor']>[]): Tensors {
    const details = this.#model.getOutputDetails();
    const wanted = new Set(this.manifest.outputs.map(({ name }) => name));
    const taken = results.map((result, i) => {
      const { name, dtype, shape } = details[i];
      const tensor = { type: dtype, shape: [...shape], data: result.toTypedArray() };
      result.delete();
      return [name, tensor] as const;
    });
    return Object.fromEntries(taken.filter(([name]) => wanted.has(name)));
  }

  close(): Promise<void> {
    if (!this.#model.deleted) this.#model.delete();
    return Promise.resolve();
  }
}

const packages = once('@litertjs/core', load);

/** What its loader looks for on the global object of a web worker. */
interface WorkerScope {
  self?: unknown;
  importScripts?: (script: string) => void;
  ModuleFactory?: unknown;
  Module?: { readonly print: () => void; readonly printErr: () => void };
}

async function load(): Promise<{ lite: LiteRt; version: string }> {
  const require = createRequire(import.meta.url);
  const folder = dirname(dirname(require.resolve('@litertjs/core')));
  const lite = await import('@litertjs/core');
  const scope = globalThis as WorkerScope;
  const before = { self: scope.self, importScripts: scope.importScripts };
  const warn = console.warn;
  const silent = (): void => undefined;
  try {
    scope.self = globalThis;
    scope.Module = { print: silent, printErr: silent };
    scope.importScripts = (script) => (scope.ModuleFactory = factoryOf(script, require));
    // There is no WebGPU in Node, which it finds worth a warning.
    console.warn = (...said: unknown[]) => (String(said[0]).includes('WebGPU') ? undefined : warn(...said));
    await lite.loadLiteRt(`${join(folder, 'wasm')}/`);
  } finally {
    console.warn = warn;
    scope.self = before.self;
    scope.importScripts = before.importScripts;
    if (before.self === undefined) delete scope.self;
    if (before.importScripts === undefined) delete scope.importScripts;
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { lite, version };
}

/** Runs the glue code as the CommonJS that it is, although its package says that it is not. */
function factoryOf(script: string, require: NodeJS.Require): unknown {
  const code = `${readFileSync(script, 'utf8')}\nreturn ModuleFactory;`;
  const run = compileFunction(code, ['require', '__filename', '__dirname'], { filename: script });
  return (run as (...given: unknown[]) => unknown)(require, script, dirname(script));
}
