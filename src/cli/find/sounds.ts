import { meanOf, SensoriumError } from '../../contract/index.ts';
import { openListener, type Listener } from '../../hub/index.ts';
import { modelFolder } from '../../inference/index.ts';
import { soundOfFile } from '../sound-file.ts';
import type { CliContext } from '../verb.ts';
import { rank, type Part, type Search } from './rank.ts';
import type { Wanted } from './wanted.ts';

/**
 * Ranks the sounds of a folder by what is wanted, each by what the model hears at once of it that fits best. Of an example, all of it is meant.
 * @param files names of the sounds in the folder
 */
export async function findSounds(
  wanted: Wanted,
  files: readonly string[],
  search: Search,
  context: CliContext,
): Promise<void> {
  const listener = await openListener(modelFolder(), search.model);
  try {
    const looking = {
      ...listener,
      files,
      heads: ['from (s)', 'sound'],
      embedExample: async (path: string) => meanOf((await partsOf(path, listener)).map(({ embedding }) => embedding)),
      embedParts: (path: string, tell: (share: number) => void) => partsOf(path, listener, tell),
    };
    await rank(wanted, search, looking, context);
  } finally {
    await listener.close();
  }
}

/**
 * A sound, window after window; the last one ends where the sound does, so that it is as long as the others, too.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT
 */
async function partsOf(path: string, listener: Listener, tell?: (share: number) => void): Promise<Part[]> {
  const { channels, samples, sampleRate } = listener.hears;
  const sound = await soundOfFile(path, listener.hears);
  const length = sound.length / channels;
  if (length === 0) throw new SensoriumError('E_FILE_FORMAT', 'no sound in it', { path });
  const parts: Part[] = [];
  for (let next = 0; next < length; next += samples) {
    const at = Math.max(0, Math.min(next, length - samples));
    const embedding = await listener.embedSound(sound.subarray(channels * at, channels * (at + samples)));
    parts.push({ embedding, from: Math.round((1000 * at) / sampleRate) / 1000 });
    tell?.(Math.min(1, (next + samples) / length));
  }
  return parts;
}
