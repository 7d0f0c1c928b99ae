import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { epochNow } from '../pipeline/plan.ts';
import { FIFO, FILES, RATE, UNITS } from './imu-tree.ts';
import { scratchFolder } from '../scratch.ts';
import { watchDaemon, type WatchedFigures } from './watch.ts';

/** How long they are watched, s. */
const SECONDS = 10;

/**
 * Runs the daemon in a process of its own, reads ten units of 1 kHz with it, each in bursts of 10 ms, and watches it from outside.
 * It publishes over ZeroMQ, fuses the first unit to orientation and pose, compares the delays of all and aligns none; it shows no
 * page.
 * @param main path of the program that node runs
 * @param progress told of the share done
 */
export async function benchImus(main: string, progress: (share: number) => void): Promise<WatchedFigures> {
  const folder = scratchFolder();
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
    return await Promise.race([ended, watchDaemon(daemon, SECONDS, progress)]);
  } finally {
    for (const child of children) {
      if (child.exitCode !== null) continue;
      child.kill('SIGINT');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  }
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
