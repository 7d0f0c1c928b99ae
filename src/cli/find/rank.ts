import { resolve } from 'node:path';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';
import { eachOf } from './each.ts';
import { embeddingOf, type Space, type Wanted } from './wanted.ts';

/** Where to look, and how much to tell. */
export interface Search {
  readonly folder: string;
  readonly model: string;
  readonly top: number;
  readonly json: boolean;
}

/** A part of a file. */
export interface Part {
  /** Of length 1. */
  readonly embedding: Float32Array;
  /** s from the file's beginning; unset: it is the file as a whole. */
  readonly from?: number;
}

/** Files of one sense, and what puts them into a space. */
export interface Looking extends Space {
  readonly family: string;
  readonly sha256: string;
  /** Names, within the folder. */
  readonly files: readonly string[];
  /** Heads of a table, of what it says beside similarity: where a part begins, if files have parts, and the file. */
  readonly heads: readonly string[];
  /**
   * The parts of a file, at least one.
   * @param tell of the share of it that is done
   */
  readonly embedParts: (path: string, tell: (share: number) => void) => Promise<readonly Part[]>;
}

/** A file, by the part of it that fits best. */
interface Found {
  readonly file: string;
  readonly similarity: number;
  readonly from?: number;
}

/** Ranks the files of a folder by what is wanted. An example that lies in the folder is not found by itself. */
export async function rank(
  wanted: Wanted,
  { folder, model, top, json }: Search,
  looking: Looking,
  { out, err }: CliContext,
): Promise<void> {
  const examples = 'words' in wanted ? [] : wanted.examples.map((path) => resolve(path));
  const files = looking.files.filter((file) => !examples.includes(resolve(folder, file)));
  const asked = await embeddingOf(wanted, looking, model);
  const all: Found[] = [];
  const refused = await eachOf(folder, files, err, async (path, file, tell) => {
    const parts = (await looking.embedParts(path, tell)).map(({ embedding, ...where }) => ({
      file,
      similarity: asked.reduce((sum, value, n) => sum + value * embedding[n], 0),
      ...where,
    }));
    all.push(parts.reduce((best, part) => (part.similarity > best.similarity ? part : best)));
  });
  const found = all.sort((a, b) => b.similarity - a.similarity).slice(0, top);
  if (json) {
    const { family, sha256 } = looking;
    return out(`${JSON.stringify({ ...wanted, model, family, sha256, found, refused })}\n`);
  }
  for (const { error } of refused) err(`${error}\n`);
  const rows = found.map(({ file, similarity, from }) => [
    similarity.toFixed(3),
    ...(from === undefined ? [] : [from.toFixed(1)]),
    file,
  ]);
  out(`${tableOf(['similarity', ...looking.heads], rows).join('\n')}\n`);
}
