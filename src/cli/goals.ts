import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { hashOf, SensoriumError, type GoalSource, type StillSplit } from '../contract/index.ts';
import { createNpyWriter, type NpyType } from '../numpy/write.ts';
import { createRandom } from '../random/index.ts';
import { goalPhrasings, goalSentence } from '../words/index.ts';
import { makeFolder, put } from './folder.ts';
import { createProgress } from './progress.ts';
import { createLines } from './stills/lines.ts';
import type { CliContext } from './verb.ts';

/** What goals to write. */
export interface GoalsOptions {
  readonly goals: number;
  readonly split: StillSplit;
  readonly seed?: number;
  /** Folder. */
  readonly out: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const DESCRIPTION = 'dataset.json';
const LINES = 'goals.jsonl';

/**
 * `simulate --goals`: writes them, and says how fast.
 * @throws SensoriumError as {@link writeGoals}
 */
export async function simulateGoals(options: GoalsOptions, context: CliContext): Promise<void> {
  const { out, goals, split, seed = 1 } = options;
  if (!Number.isSafeInteger(seed)) {
    throw new SensoriumError('E_USAGE', `expected a whole number, got ${seed}`, { path: '--seed' });
  }
  const started = performance.now();
  await writeGoals(options, context);
  const wallSeconds = (performance.now() - started) / 1000;
  if (options.json === true) {
    return context.out(`${JSON.stringify({ folder: out, goals, seed, split, wallSeconds })}\n`);
  }
  context.out(`${out}: ${goals} goals in ${wallSeconds.toFixed(1)} s\n`);
}

/**
 * Writes goals: pictures, truth and sentences. Bytes depend on the options alone.
 * @throws SensoriumError E_FILE_EXISTS, E_FILE_WRITE, E_USAGE
 */
export async function writeGoals(options: GoalsOptions, context: Pick<CliContext, 'drivers' | 'err'>): Promise<void> {
  const { out, goals, split, seed = 1, force } = options;
  const source = context.drivers.find((driver) => driver.goals !== undefined)?.goals?.(seed, split);
  if (source === undefined) {
    throw new SensoriumError('E_USAGE', 'no driver of this build makes goals', { path: '--goals' });
  }
  if (existsSync(join(out, DESCRIPTION)) && force !== true) {
    const path = join(out, DESCRIPTION);
    throw new SensoriumError('E_FILE_EXISTS', 'exists already; --force overwrites it', { path });
  }
  await makeFolder(out);
  await rm(join(out, DESCRIPTION), { force: true });
  const progress = createProgress(context.err);
  const arrays = arraysOf(source);
  const writers = arrays.map(({ name, type, sides }) => createNpyWriter(join(out, `${name}.npy`), type, sides));
  const lines = createLines(join(out, LINES));
  for (let index = 0; index < goals; index += 1) {
    const { picture, states, truth } = source.goal(index);
    [picture, states].forEach((row, i) => writers[i].append(row));
    const text = goalSentence(truth.things, split, createRandom(hashOf(`${seed} ${split} goal ${index} words`)));
    lines.append([{ ...truth, text }]);
    progress.show((index + 1) / goals, `${index + 1} of ${goals} goals`);
  }
  for (const its of [...writers, lines]) its.close();
  progress.clear();
  const { classes, colours, combinations } = source;
  const phrasings = [1, 2, 3].flatMap((count) => goalPhrasings(count, 'test'));
  const description = {
    name: basename(resolve(out)),
    task: 'goals',
    seed,
    split,
    goals,
    classes,
    colours,
    modalities: Object.fromEntries(
      arrays.map(({ name, type, sides }) => [name, { type, shape: sides, encoding: 'rgb8' }]),
    ),
    files: Object.fromEntries([...arrays.map(({ name }) => [name, `${name}.npy`]), ['goals', LINES]]) as object,
    heldOut: { combinations, phrasings },
  };
  await put(out, DESCRIPTION, `${JSON.stringify(description, undefined, 2)}\n`);
}

/** The arrays of a set, a row for each goal. */
function arraysOf({ width, height, states }: GoalSource) {
  const type: NpyType = '|u1';
  return [
    { name: 'picture', type, sides: [height, width, 3] },
    { name: 'states', type, sides: [states, height, width, 3] },
  ];
}
