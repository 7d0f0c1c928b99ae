import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A real Mosquitto on a port of loopback. */
export interface Mosquitto {
  readonly url: string;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Kills it outright, and resolves when it is gone. */
  readonly kill: () => Promise<void>;
}

/**
 * Starts a broker; resolves once it listens.
 * @param lines further lines of its configuration
 */
export async function startMosquitto(
  port: number,
  lines: readonly string[] = ['allow_anonymous true'],
): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, [`listener ${port} 127.0.0.1`, ...lines, 'log_dest stderr', ''].join('\n'));
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
  const child = spawn('mosquitto', ['-c', file], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  await line(child, 'running');
  return {
    url: `mqtt://127.0.0.1:${port}`,
    signal: (name) => child.kill(name),
    async kill() {
      const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function line(child: ChildProcess, word: string): Promise<void> {
  if (child.stderr === null) throw new Error('no output');
  for await (const text of createInterface({ input: child.stderr })) {
    if (text.includes(word)) break;
  }
  child.stderr.resume();
}
