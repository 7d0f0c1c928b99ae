import { packEmbedding, type RecallAnswer } from '../../contract/index.ts';
import { openPictureEncoder } from '../../hub/index.ts';
import { modelFolder } from '../../inference/index.ts';
import { MemoryStore } from '../../recall/index.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';
import { spaceOf } from './pictures.ts';
import { embeddingOf, type Wanted } from './wanted.ts';

/** Where to look, and how much to tell. */
export interface MemorySearch {
  readonly memory: string;
  readonly model: string;
  readonly top: number;
  /** s before now. */
  readonly since: number | undefined;
  readonly near: readonly number[] | undefined;
  readonly json: boolean;
}

/** Looks through a memory in a folder, whether a daemon writes it or not. Nothing is changed. */
export async function findRemembered(wanted: Wanted, search: MemorySearch, { out, models }: CliContext): Promise<void> {
  const encoder = await openPictureEncoder(modelFolder(), search.model, models);
  try {
    const store = new MemoryStore(search.memory, { most: 4_000_000, session: '', isReadOnly: true });
    const embedding = packEmbedding(await embeddingOf(wanted, spaceOf(encoder), search.model));
    const { since, near, top: count } = search;
    const answer = store.recall({
      embedding,
      encoder: encoder.sha256,
      count,
      ...(since === undefined ? {} : { since: (Date.now() - since * 1000) * 1000 }),
      ...(near === undefined
        ? {}
        : { near: { frame: 'map', point: near.slice(0, -1), radius: near[near.length - 1] } }),
    });
    if (search.json) return out(`${JSON.stringify({ ...wanted, ...answer })}\n`);
    out(`${inTable(answer).join('\n')}\n`);
  } finally {
    await encoder.close();
  }
}

function inTable({ found }: RecallAnswer): string[] {
  const rows = found.map(({ similarity, id, at, stream, place }) => [
    similarity.toFixed(3),
    String(id),
    new Date(at / 1000).toISOString(),
    stream,
    place?.frame === 'map' ? place.position.map((m) => m.toFixed(1)).join(', ') : '',
  ]);
  return tableOf(['similarity', 'id', 'when', 'stream', 'where (m)'], rows);
}
