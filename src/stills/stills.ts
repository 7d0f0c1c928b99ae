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
import { clipLayout } from '../clips/index.ts';
import { openNpyRows } from '../numpy/rows.ts';
import type { Caption, Question } from '../words/index.ts';
import { contentOf, linesOf, parsed } from './json.ts';

/** Labelled stills in a folder, as `sensorium simulate --stills` writes them, or clips, as `--worlds` does. Arrays are read row by row. */
export interface StillSet {
  readonly folder: string;
  /** Whether they are clips: a still is then the end of some seconds. */
  readonly isClips: boolean;
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
  /** Of a clip, the pictures before it, the oldest first; of a still, none. */
  readonly before: (still: number) => readonly Picture[];
  /** Row by row, mm along the camera's axis; 0 for none. */
  readonly depth: (still: number) => Uint16Array;
  /**
   * Samples of the microphones beside one another; zeros where they say nothing.
   * @throws SensoriumError E_FILE_MISSING where the set was written without sound
   */
  readonly sound: (still: number) => Int16Array;
  /** Of a clip, what the IMU felt: see {@link clipLayout}. */
  readonly felt: (still: number) => Float32Array | undefined;
  readonly close: () => void;
}

const DESCRIPTION = 'dataset.json';
const TASK = 'vision-language';
/** Pixels of a picture, samples of a clip and its microphones. */
const PICTURE = [120, 160, 3];
const SOUND = [16_000, 4];
const { CHANNELS, IMU_NUMBERS, IMU_STEPS, PICTURES, SAMPLE_RATE, SECONDS } = clipLayout;

/**
 * Opens a set of stills.
 * @param folder with `dataset.json` in it, or in its `stills/`: worlds have theirs there
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function openStills(folder: string): Promise<StillSet> {
  const [its] = foldersIn(folder, ['stills']);
  if (its === undefined) {
    const what = `expected ${DESCRIPTION}, here or in stills/, as "sensorium simulate --stills" writes it`;
    throw new SensoriumError('E_FILE_MISSING', what, { path: folder });
  }
  return openSet(its);
}

/**
 * Opens what there is of stills and clips.
 * @param folder with `dataset.json` in it, or in its `stills/` and `clips/`: worlds may have both
 * @throws SensoriumError E_FILE_MISSING where there is neither, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function openStillsAndClips(folder: string): Promise<readonly StillSet[]> {
  const all = foldersIn(folder, ['stills', 'clips']);
  if (all.length === 0) {
    const what = `expected ${DESCRIPTION}, here, in stills/ or in clips/, as "sensorium simulate --worlds" writes it`;
    throw new SensoriumError('E_FILE_MISSING', what, { path: folder });
  }
  const sets: StillSet[] = [];
  try {
    for (const its of all) sets.push(await openSet(its));
  } catch (error) {
    for (const set of sets) set.close();
    throw error;
  }
  return sets;
}

/** The folder itself, where it is a set; else those in it that are. */
function foldersIn(folder: string, names: readonly string[]): string[] {
  const isSet = (path: string): boolean => existsSync(join(path, DESCRIPTION));
  return isSet(folder) ? [folder] : names.map((name) => join(folder, name)).filter(isSet);
}

async function openSet(its: string): Promise<StillSet> {
  const { seed, split, stills, isClips, vocabulary } = await descriptionIn(join(its, DESCRIPTION));
  const truths = await linesOf<StillTruth>(join(its, 'stills.jsonl'), 'things');
  const captions = await linesOf<Caption>(join(its, 'captions.jsonl'), 'text');
  if (truths.length !== stills) {
    const what = `expected ${stills} lines, got ${truths.length}`;
    throw new SensoriumError('E_FILE_DAMAGED', what, { path: join(its, 'stills.jsonl') });
  }
  const samples = isClips ? [SECONDS * SAMPLE_RATE, CHANNELS] : SOUND;
  const pictures = openNpyRows(join(its, 'picture.npy'), '|u1', PICTURE);
  const depths = openNpyRows(join(its, 'depth.npy'), '<u2', PICTURE.slice(0, 2));
  const sounds = existsSync(join(its, 'sound.npy')) ? openNpyRows(join(its, 'sound.npy'), '<i2', samples) : undefined;
  const befores = isClips ? openNpyRows(join(its, 'before.npy'), '|u1', [PICTURES - 1, ...PICTURE]) : undefined;
  const imu = isClips ? openNpyRows(join(its, 'imu.npy'), '<f4', [IMU_STEPS, IMU_NUMBERS]) : undefined;
  return {
    folder: its,
    isClips,
    seed,
    split,
    vocabulary,
    truths,
    captions,
    questions: () => linesOf<Question>(join(its, 'questions.jsonl'), 'answerable'),
    picture: (still) => pictureOf(pictures.row(still)),
    before(still) {
      const all = befores?.row(still) ?? new Uint8Array();
      const bytes = PICTURE.reduce((product, side) => product * side, 1);
      return Array.from({ length: all.length / bytes }, (_, i) => pictureOf(all.subarray(i * bytes, (i + 1) * bytes)));
    },
    depth: (still) => depths.row(still),
    sound(still) {
      if (sounds !== undefined) return sounds.row(still);
      throw new SensoriumError('E_FILE_MISSING', 'expected sound.npy: the set has no sound', { path: its });
    },
    felt: (still) => imu?.row(still),
    close() {
      for (const rows of [pictures, depths, sounds, befores, imu]) rows?.close();
    },
  };
}

function pictureOf(data: Uint8Array): Picture {
  const [height, width] = PICTURE;
  return { width, height, format: 'rgb8', rowStride: 3 * width, data };
}

interface Description {
  readonly seed: number;
  readonly split: StillSplit;
  readonly stills: number;
  readonly isClips: boolean;
  readonly vocabulary: StillVocabulary;
}

async function descriptionIn(path: string): Promise<Description> {
  const value = parsed(await contentOf(path), path);
  const format = (what: string, got: unknown): SensoriumError =>
    new SensoriumError('E_FILE_FORMAT', `expected ${what}, got ${showValue(got)}`, { path });
  const { task, seed, split, stills, classes, colours, heldOut, clip } = value;
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
    isClips: clip !== undefined,
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
