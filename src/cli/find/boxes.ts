import { join, resolve } from 'node:path';
import { SensoriumError, type Detection } from '../../contract/index.ts';
import { budgetAlone, openWordDetector, referenceOf } from '../../hub/index.ts';
import { contentOf, decodePicture, modelFolder, picturesIn } from '../../inference/index.ts';
import { makeFolder } from '../folder.ts';
import { writeBoxes } from '../models/picture.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';
import { eachOf } from './each.ts';

/** Where to look, and how much to tell. */
export interface BoxSearch {
  readonly folder: string;
  readonly model: string;
  readonly top: number;
  /** Least score, 0..1. */
  readonly least: number;
  /** Folder for the pictures with boxes; unset: none. */
  readonly out: string | undefined;
  readonly json: boolean;
}

/**
 * Finds things in the pictures of a folder, the best first.
 * @param words what to look for, commas between one thing and the next
 */
export async function findBoxes(
  words: string,
  { folder, model, top, least, out, json }: BoxSearch,
  context: CliContext,
): Promise<void> {
  const things = words
    .split(',')
    .map((thing) => thing.trim())
    .filter((thing) => thing !== '');
  if (out !== undefined && resolve(out) === resolve(folder)) {
    throw new SensoriumError('E_USAGE', 'expected another folder than --in: its pictures have the same names', {
      path: '--out',
    });
  }
  const files = await picturesIn(folder);
  const reference = referenceOf(modelFolder(), model);
  const detector = await openWordDetector(reference.folder, { precision: reference.precision, budget: budgetAlone() });
  try {
    if (out !== undefined) await makeFolder(out);
    const all: ({ readonly file: string } & Detection)[] = [];
    const refused = await eachOf(folder, files, context.err, async (path, file) => {
      const picture = await decodePicture(await contentOf(path), true);
      const detections = await detector.find(picture, things, { least });
      all.push(...detections.map((detection) => ({ file, ...detection })));
      if (out !== undefined && detections.length > 0) await writeBoxes(picture, detections, join(out, file));
    });
    const found = all.sort((a, b) => b.score - a.score).slice(0, top);
    if (json) {
      const { sha256 } = detector;
      context.out(`${JSON.stringify({ words, things, model, family: 'owlv2', sha256, found, refused })}\n`);
      return;
    }
    for (const { error } of refused) context.err(`${error}\n`);
    const rows = found.map(({ score, label, box, file }) => [
      score.toFixed(3),
      label,
      box.map((side) => side.toFixed(0)).join(', '),
      file,
    ]);
    context.out(`${tableOf(['score', 'what', 'box', 'picture'], rows).join('\n')}\n`);
  } finally {
    await detector.close();
  }
}
