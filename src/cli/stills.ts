import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  SensoriumError,
  unwritable,
  type StillSource,
  type StillSplit,
  type StrangeThings,
} from '../contract/index.ts';
import { joinNpy } from '../numpy/join.ts';
import { answersOf, PHRASED } from '../words/index.ts';
import { runChild, runJobs } from './children.ts';
import { makeFolder, put } from './folder.ts';
import { createProgress } from './progress.ts';
import { describeSet } from './stills/describe.ts';
import { joinLines } from './stills/lines.ts';
import { arraysOf, LINES, writePart } from './stills/part.ts';
import type { CliContext } from './verb.ts';

/** What stills to write. */
export interface StillsOptions {
  readonly stills: number;
  readonly split: StillSplit;
  readonly seed?: number;
  /** Folder. */
  readonly out: string;
  /** False: no clips of sound. */
  readonly sound: boolean;
  /** Some of the things are of no class: to learn what is not known. */
  readonly invented?: boolean;
  /** Some are of classes that no test shows: to learn what words say of looks. */
  readonly further?: boolean;
  readonly jobs?: number;
  readonly force?: boolean;
  readonly json?: boolean;
  /** Number of the first, for a job that writes but a part of a set, as a child of another. */
  readonly first?: number;
}

const DESCRIPTION = 'dataset.json';
/** A job has at least so many stills: to start one takes as long as some dozens. */
const LEAST = 50;
/** A job tells of its progress every so many. */
const TOLD = 20;

/** What came of writing stills: undefined when it was ended meanwhile. */
export interface Written {
  readonly wallSeconds: number;
  readonly perSecond: number;
}

/**
 * `simulate --stills`: writes them, or a part of them, and says how fast.
 * @throws SensoriumError as {@link writeStills}
 */
export async function simulateStills(options: StillsOptions, context: CliContext): Promise<void> {
  const { out, stills, split, sound, seed = 1, first } = options;
  if (!Number.isSafeInteger(seed)) {
    throw new SensoriumError('E_USAGE', `expected a whole number, got ${seed}`, { path: '--seed' });
  }
  const strange = strangeThings(options);
  if (strange !== undefined && split === 'test') {
    throw new SensoriumError('E_USAGE', 'only of the train split: the test split has classes that are kept', {
      path: `--${strange}`,
    });
  }
  if (first !== undefined) {
    const source = stillsOf(context, seed, split, strange);
    writePart(out, { source, seed, split, sound, from: first, to: first + stills }, (done) => {
      if (done % TOLD === 0) context.out(`${done}\n`);
    });
    return;
  }
  const written = await writeStills({ ...options, seed }, context);
  if (written === undefined) return;
  const { wallSeconds, perSecond } = written;
  if (options.json === true) {
    return context.out(`${JSON.stringify({ folder: out, stills, seed, split, wallSeconds, perSecond })}\n`);
  }
  context.out(`${out}: ${stills} stills in ${wallSeconds.toFixed(1)} s (${perSecond.toFixed(0)} a second)\n`);
}

/**
 * Writes labelled stills: arrays, truth and words. Bytes depend on the options alone, never on how many jobs there are.
 * @throws SensoriumError E_FILE_EXISTS, E_FILE_WRITE, and of the first job that fails, the others stopped
 */
export async function writeStills(options: StillsOptions, context: CliContext): Promise<Written | undefined> {
  const { out, stills, split, sound, seed = 1, jobs = availableParallelism() } = options;
  const strange = strangeThings(options);
  const source = stillsOf(context, seed, split, strange);
  const started = performance.now();
  if (existsSync(join(out, DESCRIPTION)) && options.force !== true) {
    throw new SensoriumError('E_FILE_EXISTS', 'exists already; --force overwrites it', {
      path: join(out, DESCRIPTION),
    });
  }
  await makeFolder(out);
  await rm(join(out, DESCRIPTION), { force: true });
  const progress = createProgress(context.err);
  const tell = (done: number): void => progress.show(done / stills, `${done} of ${stills} stills`);
  const parts = Math.max(1, Math.min(jobs, Math.floor(stills / LEAST)));
  if (parts === 1) writePart(out, { source, seed, split, sound, from: 0, to: stills }, tell);
  else {
    const stoppedBy = await writeParts({ ...options, seed }, source, parts, context, tell);
    if (stoppedBy !== undefined) {
      process.kill(process.pid, stoppedBy);
      return undefined;
    }
  }
  progress.clear();
  const { vocabulary, sampleRate } = source;
  const answers = answersOf(vocabulary);
  const facts = { vocabulary, sampleRate, arrays: arraysOf(source, sound), answers, phrased: PHRASED };
  const more = strange === undefined ? {} : { [strange]: true };
  await put(out, DESCRIPTION, describeSet(out, { seed, split, stills }, facts, more));
  const wallSeconds = (performance.now() - started) / 1000;
  return { wallSeconds, perSecond: stills / wallSeconds };
}

/**
 * What of the things is such as no model has to name.
 * @throws SensoriumError E_USAGE: of two kinds
 */
function strangeThings({ invented, further }: Pick<StillsOptions, StrangeThings>): StrangeThings | undefined {
  if (invented === true && further === true) {
    throw new SensoriumError('E_USAGE', 'expected either --invented or --further', { path: '--further' });
  }
  return invented === true ? 'invented' : further === true ? 'further' : undefined;
}

/**
 * The stills of the one driver that makes such.
 * @throws SensoriumError E_USAGE
 */
export function stillsOf(
  { drivers }: CliContext,
  seed: number,
  split: StillSplit,
  strange?: StrangeThings,
): StillSource {
  const source = drivers.find(({ stills }) => stills !== undefined)?.stills?.(seed, split, strange);
  if (source === undefined)
    throw new SensoriumError('E_USAGE', 'no driver of this build makes stills', { path: '--stills' });
  return source;
}

/** Has parts written by processes of their own, into folders beside one another, and joins them. */
async function writeParts(
  { out, stills, split, sound, seed = 1, ...options }: StillsOptions,
  source: StillSource,
  count: number,
  { main }: CliContext,
  tell: (done: number) => void,
): Promise<NodeJS.Signals | undefined> {
  const strange = strangeThings(options);
  const scratch = await mkdtemp(join(out, '.parts-')).catch((cause: unknown) => {
    throw unwritable(out, cause);
  });
  try {
    const starts = Array.from({ length: count + 1 }, (_, i) => Math.floor((i * stills) / count));
    const folders = starts.slice(0, count).map((start) => join(scratch, String(start)));
    const done = folders.map(() => 0);
    const stoppedBy = await runJobs(count, count, async (part, signal) => {
      await makeFolder(folders[part]);
      const first = starts[part];
      const args = ['simulate', '--json', '--stills', String(starts[part + 1] - first), '--first', String(first)];
      args.push('--seed', String(seed), '--split', split, '--out', folders[part]);
      args.push(...(sound ? [] : ['--no-sound']), ...(strange === undefined ? [] : [`--${strange}`]));
      await runChild(main, args, folders[part], signal, (line) => {
        done[part] = Number(line);
        tell(done.reduce((sum, its) => sum + its, 0));
      });
    });
    if (stoppedBy !== undefined) return stoppedBy;
    for (const [name, { type, sides }] of Object.entries(arraysOf(source, sound))) {
      const paths = folders.map((folder) => join(folder, `${name}.npy`));
      await joinNpy(paths, join(out, `${name}.npy`), type, stills, sides);
    }
    for (const name of LINES) await joinLines(folders, out, `${name}.jsonl`);
    return undefined;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
