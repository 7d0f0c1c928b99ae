import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type Section } from '../config/index.ts';
import { SensoriumError, unwritable } from '../contract/index.ts';
import { runChild, runJobs } from './children.ts';
import { joinClips } from './clips.ts';
import { makeFolder, put } from './folder.ts';
import { writeGoals } from './goals.ts';
import { createProgress } from './progress.ts';
import { stillsOf, writeStills } from './stills.ts';
import type { CliContext } from './verb.ts';

/** Worlds to learn from, and worlds to be judged by. */
export const SPLITS = ['train', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** What worlds to record. */
export interface WorldsOptions {
  readonly worlds: number;
  readonly split: Split;
  readonly seed?: number;
  /** s. */
  readonly duration: number;
  /** Folder. */
  readonly out: string;
  /** Whether clips are cut, and from the end of one to that of the next, s. */
  readonly clips: boolean;
  readonly clipsEvery: number;
  /** Labelled moments of other rooms for each world. */
  readonly stillsPerWorld: number;
  /** Arrangements on tables for each world. */
  readonly goalsPerWorld: number;
  readonly jobs?: number;
  readonly force?: boolean;
  readonly config?: string;
  readonly set?: Section;
  readonly json?: boolean;
}

/** One world, as the list of a folder's worlds says it. */
export interface WorldEntry {
  readonly file: string;
  readonly seed: number;
  readonly settings: Section;
}

/** What a child says of its recording. */
interface Recorded {
  readonly digest: string;
  readonly inputs: number;
}

/** Share of worlds under the sky. */
const OUTDOORS = 0.125;
/** Streams whose errors differ from world to world, and the least and the largest factor. */
const NOISY = ['imu', 'mag', 'wheels', 'scan', 'camera', 'depth', 'lidar3d', 'microphones', 'gnss'];
const LEAST = 0.5;
const LARGEST = 2;

/** Number in 0..1 that follows from words: the same everywhere. */
function share(...words: readonly (string | number)[]): number {
  return createHash('sha256').update(words.join(' ')).digest().readUInt32LE(0) / 2 ** 32;
}

/** What of the options decides which worlds there are. */
type Wanted = Pick<WorldsOptions, 'worlds' | 'split' | 'seed'>;

/** The worlds of a seed: what each is told beyond the configuration. World 3 is the same however many there are. */
export function planWorlds(source: string, { worlds, split, seed = 1 }: Wanted): WorldEntry[] {
  return Array.from({ length: worlds }, (_, i) => {
    const its = Math.floor(share('world', seed, split, i) * (2 ** 31 - 1));
    const path = `sources.${source}`;
    const noise = NOISY.map((stream) => {
      const factor = LEAST * (LARGEST / LEAST) ** share('noise', its, stream);
      return [`${path}.streams.${stream}.noise`, Math.round(factor * 1000) / 1000] as const;
    });
    return {
      file: `world-${String(i).padStart(4, '0')}.mcap`,
      seed: its,
      settings: {
        [`${path}.seed`]: its,
        [`${path}.senses`]: 'all',
        [`${path}.world.split`]: split,
        [`${path}.world.varied`]: true,
        [`${path}.world.outdoors`]: share('outdoors', its) < OUTDOORS,
        ...Object.fromEntries(noise),
      },
    };
  });
}

/**
 * Records worlds, each in a process of its own, several at a time, and lists them in `worlds.json`; then joins the clips of all
 * in `clips/`, and writes `stills/` and `goals/`. Bytes depend on the options alone, never on how many run at once.
 * @throws SensoriumError of the first world that fails, the others stopped; E_FILE_EXISTS, E_CONFIG_*
 */
export async function simulateWorlds(options: WorldsOptions, context: CliContext): Promise<void> {
  const { out, duration, split, seed = 1 } = options;
  const started = performance.now();
  const plan = planWorlds(sourceOf(options, context), options);
  const there = plan.find(({ file }) => existsSync(join(out, file)));
  if (there !== undefined && options.force !== true) {
    throw new SensoriumError('E_FILE_EXISTS', 'exists already; --force overwrites it', { path: join(out, there.file) });
  }
  await makeFolder(out);
  const recorded = await recordWorlds(plan, options, context);
  if (typeof recorded === 'string') return void process.kill(process.pid, recorded);
  const { results, clips } = recorded;
  const worlds = plan.map((entry, i) => ({ ...entry, digest: results[i].digest, inputs: results[i].inputs }));
  const list = { seed, split, durationSeconds: duration, worlds };
  await put(out, 'worlds.json', `${JSON.stringify(list, undefined, 2)}\n`);
  const wallSeconds = (performance.now() - started) / 1000;
  const stills = options.stillsPerWorld * worlds.length;
  if (stills > 0) {
    const its = Math.floor(share('stills', seed, split) * (2 ** 31 - 1));
    const { jobs, force } = options;
    const written = await writeStills(
      { stills, split, seed: its, out: join(out, 'stills'), sound: true, jobs, force },
      context,
    );
    if (written === undefined) return;
  }
  const goals = options.goalsPerWorld * worlds.length;
  if (goals > 0) {
    const its = Math.floor(share('goals', seed, split) * (2 ** 31 - 1));
    await writeGoals({ goals, split, seed: its, out: join(out, 'goals'), force: options.force }, context);
  }
  const simulatedSeconds = duration * worlds.length;
  const timesRealTime = simulatedSeconds / wallSeconds;
  if (options.json === true) {
    const counts = { clips, stills, goals };
    return context.out(
      `${JSON.stringify({ folder: out, ...list, simulatedSeconds, wallSeconds, timesRealTime, ...counts })}\n`,
    );
  }
  context.out(
    `${out}: ${worlds.length} worlds of ${duration} s, ${simulatedSeconds} s simulated in ${wallSeconds.toFixed(1)} s ` +
      `(${timesRealTime.toFixed(1)} x real time); ${clips} clips of them, ${stills} stills of other rooms, ${goals} goals\n`,
  );
}

/** Records all worlds, and joins their clips; or gives the signal by which this process was to end meanwhile. */
async function recordWorlds(
  plan: readonly WorldEntry[],
  options: WorldsOptions,
  context: CliContext,
): Promise<{ readonly results: readonly Recorded[]; readonly clips: number } | NodeJS.Signals> {
  const { out, split, seed = 1, jobs = availableParallelism() } = options;
  const results: Recorded[] = [];
  const progress = createProgress(context.err);
  const scratch = await mkdtemp(join(out, '.clips-')).catch((cause: unknown) => {
    throw unwritable(out, cause);
  });
  const folders = plan.map((_, i) => join(scratch, String(i)));
  let done = 0;
  try {
    const stoppedBy = await runJobs(plan.length, jobs, async (index, signal) => {
      await rm(join(out, plan[index].file), { force: true });
      await makeFolder(folders[index]);
      results[index] = await recordWorld(plan[index], folders[index], options, context, signal);
      done += 1;
      progress.show(done / plan.length, `${done} of ${plan.length} worlds`);
    });
    if (stoppedBy !== undefined) return stoppedBy;
    progress.clear();
    const { vocabulary } = stillsOf(context, seed, split);
    const clips = options.clips ? await joinClips(folders, join(out, 'clips'), { seed, split, vocabulary }) : 0;
    return { results, clips };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The one source that can be simulated. */
function sourceOf({ config: file, set }: WorldsOptions, { drivers, embedded }: CliContext): string {
  const { sources } = loadConfig({ file, embedded, drivers, overrides: { ...set } });
  const names = Object.keys(sources).filter((name) => sources[name].driver === 'simulation');
  if (names.length === 1) return names[0];
  const what = `expected one source with driver: simulation, got ${names.length}`;
  throw new SensoriumError('E_CONFIG_CONFLICT', what, { path: 'sources' });
}

/** Records one world by a process of its own. What the user set comes last. */
async function recordWorld(
  { file, settings }: WorldEntry,
  folder: string,
  { out, duration, split, clips, clipsEvery, config, set }: WorldsOptions,
  { main }: CliContext,
  signal: AbortSignal,
): Promise<Recorded> {
  const args = ['simulate', '--json', '--duration', `${duration}s`, '--out', join(out, file)];
  if (clips) args.push('--split', split, '--clips', folder, '--clips-every', `${clipsEvery}s`);
  if (config !== undefined) args.push('--config', config);
  for (const [path, value] of Object.entries({ ...settings, ...set })) {
    args.push('--set', `${path}=${JSON.stringify(value)}`);
  }
  return JSON.parse(await runChild(main, args, join(out, file), signal)) as Recorded;
}
