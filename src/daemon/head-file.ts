import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { modelFolder, packagedModels } from '../inference/index.ts';

const FILE = 'head.onnx';

/**
 * Where a head's file is. A plain name is a folder in SENSORIUM_MODELS, else one of those that come with Sensorium; anything else is a
 * path: of a folder that `sensorium train` wrote, or of the file.
 */
export function headFile(model: string): string {
  if (!/[/\\.]/.test(model)) {
    const own = join(modelFolder(), model, FILE);
    return existsSync(own) ? own : join(packagedModels(), model, FILE);
  }
  return statSync(model, { throwIfNoEntry: false })?.isDirectory() === true ? join(model, FILE) : model;
}
