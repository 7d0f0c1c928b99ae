import { exampleAt, unitOf, type Picture, type StillThing } from '../../contract/index.ts';
import type { Look, Senses } from '../../hub/index.ts';
import type { StillSet } from '../../stills/index.ts';
import { inView, isClear } from '../../words/index.ts';
import { percentTaught, SHOTS, taught, TAUGHT, type Seen } from './lessons.ts';
import { pairOf, sharesOf } from './similarity.ts';
import type { Task } from './task.ts';
import { isFolderOfPictures, teachPictures } from './teach-pictures.ts';
import { usingStills } from './using.ts';

/** Output of a network whose cells say what a thing is, whatever its colour. */
const THINGS = 'thing_embeds';
const CLASSES = 'classes that are never trained (the test split shows them)';

/**
 * Classes that were never trained are taught by examples: {@link taught}. A thing is known by what the model says of its cell, if it tells of
 * cells, else by its picture alone. The value is that of 5 examples. Of a folder of pictures see {@link teachPictures}.
 */
export const teach: Task = {
  description: `the class of a thing, of ${TAUGHT} that were never trained, after ${SHOTS.join(' and ')} examples`,
  baseline:
    'the same means of embeddings of the thing cut out of its picture; in a folder of pictures of 8 x 8 colours',
  measure: percentTaught,
  run: (context) => (isFolderOfPictures(context.data) ? teachPictures(context) : teachStills(context)),
};

const teachStills = usingStills(async ({ stills, model, progress }) =>
  taught(await thingsOf(stills, model, progress), stills.seed, { path: stills.folder, classes: CLASSES }),
);

/** Every thing of a class that is never trained and counts as seen. */
async function thingsOf(
  stills: StillSet,
  model: Senses,
  progress: (share: number, what: string) => void,
): Promise<Seen[]> {
  const held = stills.vocabulary.classes.filter(({ heldOut }) => heldOut).map(({ label }) => label);
  const seen: Seen[] = [];
  for (const truth of stills.truths) {
    const things = inView(truth).filter((thing) => isClear(thing) && held.includes(thing.label));
    if (things.length === 0) continue;
    progress(truth.still / stills.truths.length, `still ${truth.still}`);
    const picture = stills.picture(truth.still);
    const look = await model.look(picture);
    const seenThings = await model.things?.(look);
    for (const thing of things) {
      const cut = await model.embedPicture(cutOut(picture, thing));
      const known = cellOf(thing, picture, model, look) ?? cut;
      const example =
        thing.box && exampleAt({ embedding: look.embedding, things: seenThings }, sharesOf(thing.box, picture));
      const id = `${truth.still}-${thing.id}`;
      seen.push({ label: thing.label, id, world: pairOf(truth.still), known, plain: cut, example });
    }
  }
  return seen;
}

/** What the model says of the cell in the middle of a thing; `undefined`: its pictures have no such cells. */
function cellOf({ box }: StillThing, picture: Picture, { grid }: Senses, { cells }: Look): Float32Array | undefined {
  const width = grid?.outputs[THINGS];
  if (grid === undefined || width === undefined || box === undefined) return undefined;
  const [rows, columns] = grid.cells;
  const column = Math.min(columns - 1, Math.floor(((box[0] + box[2]) / 2 / picture.width) * columns));
  const row = Math.min(rows - 1, Math.floor(((box[1] + box[3]) / 2 / picture.height) * rows));
  const at = (row * columns + column) * width;
  return unitOf(cells[THINGS].slice(at, at + width));
}

/** A thing by itself. */
function cutOut(picture: Picture, { box = [0, 0, picture.width, picture.height] }: StillThing): Picture {
  const [left, top, right, bottom] = box;
  const { rowStride, data, format } = picture;
  const bytes = format === 'mono8' ? 1 : 3;
  const stride = (right - left) * bytes;
  const out = new Uint8Array(stride * (bottom - top));
  for (let y = top; y < bottom; y += 1) {
    const from = y * rowStride + left * bytes;
    out.set(data.subarray(from, from + stride), (y - top) * stride);
  }
  return { width: right - left, height: bottom - top, format, rowStride: stride, data: out };
}
