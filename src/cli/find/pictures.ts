import { resolve } from 'node:path';
import { openPictureEncoder, type PictureEncoder } from '../../hub/index.ts';
import { modelFolder, picturesIn } from '../../inference/index.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';
import { lookAt, type Refused } from './look.ts';
import { embeddingOf, type Wanted } from './wanted.ts';

/** Where to look, and how much to tell. */
export interface PictureSearch {
  readonly folder: string;
  readonly model: string;
  readonly top: number;
  readonly json: boolean;
}

/** What was looked through, the best first. */
interface Found {
  readonly found: readonly { readonly file: string; readonly similarity: number }[];
  readonly refused: readonly Refused[];
}

/** Ranks the pictures of a folder by what is wanted. An example that lies in the folder is not found by itself. */
export async function findPictures(
  wanted: Wanted,
  { folder, model, top, json }: PictureSearch,
  context: CliContext,
): Promise<void> {
  const examples = 'words' in wanted ? [] : wanted.examples.map((path) => resolve(path));
  const all = await picturesIn(folder);
  const files = all.filter((file) => !examples.includes(resolve(folder, file)));
  const encoder = await openPictureEncoder(modelFolder(), model, context.models);
  try {
    const asked = await embeddingOf(wanted, encoder, model);
    const { found, refused } = await compare(encoder, asked, folder, files, context);
    const best = found.slice(0, top);
    if (json) {
      const { family, sha256 } = encoder;
      context.out(`${JSON.stringify({ ...wanted, model, family, sha256, found: best, refused })}\n`);
      return;
    }
    for (const { error } of refused) context.err(`${error}\n`);
    const rows = best.map(({ file, similarity }) => [similarity.toFixed(3), file]);
    context.out(`${tableOf(['similarity', 'picture'], rows).join('\n')}\n`);
  } finally {
    await encoder.close();
  }
}

async function compare(
  encoder: PictureEncoder,
  asked: Float32Array,
  folder: string,
  files: readonly string[],
  { err }: CliContext,
): Promise<Found> {
  const found: { file: string; similarity: number }[] = [];
  const refused = await lookAt(folder, files, err, async (picture, file) => {
    const seen = await encoder.embedPicture(picture);
    found.push({ file, similarity: asked.reduce((sum, value, n) => sum + value * seen[n], 0) });
  });
  return { found: found.sort((a, b) => b.similarity - a.similarity), refused };
}
