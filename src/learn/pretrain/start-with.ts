import { SensoriumError } from '../../contract/index.ts';
import { createRandom } from '../../random/index.ts';
import type { HeadDescription } from '../head/description.ts';
import { initialise } from '../head/initialise.ts';
import { sharedWith, type Start } from '../train/start.ts';
import { isKept } from './embed.ts';
import type { Pretrained } from './pretrain.ts';

/**
 * What a head begins with that has these encoders.
 * @param isFrozen they stay as they are: only what comes after them is learned
 * @param path where they are from, for errors
 * @throws SensoriumError E_MODEL_SHAPE where they are for other modalities; E_USAGE where the head has no part that they could be
 */
export function startWith(
  { description, scalings, parameters }: Pretrained,
  head: HeadDescription,
  isFrozen: boolean,
  path: string,
): Start {
  const told = (of: HeadDescription['modalities']): string =>
    of.map(({ name, dims, steps }) => `${name} ${steps} x ${dims}`).join(', ');
  if (JSON.stringify(description.modalities) !== JSON.stringify(head.modalities)) {
    const what = `they take ${told(description.modalities)}; the head takes ${told(head.modalities)}`;
    throw new SensoriumError('E_MODEL_SHAPE', what, { path });
  }
  const kept = new Map([...parameters].filter(([name]) => isKept(name)));
  const shared = sharedWith(initialise(head, createRandom(1)), { scalings, parameters: kept, isFrozen });
  if (shared.size === 0) {
    const { kind } = head.architecture;
    const what = `${kind} has nothing that these encoders could be: expected a late or evidential head of ${description.hidden} hidden`;
    throw new SensoriumError('E_USAGE', what, { path: '--encoders' });
  }
  return { scalings, parameters: shared, isFrozen };
}
