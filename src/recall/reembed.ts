import { existsSync, renameSync, rmSync } from 'node:fs';
import { eraseFolder } from './erase.ts';
import type { Encoder } from './encoder.ts';
import { MemoryStore } from './store.ts';

/** No picture is given up. */
const ANY_NUMBER = 2 ** 31;

/**
 * Embeds all that a memory holds anew, from the thumbnails, with another encoder. What has no thumbnail is left out. The memory stays as it is
 * until all is done.
 * @param embed gives the embedding of a thumbnail
 * @param told is told how many are done, of how many
 * @throws SensoriumError E_FILE_EXISTS where a daemon writes it
 */
export async function reembed(
  folder: string,
  encoder: Encoder,
  embed: (thumbnail: Uint8Array) => Promise<Float32Array>,
  told: (done: number, of: number) => void = () => undefined,
): Promise<number> {
  const next = `${folder}.next`;
  const last = `${folder}.last`;
  if (existsSync(next)) eraseFolder(next);
  const before = new MemoryStore(folder, { most: ANY_NUMBER, session: '' });
  let done = 0;
  try {
    const after = new MemoryStore(next, { most: ANY_NUMBER, session: '' });
    after.begin(encoder);
    for (const { facts, thumbnail } of before.records()) {
      // What was seen in it thing by thing is the other encoder's.
      const { id, at, stream, input, session, place } = facts;
      const known = { id, at, stream, input, session, ...(place && { place }) };
      if (thumbnail.length > 0) after.append({ facts: known, vector: await embed(thumbnail), thumbnail });
      told((done += 1), before.count);
    }
    done = after.count;
    after.close();
  } finally {
    before.close();
  }
  rmSync(last, { recursive: true, force: true });
  renameSync(folder, last);
  renameSync(next, folder);
  eraseFolder(last);
  return done;
}
