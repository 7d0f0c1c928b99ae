import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  SensoriumError,
  showValue,
  type Picture,
  type StillSplit,
  type StillTruth,
  type StillVocabulary,
} from '../contract/index.ts';
import { openNpyRows } from '../numpy/rows.ts';
import type { Caption, Question } from '../words/index.ts';
import { contentOf, linesOf, parsed } from './json.ts';

/** Labelled stills in a folder, as `sensorium simulate --stills` writes them. Arrays are read row by row. */
export interface StillSet {
  readonly folder: string;
  readonly seed: number;
  readonly split: StillSplit;
  readonly vocabulary: StillVocabulary;
  /** One a still. */
  readonly truths: readonly StillTruth[];
  /** Of all stills, in their order. */
  readonly captions: readonly Caption[];
  /**
   * Of all stills, in their order; read when they are asked for.
   * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT
   */
  readonly questions: () => Promise<readonly Question[]>;
  readonly picture: (still: number) => Picture;
  /** Row by row, mm along the camera's axis; 0 for none. */
  readonly depth: (still: number) => Uint16Array;
  /**
   * Samples of the microphones beside one another; zeros where they say nothing.
   * @throws SensoriumError E_FILE_MISSING where the set was written without sound
   */
  readonly sound: (still: number) => Int16Array;
  readonly close: () => void;
}

const DESCRIPTION = 'dataset.json';
const TASK = 'vision-language';
/** Pixels of a picture, samples of a clip and its microphones. */
const PICTURE = [120, 160, 3];
const SOUND = [16_000, 4];

/**
 * Opens a set of stills.
 * @param folder with `dataset.json` in it, or in its `stills/`: worlds have theirs there
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function openStills(folder: string): Promise<StillSet> {
  const its = [folder, join(folder, 'stills')].find((path) => existsSync(join(path, DESCRIPTION)));
  if (its === undefined) {
    const what = `expected ${DESCRIPTION}, here or in stills/, as "sensorium simulate --stills" writes it`;
    throw new SensoriumError('E_FILE_MISSING', what, { path: folder });
  }
  const description = await descriptionIn(join(its, DESCRIPTION));
  const truths = await linesOf<StillTruth>(join(its, 'stills.jsonl'), 'things');
  const captions = await linesOf<Caption>(join(its, 'captions.jsonl'), 'text');
  if (truths.length !== description.stills) {
    const what = `expected ${description.stills} lines, got ${truths.length}`;
    throw new SensoriumError('E_FILE_DAMAGED', what, { path: join(its, 'stills.jsonl') });
  }
  const pictures = openNpyRows(join(its, 'picture.npy'), '|u1', PICTURE);
  const depths = openNpyRows(join(its, 'depth.npy'), '<u2', PICTURE.slice(0, 2));
  const sounds = existsSync(join(its, 'sound.npy')) ? openNpyRows(join(its, 'sound.npy'), '<i2', SOUND) : undefined;
  const [height, width] = PICTURE;
  return {
    folder: its,
    seed: description.seed,
    split: description.split,
    vocabulary: description.vocabulary,
    truths,
    captions,
    questions: () => linesOf<Question>(join(its, 'questions.jsonl'), 'answerable'),
    picture: (still) => ({ width, height, format: 'rgb8', rowStride: 3 * width, data: pictures.row(still) }),
    depth: (still) => depths.row(still),
    sound(still) {
      if (sounds !== undefined) return sounds.row(still);
      throw new SensoriumError('E_FILE_MISSING', 'expected sound.npy: the set has no sound', { path: its });
    },
    close() {
      for (const rows of [pictures, depths, sounds]) rows?.close();
    },
  };
}

interface Description {
  readonly seed: number;
  readonly split: StillSplit;
  readonly stills: number;
  readonly vocabulary: StillVocabulary;
}

async function descriptionIn(path: string): Promise<Description> {
  const value = parsed(await contentOf(path), path);
  const format = (what: string, got: unknown): SensoriumError =>
    new SensoriumError('E_FILE_FORMAT', `expected ${what}, got ${showValue(got)}`, { path });
  const { task, seed, split, stills, classes, colours, heldOut } = value;
  if (task !== TASK) throw format(`task ${TASK}`, task);
  if (split !== 'train' && split !== 'test') throw format('split train or test', split);
  if (typeof seed !== 'number' || typeof stills !== 'number') throw format('numbers seed and stills', [seed, stills]);
  const held = (heldOut ?? {}) as Readonly<Record<string, unknown>>;
  const kept = { classes: namesIn(held['classes']), combinations: namesIn(held['combinations']) };
  const [labels, names] = [namesIn(classes), namesIn(colours)];
  if (labels.length === 0 || names.length === 0) throw format('names of classes and colours', classes);
  return {
    seed,
    split,
    stills,
    vocabulary: {
      colours: names,
      classes: labels.map((label) => {
        const heldOutColours = names.filter((colour) => kept.combinations.includes(`${colour} ${label}`));
        const isHeldOut = kept.classes.includes(label);
        // Where they stand is not in the file, and of a class that is kept neither is whether it has a colour.
        return {
          label,
          stands: 'table',
          heldOut: isHeldOut,
          coloured: isHeldOut || heldOutColours.length > 0,
          heldOutColours,
        };
      }),
    },
  };
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
