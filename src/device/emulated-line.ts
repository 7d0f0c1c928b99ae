import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SensoriumError } from '../contract/index.ts';
import { EMULATED } from './i2c.ts';
import { serveI2c } from './i2c-socket.ts';
import { openFilesLine } from './emulated-files.ts';
import { openMessageLine } from './emulated-messages.ts';
import type { EmulatedDevice, EmulatedLine, EmulatorDefinition } from './emulator.ts';

/** Where the line is to be. */
export interface LinePlace {
  /** Path of the serial port, of the folder (those behind files), or of the socket (on an I2C bus); default: a temporary one. */
  readonly path?: string;
  /** TCP port, for those on a network; default: any free one. Of those that send messages, or of their broker; default: the usual one. */
  readonly port?: number;
}

/** How often the device is asked for what it has to say, ms. */
const PACE_MS = 5;
/** ms that a pseudo-terminal is given to appear. */
const PTY_MS = 3000;

/**
 * Switches an emulated device on: on a pseudo-terminal (by the program `socat`), a TCP port on loopback, behind files, on an I2C
 * bus behind a Unix socket, at a broker or as a ZeroMQ publisher.
 * @throws SensoriumError E_DRIVER where that cannot be made
 */
export async function openEmulatedLine(emulator: EmulatorDefinition, place: LinePlace = {}): Promise<EmulatedLine> {
  const line = await switchedOn(emulator, place);
  return { ...line, config: { ...emulator.config, ...line.config } };
}

async function switchedOn({ line, create }: EmulatorDefinition, place: LinePlace): Promise<EmulatedLine> {
  const device = create(1);
  switch (line.kind) {
    case 'serial':
      return serialLine(device, place);
    case 'tcp':
      return tcpLine(device, place);
    case 'i2c':
      return i2cLine(device, place);
    case 'files':
      return openFilesLine(device, line, place.path);
    case 'mqtt':
    case 'zeromq':
      return openMessageLine(device, line, place.port);
  }
}

/** Lets a device talk to sockets, as many as come. */
function converse(device: EmulatedDevice) {
  const sockets = new Set<Socket>();
  const switchedOn = performance.now();
  const talk = setInterval(() => {
    const bytes = device.until((performance.now() - switchedOn) / 1000);
    if (bytes.length > 0) for (const socket of sockets) socket.write(bytes);
  }, PACE_MS);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (bytes) => device.told?.(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    clearInterval(talk);
    closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
    return closing;
  };
  return { server, close };
}

async function tcpLine(device: EmulatedDevice, { port }: LinePlace): Promise<EmulatedLine> {
  const { server, close } = converse(device);
  const host = '127.0.0.1';
  try {
    await listening(server, () => server.listen(port ?? 0, host));
  } catch (error) {
    await close();
    const reason = (error as NodeJS.ErrnoException).code;
    throw new SensoriumError('E_DRIVER', `cannot listen: ${reason}`, { path: `${host}:${port}`, cause: error });
  }
  const { port: free } = server.address() as AddressInfo;
  return { config: { host, port: free }, where: `${host}:${free}`, port: free, close };
}

async function i2cLine(device: EmulatedDevice, { path }: LinePlace): Promise<EmulatedLine> {
  const folder = mkdtempSync(join(tmpdir(), 'sensorium-i2c-'));
  const socketPath = path ?? join(folder, 'bus');
  const switchedOn = performance.now();
  const { server, close: switchOff } = serveI2c((...transfer) =>
    device.transfer?.((performance.now() - switchedOn) / 1000, ...transfer),
  );
  const close = async (): Promise<void> => {
    await switchOff();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await listening(server, () => server.listen(socketPath));
  } catch (error) {
    await close();
    const reason = (error as NodeJS.ErrnoException).code;
    throw new SensoriumError('E_DRIVER', `no socket can be made there: ${reason}`, { path: socketPath, cause: error });
  }
  const bus = `${EMULATED}${socketPath}`;
  return { config: { bus }, where: bus, close };
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
    listen();
  });
}

async function serialLine(device: EmulatedDevice, { path }: LinePlace): Promise<EmulatedLine> {
  const folder = mkdtempSync(join(tmpdir(), 'sensorium-line-'));
  const socketPath = join(folder, 'socket');
  const tty = path ?? join(folder, 'tty');
  const { server, close: hangUp } = converse(device);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const socat = spawn('socat', [`pty,raw,echo=0,link=${tty}`, `unix-connect:${socketPath}`], { stdio: 'ignore' });
  const ended = once(socat, 'close').catch(() => undefined);
  const close = async (): Promise<void> => {
    if (socat.exitCode === null && socat.signalCode === null) socat.kill('SIGKILL');
    await Promise.all([hangUp(), socat.pid === undefined ? undefined : ended]);
    rmSync(tty, { force: true });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await started(socat, tty);
  } catch (error) {
    await close();
    throw error;
  }
  return { config: { port: tty }, where: tty, close };
}

async function started(socat: ChildProcess, tty: string): Promise<void> {
  let failure: Error | undefined;
  socat.once('error', (error) => (failure = error));
  for (let waited = 0; !existsSync(tty); waited += PACE_MS) {
    if (failure !== undefined || socat.exitCode !== null || waited > PTY_MS) {
      const what =
        failure === undefined
          ? 'no pseudo-terminal can be made there'
          : 'no program "socat": install the package socat';
      throw new SensoriumError('E_DRIVER', what, { path: tty, cause: failure });
    }
    await wait(PACE_MS);
  }
}
