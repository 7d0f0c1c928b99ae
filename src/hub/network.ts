import { basename, dirname } from 'node:path';
import { SensoriumError, showValue, type Model, type ModelManifest, type Tensors } from '../contract/index.ts';
import { externalLocations, firstLine, openModel } from '../inference/index.ts';
import { BUDGET, checkBudget, giveBack, workingSet } from './budget.ts';
import type { HubFile, HubFolder } from './folder.ts';
import { isDataOf, networkFile, type Precision } from './layout.ts';

/** How a model is opened. */
export interface OpenOptions {
  /** Which of its networks; default `q8`. */
  readonly precision?: Precision;
  /** Threads of one run; default 1. */
  readonly threads?: number;
  /** Bytes that it may hold; default {@link BUDGET}. */
  readonly budget?: number;
}

/** What a network of this configuration takes and gives. */
export interface NetworkSpec {
  /** Of its file, without precision and ending. */
  readonly name: string;
  readonly task: string;
  readonly inputs: ModelManifest['inputs'];
  readonly outputs: ModelManifest['outputs'];
}

/** Networks that are open. */
export interface Networks {
  readonly models: readonly Model[];
  /** Hexadecimal sha256 of each file that they are made of. */
  readonly hashes: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens the networks of a model, one after the other: only one's files are held beside what has been made of it.
 * @param running bytes that runs need beside the networks: what is kept from one token to the next, what lies between layers
 * @throws SensoriumError with an E_MODEL_ code; E_MODEL_SIZE before anything is read
 */
export async function openNetworks(
  folder: HubFolder,
  specs: readonly NetworkSpec[],
  options: OpenOptions,
  running = 0,
): Promise<Networks> {
  const { precision = 'q8', threads = 1, budget = BUDGET } = options;
  const sizes = await Promise.all(specs.map(({ name }) => folder.sizeWithData(networkFile(name, precision))));
  checkBudget(workingSet(sizes, precision) + running, budget, folder.path);
  const models: Model[] = [];
  const hashes: string[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(models.map((model) => model.close()));
  };
  try {
    for (const [i, spec] of specs.entries()) {
      const files = await filesOf(folder, networkFile(spec.name, precision), sizes[i]);
      models.push(await openNetwork(spec, files, threads));
      for (const { sha256, content } of files) {
        hashes.push(sha256);
        giveBack(content);
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { models, hashes, close };
}

/** The network and the files beside it that it keeps weights in, each checked like every file of the folder. */
async function filesOf(folder: HubFolder, file: string, most: number): Promise<HubFile[]> {
  const network = await folder.read(file, most);
  const files = [network];
  for (const location of locationsOf(network)) {
    if (!isDataOf(file, location)) {
      const what = `expected its weights inside or in ${basename(file)}_data, got ${showValue(location)}`;
      throw new SensoriumError('E_MODEL_EXTERNAL', what, { path: network.path });
    }
    files.push(await folder.read(`${dirname(file)}/${location}`, most));
  }
  return files;
}

function locationsOf({ content, path }: HubFile): readonly string[] {
  try {
    return externalLocations(content);
  } catch (error) {
    throw new SensoriumError('E_MODEL_FORMAT', `not an ONNX file: ${firstLine(error)}`, { path, cause: error });
  }
}

/** Opens a network; what is wrong with it is said of its file. */
async function openNetwork(spec: NetworkSpec, files: readonly HubFile[], threads: number): Promise<Model> {
  const manifest = manifestOf(spec, files);
  try {
    return await openModel(manifest, new Map(files.map(({ path, content }) => [basename(path), content])), { threads });
  } catch (error) {
    if (!(error instanceof SensoriumError)) throw error;
    const where = /^[.]((?:inputs|outputs).*)$/.exec(error.path?.slice(`models.${spec.name}`.length) ?? '')?.[1];
    const what = where === undefined ? error.what : `${where}: ${error.what}`;
    throw new SensoriumError(error.code, what, { path: files[0].path, cause: error });
  }
}

function manifestOf({ name, task, inputs, outputs }: NetworkSpec, files: readonly HubFile[]): ModelManifest {
  const [network, ...data] = files.map(({ path, content, sha256 }) => ({
    file: basename(path),
    bytes: content.length,
    sha256,
    url: 'https://',
  }));
  return {
    name,
    task,
    source: 'a hub',
    licence: 'of its folder',
    files: [network, ...data],
    inputs,
    outputs,
    labels: [],
    preprocessing: 'of its folder',
  };
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
