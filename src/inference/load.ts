import { SensoriumError, showValue, type Model, type ModelManifest, type RuntimeOptions } from '../contract/index.ts';
import { runtimes } from './runtimes/index.ts';
import { readModel } from './store.ts';

/**
 * Loads a model from the store: its files are checked, then its names, types and shapes. Nothing is fetched.
 * A model that is already running is not touched: whoever replaces one closes the old one once this has returned.
 * @param folder the store: `modelFolder()`
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function loadModel(manifest: ModelManifest, folder: string, options: RuntimeOptions = {}): Promise<Model> {
  return openModel(manifest, await readModel(folder, manifest), options);
}

/**
 * As {@link loadModel}, from content that is at hand: what has just been trained.
 * @param files content by name
 * @throws SensoriumError with an E_MODEL_ code
 */
export function openModel(
  manifest: ModelManifest,
  files: ReadonlyMap<string, Uint8Array>,
  options: RuntimeOptions = {},
): Promise<Model> {
  return runtimeOf(manifest).load(manifest, files, options);
}

function runtimeOf({ name, files: [{ file }] }: ModelManifest) {
  const found = runtimes.find(({ endings }) => endings.some((ending) => file.endsWith(ending)));
  if (found !== undefined) return found;
  const known = runtimes.flatMap(({ endings }) => endings);
  throw new SensoriumError('E_MODEL_RUNTIME', `expected ${known.join(', ')}, got ${showValue(file)}`, {
    path: `models.${name}.files.0.file`,
  });
}
