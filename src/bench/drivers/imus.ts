import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { epochNow } from '../pipeline/plan.ts';
import { processorSeconds } from '../pipeline/process.ts';
import { FIFO, FILES, RATE, UNITS } from './imu-tree.ts';

/** What ten inertial units cost. */
export interface ImuFigures {
  /** Processor time of the daemon and of the programs that it reads through, of one core. */
  readonly cpuPercent: number;
  /** Frames of all units that the daemon took. */
  readonly framesPerSecond: number;
}

/** A line of `sensorium run --json`, as far as it is read here. */
interface Line {
  readonly seconds: number;
  readonly streams?: Readonly<Record<string, { readonly received: number }>>;
}

/** Until everything runs evenly (for the first twenty seconds V8 still compiles what has become hot), and then, s. */
const WARM_UP = 20;
const SECONDS = 10;

/**
 * Runs the daemon in a process of its own, reads ten units of 1 kHz with it, each in bursts of 10 ms, and watches it from outside.
 * It publishes over ZeroMQ, fuses the first unit to orientation and pose, compares the delays of all and aligns none; it shows no
 * page.
 * @param main path of the program that node runs
 * @param progress told of the share done
 */
export async function benchImus(main: string, progress: (share: number) => void): Promise<ImuFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'sensorium-imus-'));
  const children: ChildProcess[] = [];
  try {
    const units = Array.from({ length: UNITS }, (_, i) => join(folder, `${i}`));
    for (const unit of units) writeUnit(unit);
    const path = join(folder, 'imus.json');
    writeFileSync(path, JSON.stringify(configFor(units)));
    const feeder = fork(
      fileURLToPath(new URL('./imu-feeder.js', import.meta.url)),
      [epochNow(), ...units.map((unit) => join(unit, FIFO))],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    const daemon = spawn(process.execPath, [main, 'run', '--config', path, '--json', '--log-level', 'error'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(feeder, daemon);
    const ended = once(daemon, 'exit').then(() => Promise.reject(new Error('the daemon of the bench ended early')));
    ended.catch(() => undefined);
    return await Promise.race([ended, watch(daemon, progress)]);
  } finally {
    for (const child of children) {
      if (child.exitCode !== null) continue;
      child.kill('SIGINT');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Figures between the line that ends the warming up and the one that ends the time. */
async function watch(daemon: ChildProcess, progress: (share: number) => void): Promise<ImuFigures> {
  if (daemon.stdout === null || daemon.pid === undefined) throw new Error('the daemon of the bench did not start');
  let from: { readonly at: number; readonly cpu: number; readonly frames: number } | undefined;
  for await (const text of createInterface({ input: daemon.stdout })) {
    const { seconds, streams = {} } = JSON.parse(text) as Line;
    progress(seconds / (WARM_UP + SECONDS));
    if (seconds < WARM_UP) continue;
    const at = performance.now() / 1000;
    const cpu = processorSeconds(daemon.pid, undefined);
    const frames = Object.values(streams).reduce((sum, { received }) => sum + received, 0);
    from ??= { at, cpu, frames };
    const took = at - from.at;
    if (took < SECONDS) continue;
    return { cpuPercent: (100 * (cpu - from.cpu)) / took, framesPerSecond: (frames - from.frames) / took };
  }
  throw new Error('the daemon of the bench ended early');
}

function writeUnit(unit: string): void {
  for (const [name, text] of Object.entries(FILES)) {
    const file = join(unit, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  mkdirSync(dirname(join(unit, FIFO)), { recursive: true });
  spawnSync('mkfifo', [join(unit, FIFO)]);
}

function configFor(units: readonly string[]): object {
  const each = (entry: (unit: string, i: number) => object) =>
    Object.fromEntries(units.map((unit, i) => [`imu${i}`, entry(unit, i)]));
  return {
    sources: each((unit) => ({ driver: 'iio', root: join(unit, 'sys'), dev: join(unit, 'dev'), rateHz: RATE })),
    streams: each((_unit, i) => ({ source: `imu${i}/imu` })),
    align: { streams: { imu0: {} } },
    publish: { mqtt: { enabled: false } },
    web: { enabled: false },
  };
}
