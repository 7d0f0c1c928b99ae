import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { clipLayout, vocabularyOf, type CutClip } from '../clips/index.ts';
import { hashOf, type StillSplit, type StillTruth, type StillVocabulary } from '../contract/index.ts';
import { joinNpy } from '../numpy/join.ts';
import { createNpyWriter } from '../numpy/write.ts';
import { createRandom } from '../random/index.ts';
import { captionsOf, CLIP_PHRASED, clipAnswersOf, clipQuestionsOf, isClear } from '../words/index.ts';
import { makeFolder, put } from './folder.ts';
import { describeSet } from './stills/describe.ts';
import { createLines } from './stills/lines.ts';
import type { StillArray } from './stills/part.ts';

const { CHANNELS, HEIGHT, IMU_NUMBERS, IMU_STEPS, PICTURES, SAMPLE_RATE, SECONDS, WIDTH } = clipLayout;

/** The arrays of a set of clips: those of stills, and what came before the last picture. */
const ARRAYS = {
  picture: { type: '|u1', sides: [HEIGHT, WIDTH, 3] },
  before: { type: '|u1', sides: [PICTURES - 1, HEIGHT, WIDTH, 3], about: { encoding: 'rgb8', of: 'picture' } },
  depth: { type: '<u2', sides: [HEIGHT, WIDTH] },
  sound: { type: '<i2', sides: [SECONDS * SAMPLE_RATE, CHANNELS] },
  imu: {
    type: '<f4',
    sides: [IMU_STEPS, IMU_NUMBERS],
    about: { numbers: 'means of angular velocity (rad/s) and specific force (m/s^2), then their deviations' },
  },
} as const satisfies Readonly<Record<string, StillArray>>;
const NAMES = Object.keys(ARRAYS) as (keyof typeof ARRAYS)[];
const TRUTHS = 'stills.jsonl';

/** Takes the clips of one recording. */
export interface ClipWriter {
  readonly append: (clips: readonly CutClip[]) => void;
  readonly close: () => void;
}

/**
 * Writes the clips of a recording into a folder, which exists: arrays, and the truth line by line.
 * @throws SensoriumError E_FILE_WRITE, also from the calls
 */
export function createClipWriter(folder: string): ClipWriter {
  const writers = NAMES.map((name) => {
    const { type, sides } = ARRAYS[name];
    return { name, writer: createNpyWriter(join(folder, `${name}.npy`), type, sides) };
  });
  const lines = createLines(join(folder, TRUTHS));
  return {
    append(clips) {
      for (const clip of clips) {
        for (const { name, writer } of writers) writer.append(clip[name]);
        lines.append([clip.truth]);
      }
    },
    close() {
      for (const { writer } of writers) writer.close();
      lines.close();
    },
  };
}

/** What all clips of a set have in common. */
export interface ClipSet {
  readonly seed: number;
  readonly split: StillSplit;
  /** Classes of the simulation, with what is kept of them. */
  readonly vocabulary: StillVocabulary;
}

/**
 * Joins the clips of recordings into one set, and writes captions and questions: these are chosen from what could be asked of all.
 * @param folders those of {@link createClipWriter}, in the order of the recordings
 * @returns how many there are; without any, no set is written
 * @throws SensoriumError E_FILE_WRITE
 */
export async function joinClips(folders: readonly string[], out: string, set: ClipSet): Promise<number> {
  await rm(out, { recursive: true, force: true });
  const truths = (await Promise.all(folders.map(truthsIn))).flat().map((truth, still) => ({ ...truth, still }));
  if (truths.length === 0) return 0;
  await makeFolder(out);
  for (const name of NAMES) {
    const { type, sides } = ARRAYS[name];
    const paths = folders.map((folder) => join(folder, `${name}.npy`));
    await joinNpy(paths, join(out, `${name}.npy`), type, truths.length, sides);
  }
  const { captions, questions, vocabulary } = wordsAbout(truths, set);
  for (const [file, entries] of Object.entries({ stills: truths, captions, questions })) {
    const lines = createLines(join(out, `${file}.jsonl`));
    lines.append(entries);
    lines.close();
  }
  const { seed, split } = set;
  const answers = clipAnswersOf(vocabulary);
  const facts = { vocabulary, sampleRate: SAMPLE_RATE, arrays: ARRAYS, answers, phrased: CLIP_PHRASED };
  const clip = { seconds: SECONDS, pictures: PICTURES };
  await put(out, 'dataset.json', describeSet(out, { seed, split, stills: truths.length }, facts, { clip }));
  return truths.length;
}

/** What is said of clips and asked about them. */
export function wordsAbout(truths: readonly StillTruth[], { seed, split, vocabulary: known }: ClipSet) {
  const vocabulary = vocabularyOf(truths, known, isClear);
  const random = createRandom(hashOf(`${seed} ${split} questions of clips`));
  return {
    vocabulary,
    questions: clipQuestionsOf(truths, vocabulary, random),
    captions: truths.flatMap((truth) =>
      captionsOf(truth, vocabulary, createRandom(hashOf(`${seed} ${split} captions of clip ${truth.still}`))),
    ),
  };
}

async function truthsIn(folder: string): Promise<StillTruth[]> {
  const text = await readFile(join(folder, TRUTHS), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StillTruth);
}
