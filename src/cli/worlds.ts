import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type Section } from '../config/index.ts';
import { SensoriumError } from '../contract/index.ts';
import { runChild, runJobs } from './children.ts';
import { createProgress } from './progress.ts';
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

/** The worlds of a seed: what each is told beyond the configuration. World 3 is the same however many there are. */
export function planWorlds(source: string, { worlds, split, seed = 1 }: WorldsOptions): WorldEntry[] {
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
 * Records worlds, each in a process of its own, several at a time, and lists them in `worlds.json`. Bytes depend on the
 * options alone, never on how many run at once.
 * @throws SensoriumError of the first world that fails, the others stopped; E_FILE_EXISTS, E_CONFIG_*
 */
export async function simulateWorlds(options: WorldsOptions, context: CliContext): Promise<void> {
  const { out, duration, split, seed = 1, jobs = availableParallelism() } = options;
  const started = performance.now();
  const plan = planWorlds(sourceOf(options, context), options);
  const there = plan.find(({ file }) => existsSync(join(out, file)));
  if (there !== undefined && options.force !== true) {
    throw new SensoriumError('E_FILE_EXISTS', 'exists already; --force overwrites it', { path: join(out, there.file) });
  }
  await mkdir(out, { recursive: true }).catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_WRITE', 'the folder cannot be made', { path: out, cause });
  });
  const results: Recorded[] = [];
  const progress = createProgress(context.err);
  let done = 0;
  const stoppedBy = await runJobs(plan.length, jobs, async (index, signal) => {
    await rm(join(out, plan[index].file), { force: true });
    results[index] = await recordWorld(plan[index], options, context, signal);
    done += 1;
    progress.show(done / plan.length, `${done} of ${plan.length} worlds`);
  });
  if (stoppedBy !== undefined) return void process.kill(process.pid, stoppedBy);
  progress.clear();
  const worlds = plan.map((entry, i) => ({ ...entry, digest: results[i].digest, inputs: results[i].inputs }));
  const list = { seed, split, durationSeconds: duration, worlds };
  await writeFile(join(out, 'worlds.json'), `${JSON.stringify(list, undefined, 2)}\n`);
  const wallSeconds = (performance.now() - started) / 1000;
  const simulatedSeconds = duration * worlds.length;
  const timesRealTime = simulatedSeconds / wallSeconds;
  if (options.json === true) {
    return context.out(`${JSON.stringify({ folder: out, ...list, simulatedSeconds, wallSeconds, timesRealTime })}\n`);
  }
  context.out(
    `${out}: ${worlds.length} worlds of ${duration} s, ${simulatedSeconds} s simulated in ${wallSeconds.toFixed(1)} s ` +
      `(${timesRealTime.toFixed(1)} x real time)\n`,
  );
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
  { out, duration, config, set }: WorldsOptions,
  { main }: CliContext,
  signal: AbortSignal,
): Promise<Recorded> {
  const args = ['simulate', '--json', '--duration', `${duration}s`, '--out', join(out, file)];
  if (config !== undefined) args.push('--config', config);
  for (const [path, value] of Object.entries({ ...settings, ...set })) {
    args.push('--set', `${path}=${JSON.stringify(value)}`);
  }
  return JSON.parse(await runChild(main, args, join(out, file), signal)) as Recorded;
}
