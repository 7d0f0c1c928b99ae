import { ERROR_CODES, SensoriumError, type EffectOutcome, type ErrorCode, type HeadShape } from '../contract/index.ts';
import { isOpened, type HeadConfig } from '../fusion/index.ts';
import type { ModelRunner } from './models.ts';

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
  for (const [name, { model, deadlineMs }] of Object.entries(heads)) {
    if (model === undefined) continue;
    const asked = { id: `open/${name}`, model, at, task: 'open', shape: shapes[name] } as const;
    const outcome = await new Promise<EffectOutcome>((resolve) => runner.run(asked, resolve));
    const path = `fusion.heads.${name}.model`;
    if (outcome.status === 'failed') {
      const late = `not within ${deadlineMs} ms; fusion.heads.${name}.deadlineMs allows more`;
      const why = outcome.reason === 'deadline' ? late : outcome.reason;
      throw new SensoriumError('E_MODEL_RUNTIME', `${model} could not be opened: ${why}`, { path });
    }
    const { output } = outcome;
    if (!isOpened(output) || !('refused' in output)) continue;
    const [, what, code = ''] = /^(.*) \((E_\w+)\)$/s.exec(output.refused) ?? [undefined, output.refused];
    const known: ErrorCode = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'E_MODEL_RUNTIME';
    throw new SensoriumError(known, what, { path });
  }
}
