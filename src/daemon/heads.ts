import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ERROR_CODES, SensoriumError, type EffectOutcome, type ErrorCode, type HeadShape } from '../contract/index.ts';
import { isOpened, type HeadConfig } from '../fusion/index.ts';
import { modelFolder } from '../inference/index.ts';
import type { ModelRunner } from './models.ts';

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

/** `models/` of the package that this is a part of, compiled or not. */
function packagedModels(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return join(folder, 'models');
}

/**
 * Lets the worker look at the configured heads before anything is asked of them.
 * @param shapes of their windows, by name
 * @throws SensoriumError E_MODEL_* of the first that is refused
 */
export async function checkHeads(
  runner: Pick<ModelRunner, 'run'>,
  heads: Readonly<Record<string, HeadConfig>>,
  shapes: Readonly<Record<string, HeadShape>>,
  at: Parameters<ModelRunner['run']>[0]['at'],
): Promise<void> {
  for (const [name, { model }] of Object.entries(heads)) {
    if (model === undefined) continue;
    const asked = { id: `open/${name}`, model, at, task: 'open', shape: shapes[name] } as const;
    const outcome = await new Promise<EffectOutcome>((resolve) => runner.run(asked, resolve));
    const path = `fusion.heads.${name}.model`;
    if (outcome.status === 'failed') {
      throw new SensoriumError('E_MODEL_RUNTIME', `${model} could not be opened: ${outcome.reason}`, { path });
    }
    const { output } = outcome;
    if (!isOpened(output) || !('refused' in output)) continue;
    const [, what, code = ''] = /^(.*) \((E_\w+)\)$/s.exec(output.refused) ?? [undefined, output.refused];
    const known: ErrorCode = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'E_MODEL_RUNTIME';
    throw new SensoriumError(known, what, { path });
  }
}
