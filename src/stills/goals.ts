import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SensoriumError, showValue, type GoalTruth, type Picture, type StillSplit } from '../contract/index.ts';
import { openNpyRows } from '../numpy/rows.ts';
import { contentOf, linesOf, parsed } from './json.ts';

/** The truth about a goal, and the words for it. */
export interface ToldGoal extends GoalTruth {
  readonly text: string;
}

/** Goals in a folder, as `sensorium simulate --goals` writes them. Pictures are read one by one. */
export interface GoalSet {
  readonly folder: string;
  readonly seed: number;
  readonly split: StillSplit;
  readonly goals: readonly ToldGoal[];
  readonly picture: (goal: number) => Picture;
  /** Pictures of the states of a goal, in their order. */
  readonly states: (goal: number) => readonly Picture[];
  readonly close: () => void;
}

const DESCRIPTION = 'dataset.json';
const TASK = 'goals';
const SIDE = 64;
const STATES = 12;
const BYTES = SIDE * SIDE * 3;

/**
 * Opens a set of goals.
 * @param folder with `dataset.json` in it, or in its `goals/`: worlds have theirs there
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function openGoals(folder: string): Promise<GoalSet> {
  const its = [join(folder, 'goals'), folder].find((path) => existsSync(join(path, DESCRIPTION)));
  if (its === undefined) {
    const what = `expected ${DESCRIPTION}, here or in goals/, as "sensorium simulate --goals" writes it`;
    throw new SensoriumError('E_FILE_MISSING', what, { path: folder });
  }
  const path = join(its, DESCRIPTION);
  const { task, seed, split, goals: count } = parsed(await contentOf(path), path);
  const format = (what: string, got: unknown): SensoriumError =>
    new SensoriumError('E_FILE_FORMAT', `expected ${what}, got ${showValue(got)}`, { path });
  if (task !== TASK) throw format(`task ${TASK}`, task);
  if (split !== 'train' && split !== 'test') throw format('split train or test', split);
  if (typeof seed !== 'number' || typeof count !== 'number') throw format('numbers seed and goals', [seed, count]);
  const lines = join(its, 'goals.jsonl');
  const goals = await linesOf<ToldGoal>(lines, 'states');
  if (goals.length !== count) {
    throw new SensoriumError('E_FILE_DAMAGED', `expected ${count} lines, got ${goals.length}`, { path: lines });
  }
  const pictures = openNpyRows(join(its, 'picture.npy'), '|u1', [SIDE, SIDE, 3]);
  const states = openNpyRows(join(its, 'states.npy'), '|u1', [STATES, SIDE, SIDE, 3]);
  return {
    folder: its,
    seed,
    split,
    goals,
    picture: (goal) => pictureOf(pictures.row(goal)),
    states(goal) {
      const all = states.row(goal);
      return Array.from({ length: STATES }, (_, i) => pictureOf(all.subarray(i * BYTES, (i + 1) * BYTES)));
    },
    close() {
      pictures.close();
      states.close();
    },
  };
}

function pictureOf(data: Uint8Array): Picture {
  return { width: SIDE, height: SIDE, format: 'rgb8', rowStride: 3 * SIDE, data };
}
