import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SOCKET_VARIABLE, type FromLauncher, type FromWorker, type ToLauncher } from './protocol.ts';
import { createMessageReader } from './wire.ts';

/** What becomes of a worker, in this order; `ended` comes in any case and as the last. */
export interface Birth {
  readonly started: (pid: number) => void;
  /** It is there and listens. */
  readonly connected: (socket: Socket) => void;
  readonly said: (message: FromWorker) => void;
  readonly ended: (how: string) => void;
}

/** Where workers are started, and where they report. */
export interface Nursery {
  /** @returns how to end it at once */
  start(script: string, args: readonly string[], birth: Birth): () => void;
  /** Ends the launcher, and with it whatever still runs. Idempotent. */
  close(): Promise<void>;
}

interface Charge {
  readonly birth: Birth;
  pid: number | undefined;
}

/**
 * Makes the place; its launcher is started with the first worker, and anew should it die, which ends all of its workers.
 * @param launcher path of launcher.js, where it does not lie beside this module
 */
export function createNursery(launcher = fileURLToPath(new URL('./launcher.js', import.meta.url))): Nursery {
  const folder = mkdtempSync(join(tmpdir(), 'sensorium-workers-'));
  const path = join(folder, 'socket');
  const charges = new Map<string, Charge>();
  let running: { readonly child: ChildProcess; readonly gone: Promise<void> } | undefined;
  let closing: Promise<void> | undefined;
  const server = createServer(receive).listen(path);
  // Without it no worker reports: each is replaced as one that does not start, which is told.
  server.on('error', () => undefined);

  /** A worker introduces itself with its first message; whoever gives a name that nobody was given is sent away. */
  function receive(socket: Socket): void {
    let charge: Charge | undefined;
    const reader = createMessageReader((message) => {
      const said = message as FromWorker;
      if ('ready' in said) {
        charge = charges.get(said.ready);
        if (charge === undefined) socket.destroy();
        else charge.birth.connected(socket);
      }
      charge?.birth.said(said);
    });
    socket.on('data', (chunk) => {
      try {
        reader.feed(chunk);
      } catch {
        socket.destroy();
      }
    });
    // Whatever becomes of it, the process's end tells.
    socket.on('error', () => undefined);
  }

  function begin(): ChildProcess {
    const child = fork(launcher, [], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, [SOCKET_VARIABLE]: path },
    });
    const gone = new Promise<void>((resolve) => {
      const end = (how: string): void => {
        running = undefined;
        // A copy: who hears of its end starts the next one here.
        for (const [name, { pid }] of [...charges]) {
          if (pid !== undefined) killed(pid);
          bury(name, how);
        }
        resolve();
      };
      child.on('exit', (code, signal) => end(`its launcher ended: ${signal ?? `exit code ${code}`}`));
      child.on('error', (error) => child.pid === undefined && end(error.message));
    });
    child.on('message', (message: FromLauncher) => {
      const charge = charges.get(message.name);
      if ('ended' in message) bury(message.name, message.ended);
      else if (charge !== undefined) {
        charge.pid = message.pid;
        charge.birth.started(message.pid);
      }
    });
    running = { child, gone };
    return child;
  }

  function bury(name: string, how: string): void {
    const charge = charges.get(name);
    charges.delete(name);
    charge?.birth.ended(how);
  }

  return {
    start(script, args, birth) {
      const name = randomUUID();
      charges.set(name, { birth, pid: undefined });
      const { child } = running ?? { child: begin() };
      const tell = (message: ToLauncher): void => {
        // One that dies in this moment is heard of by its exit.
        if (child.connected) child.send(message, () => undefined);
      };
      tell({ start: name, script, args });
      return () => tell({ kill: name });
    },
    close() {
      return (closing ??= (async () => {
        if (running !== undefined) {
          const { child, gone } = running;
          if (child.connected) child.disconnect();
          await gone;
        }
        await new Promise((resolve) => server.close(resolve));
        rmSync(folder, { recursive: true, force: true });
      })());
    },
  };
}

/** What its launcher left behind. */
function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
