import { existsSync, renameSync, rmSync } from 'node:fs';
import { packThing, SensoriumError, type SeenThing } from '../contract/index.ts';
import { eraseFolder } from './erase.ts';
import type { Encoder } from './encoder.ts';
import { taughtAnew, type Looked } from './reembed-taught.ts';
import { MemoryStore } from './store.ts';
import { TaughtStore } from './taught.ts';

/** No picture is given up. */
const ANY_NUMBER = 2 ** 31;

/** How a memory is embedded anew. */
export interface ReembedOptions {
  /** What the encoder sees in a thumbnail. */
  readonly look: (thumbnail: Uint8Array) => Promise<Looked>;
  /** Whether what was taught may be lost where its picture is not remembered. */
  readonly isForgetting?: boolean;
  /** Is told how many pictures are done, of how many. */
  readonly told?: (done: number, of: number) => void;
}

/** What came of it. */
export interface Reembedded {
  /** Pictures. */
  readonly embedded: number;
  /** Examples of what was taught that are kept, and those that are lost, by name. */
  readonly taught: Readonly<Record<string, number>>;
  readonly lost: Readonly<Record<string, number>>;
}

/**
 * Embeds all that a memory holds anew, from the thumbnails, with another encoder: pictures, what they show thing by thing, and what was taught of them.
 * Pictures without a thumbnail are left out; things have no places of their own any more. The memory stays as it is until all is done.
 * @throws SensoriumError E_FILE_EXISTS where a daemon writes it, E_CONFIG_CONFLICT where examples would be lost
 */
export async function reembed(
  folder: string,
  encoder: Encoder,
  { look, isForgetting = false, told = () => undefined }: ReembedOptions,
): Promise<Reembedded> {
  const next = `${folder}.next`;
  const last = `${folder}.last`;
  if (existsSync(next)) eraseFolder(next);
  const before = new MemoryStore(folder, { most: ANY_NUMBER, session: '' });
  let done = 0;
  let result: Reembedded;
  try {
    // First: whether it is to be done at all.
    const { examples, ...taught } = await taughtAnew(new TaughtStore(folder).examples, before.records(), encoder, look);
    if (!isForgetting && Object.keys(taught.lost).length > 0) throw wouldBeLost(folder, taught);
    const after = new MemoryStore(next, { most: ANY_NUMBER, session: '' });
    after.begin(encoder);
    for (const { facts, thumbnail } of before.records()) {
      // What was seen in it thing by thing is the other encoder's.
      const { id, at, stream, input, session, place } = facts;
      const known = { id, at, stream, input, session, ...(place && { place }) };
      if (thumbnail.length > 0) {
        const { embedding: vector, things } = await look(thumbnail);
        after.append({ facts: { ...known, ...(things && { things: packed(things) }) }, vector, thumbnail });
      }
      told((done += 1), before.count);
    }
    result = { embedded: after.count, ...taught };
    after.close();
    if (examples.length > 0) new TaughtStore(next).add(examples);
  } finally {
    before.close();
  }
  rmSync(last, { recursive: true, force: true });
  renameSync(folder, last);
  renameSync(next, folder);
  eraseFolder(last);
  return result;
}

function packed(things: readonly SeenThing[]) {
  return things.map(packThing);
}

function wouldBeLost(folder: string, { taught, lost }: Pick<Reembedded, 'taught' | 'lost'>): SensoriumError {
  const names = Object.entries(lost).map(([name, count]) => `${name} (${count} of ${count + (taught[name] ?? 0)})`);
  const what = `of what was taught, examples whose pictures are not remembered, or do not show it to this encoder, would be lost: ${names.join(', ')}`;
  return new SensoriumError('E_CONFIG_CONFLICT', `${what}; expected --forget-taught, and to teach them again then`, {
    path: folder,
  });
}
