import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { processorSeconds } from '../pipeline/process.ts';

/** What a daemon costs while it takes frames. */
export interface WatchedFigures {
  /** Processor time of its process and of the programs that it reads through, of one core. */
  readonly cpuPercent: number;
  /** Frames of all streams that it took. */
  readonly framesPerSecond: number;
}

/** A line of `sensorium run --json`, as far as it is read here. */
interface Line {
  readonly seconds?: number;
  readonly streams?: Readonly<Record<string, { readonly received: number }>>;
}

/** Until everything runs evenly, s: for the first twenty seconds V8 still compiles what has become hot. */
const WARM_UP = 20;

/**
 * Watches a daemon from outside: figures between the line that ends the warming up and the one that ends the time.
 * @param daemon `sensorium run --json`, its standard output piped
 * @param seconds how long it is watched
 * @param apart the program that is not counted
 * @param progress told of the share done
 */
export async function watchDaemon(
  { pid, stdout }: ChildProcess,
  seconds: number,
  progress: (share: number) => void,
  apart: (pid: number) => number | undefined = () => undefined,
): Promise<WatchedFigures> {
  if (stdout === null || pid === undefined) throw new Error('the daemon of the bench did not start');
  let from: { readonly at: number; readonly cpu: number; readonly frames: number } | undefined;
  for await (const text of createInterface({ input: stdout })) {
    const { seconds: ran = 0, streams = {} } = JSON.parse(text) as Line;
    progress(Math.min(1, ran / (WARM_UP + seconds)));
    if (ran < WARM_UP) continue;
    const at = performance.now() / 1000;
    const cpu = processorSeconds(pid, apart(pid));
    const frames = Object.values(streams).reduce((sum, { received }) => sum + received, 0);
    from ??= { at, cpu, frames };
    const took = at - from.at;
    // The lines come a second apart, give or take.
    if (took < seconds - 0.5) continue;
    return { cpuPercent: (100 * (cpu - from.cpu)) / took, framesPerSecond: (frames - from.frames) / took };
  }
  throw new Error('the daemon of the bench ended early');
}
