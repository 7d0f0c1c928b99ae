import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Section } from '../../../src/config/index.ts';
import type { EmulatorDefinition } from '../../../src/device/index.ts';

/** An emulated device on a real line: a pseudo-terminal (socat) or a TCP port. */
export interface Line {
  /** Keys of the driver's configuration that lead here. */
  readonly config: Section;
  /** The device says nothing, or speaks again. */
  readonly mute: (isMute: boolean) => void;
  /** Changes all that it says from now on. */
  readonly mangle: (how: (bytes: Uint8Array) => Uint8Array) => void;
  readonly unplug: () => Promise<void>;
  /** Plugged in again: it starts anew, as one that was without power. */
  readonly plug: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How often the device is asked for what it has to say, ms. */
const PACE_MS = 5;

export async function openLine(emulator: EmulatorDefinition): Promise<Line> {
  const folder = mkdtempSync(join(tmpdir(), 'sensorium-line-'));
  const sockets = new Set<Socket>();
  let isMute = false;
  let how: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
  let device = emulator.create(1);
  let switchedOn = performance.now();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (bytes) => device.told?.(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  const talk = setInterval(() => {
    const bytes = device.until((performance.now() - switchedOn) / 1000);
    if (isMute || bytes.length === 0) return;
    for (const socket of sockets) socket.write(how(bytes));
  }, PACE_MS);

  const isSerial = emulator.line.kind === 'serial';
  const path = join(folder, 'socket');
  const tty = join(folder, 'tty');
  let socat: ChildProcess | undefined;
  await new Promise<void>((resolve) => {
    if (isSerial) server.listen(path, resolve);
    else server.listen(0, '127.0.0.1', resolve);
  });
  const port = isSerial ? 0 : (server.address() as AddressInfo).port;

  async function plug(): Promise<void> {
    device = emulator.create(1);
    switchedOn = performance.now();
    if (!isSerial) {
      if (!server.listening) await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      return;
    }
    socat = spawn('socat', [`pty,raw,echo=0,link=${tty}`, `unix-connect:${path}`], { stdio: 'ignore' });
    while (!existsSync(tty)) await wait(5);
  }

  async function unplug(): Promise<void> {
    if (!isSerial) {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      return;
    }
    const running = socat;
    socat = undefined;
    if (running === undefined) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
    rmSync(tty, { force: true });
  }

  await plug();
  return {
    config: isSerial ? { port: tty } : { host: '127.0.0.1', port },
    mute: (mute) => (isMute = mute),
    mangle: (to) => (how = to),
    unplug,
    plug,
    async close() {
      clearInterval(talk);
      await unplug().catch(() => undefined);
      for (const socket of sockets) socket.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
