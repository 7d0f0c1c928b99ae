import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unitOf, type Picture } from '../../contract/index.ts';
import { pictureOf, picturesIn } from '../../inference/index.ts';
import { ImageToTensor } from '../../perception/index.ts';
import { createRandom } from '../../random/index.ts';
import { taught, type Seen } from './lessons.ts';
import type { TaskContext, TaskRun } from './task.ts';
import { OWN_MODEL } from './using.ts';
import { viewOf } from './views.ts';

/** Views of a picture that is a class by itself. */
const VIEWS = 16;
const SEED = 1;
/** Pixels of the baseline's picture, each way. */
const COARSE = 8;

/** Whether it is no set of stills but a folder with pictures, or with a folder of pictures for each class. */
export function isFolderOfPictures(data: string): boolean {
  const isSet = [data, join(data, 'stills')].some((folder) => existsSync(join(folder, 'dataset.json')));
  return existsSync(data) && !isSet;
}

/**
 * Classes of a folder of pictures, taught by examples: a folder in it is a class, and each picture there an example. Where there are pictures
 * alone, each is a class by itself, and its examples are views of it: parts, mirrored, in another light, with something in front of them.
 */
export async function teachPictures({ data, model = OWN_MODEL, beside, progress }: TaskContext): Promise<TaskRun> {
  const folders = await foldersIn(data);
  const files = folders.length === 0 ? [data] : folders;
  const pictures = (
    await Promise.all(files.map(async (folder) => (await picturesIn(folder)).map((file) => ({ folder, file }))))
  ).flat();
  const encoder = await beside.encoder(model);
  const coarse = new ImageToTensor({
    width: COARSE,
    height: COARSE,
    fit: 'stretch',
    channels: 'rgb',
    layout: 'planar',
    type: 'float32',
    mean: [128, 128, 128],
    filter: 'area',
  });
  const seen: Seen[] = [];
  const random = createRandom(SEED);
  try {
    for (const [i, { folder, file }] of pictures.entries()) {
      progress(i / pictures.length, file);
      const picture = await pictureOf(join(folder, file));
      const shown: readonly Picture[] =
        folders.length > 0 ? [picture] : Array.from({ length: VIEWS }, () => viewOf(picture, random));
      for (const [n, view] of shown.entries()) {
        seen.push({
          label: folders.length > 0 ? folder : file,
          id: folders.length > 0 ? file : `${file}-${n}`,
          world: join(folder, file),
          known: await encoder.embedPicture(view),
          plain: unitOf(coarse.tensorOf(view).tensor.data as Float32Array),
        });
      }
    }
  } finally {
    await encoder.close();
  }
  return taught(seen, SEED, { path: data, classes: 'classes' });
}

/** Folders in a folder, by name. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .sort();
}
