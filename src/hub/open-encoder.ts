import { openDualEncoder, type DualEncoder } from './dual-encoder.ts';
import { referenceOf } from './layout.ts';

/**
 * Opens a dual encoder by its name.
 * @param store folder of models
 * @param model one that comes along, `owner/name` or a path, and `:precision`
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openEncoder(store: string, model: string): Promise<DualEncoder> {
  const { folder, precision } = referenceOf(store, model);
  return openDualEncoder(folder, { precision });
}
