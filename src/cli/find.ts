import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';
import { openDualEncoder, referenceOf, type DualEncoder } from '../hub/index.ts';
import { decodePicture, modelFolder } from '../inference/index.ts';
import { whole } from './arguments.ts';
import { OWN_MODEL } from '../evaluate/vision-language/index.ts';
import { createProgress } from './progress.ts';
import { tableOf } from './table.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
The model is a dual encoder (CLIP, SigLIP): owner/name of a hub that "sensorium models pull" has brought, or a folder that begins with /
or . and, behind a colon, its precision (q8 unless said otherwise). The one that comes along, "simulated", needs no download
and knows the simulated world, and no other. Similarity is the cosine of the embeddings: it ranks
pictures, and says nothing of how sure the model is.

Examples:
  sensorium find "a red mug and two books" --in pictures-of-the-simulator
  sensorium models pull Xenova/clip-vit-base-patch32
  sensorium find "a red mug" --in pictures --model Xenova/clip-vit-base-patch32
  sensorium find "a dog" --in pictures --model ./my-clip:fp32 --top 3 --json`;

const PICTURE = /\.(jpe?g|png|webp)$/i;

interface Options {
  readonly in: string;
  readonly model: string;
  readonly top: number;
  readonly json?: boolean;
}

/** What was looked through, the best first. */
interface Found {
  readonly found: readonly { readonly file: string; readonly similarity: number }[];
  /** Pictures that cannot be read. */
  readonly refused: readonly { readonly file: string; readonly error: string }[];
}

/** `sensorium find`: which pictures show what the words say. */
export const find: Verb = (program, context) => {
  program
    .command('find')
    .description('rank the pictures of a folder by what words say')
    .argument('<words>')
    .requiredOption('--in <folder>', 'folder of pictures (JPEG, PNG, WebP)')
    .option('--model <model>', 'dual encoder: its name or a path, and :precision', OWN_MODEL)
    .option('--top <count>', 'how many to tell', whole, 10)
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((words: string, options: Options) => rank(words, options, context));
};

async function rank(words: string, { in: folder, model, top, json }: Options, context: CliContext): Promise<void> {
  const files = await picturesIn(folder);
  const reference = referenceOf(modelFolder(), model);
  const encoder = await openDualEncoder(reference.folder, { precision: reference.precision });
  try {
    const { found, refused } = await compare(encoder, words, folder, files, context);
    const best = found.slice(0, top);
    if (json === true) {
      const { family, sha256 } = encoder;
      context.out(`${JSON.stringify({ words, model, family, sha256, found: best, refused })}\n`);
      return;
    }
    for (const { error } of refused) context.err(`${error}\n`);
    const rows = best.map(({ file, similarity }) => [similarity.toFixed(3), file]);
    context.out(`${tableOf(['similarity', 'picture'], rows).join('\n')}\n`);
  } finally {
    await encoder.close();
  }
}

async function picturesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'no folder that can be read', { path: folder, cause: error });
  });
  const pictures = names.filter((name) => PICTURE.test(name)).sort();
  if (pictures.length > 0) return pictures;
  throw new SensoriumError('E_FILE_MISSING', 'expected pictures (.jpg, .png, .webp), got none', { path: folder });
}

async function compare(
  encoder: DualEncoder,
  words: string,
  folder: string,
  files: readonly string[],
  { err }: CliContext,
): Promise<Found> {
  const progress = createProgress(err);
  const asked = await encoder.embedWords(words);
  const found: { file: string; similarity: number }[] = [];
  const refused: { file: string; error: string }[] = [];
  for (const [i, file] of files.entries()) {
    progress.show(i / files.length, file);
    try {
      const seen = await encoder.embedPicture(await decodePicture(await contentOf(join(folder, file)), true));
      found.push({ file, similarity: asked.reduce((sum, value, n) => sum + value * seen[n], 0) });
    } catch (error) {
      if (!(error instanceof SensoriumError) || !['E_MODEL_INPUT', 'E_FILE_MISSING'].includes(error.code)) throw error;
      refused.push({ file, error: `${join(folder, file)}: ${error.what} (${error.code})` });
    }
  }
  progress.clear();
  return { found: found.sort((a, b) => b.similarity - a.similarity), refused };
}

async function contentOf(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'cannot be read', { path, cause: error });
  });
}
