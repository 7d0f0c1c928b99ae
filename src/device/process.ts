import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { listOf, optional, SensoriumError, text, type SchemaTree } from '../contract/index.ts';
import { unreadable } from './advice.ts';
import type { Link, LinkListener, OpenLink } from './link.ts';
import { programAt } from './programs.ts';

/** A program whose standard output is what a device says. */
export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Debian's package of it, for those who do not have it. */
  readonly package?: string;
  /** The file or device that it reads: it is not even started while that is missing. */
  readonly reads?: string;
}

/** What is started in place of a driver's usual program. */
export interface CommandConfig {
  readonly command?: readonly string[];
}

/** The key for it. */
export const commandSchema: SchemaTree = {
  command: {
    doc:
      'Program and first arguments that are started in place of the usual program, with its command line behind them: another build ' +
      'of it, or what stands in for it, `[sensorium, emulate, <driver>, --]`.',
    format: optional(listOf(text(), 1)),
    default: undefined,
  },
};

/** The program that is started in place of the usual one, where one is configured. */
export function inPlaceOf<Options extends ProcessOptions>(usual: Options, { command }: CommandConfig): ProcessOptions {
  if (command === undefined) return usual;
  return { command: command[0], args: [...command.slice(1), ...usual.args] };
}

/** Lines of standard error that are passed on each second; the others are counted and dropped. */
const LINES_PER_SECOND = 20;
const LONGEST_LINE = 500;
/** Bytes of standard error that are read in so many ms: who floods it has to wait, and costs nobody else anything. */
const FLOOD_BYTES = 262_144;
const FLOOD_MS = 100;
/** ms between asking it to end and making it. */
const PATIENCE_MS = 300;

/** A link to a program: its standard output and input. The last line of its standard error says why it ended. */
export function processLink(options: ProcessOptions): Link {
  const description = [options.command, ...options.args].join(' ');
  return { description, open: (listener, signal) => open(options, listener, signal) };
}

async function open(options: ProcessOptions, listener: LinkListener, signal: AbortSignal): Promise<OpenLink> {
  signal.throwIfAborted();
  const { command, args } = options;
  if (options.reads !== undefined) await checkReadable(options.reads);
  if ((await programAt(command)) === undefined) {
    const hint = options.package === undefined ? '' : `: install the package ${options.package}`;
    throw new SensoriumError('E_DRIVER', `no program "${command}"${hint}`, { path: command });
  }
  signal.throwIfAborted();
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let isClosing = false;
  let lastLine: string | undefined;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdin.on('error', () => undefined);
  const hear = createLineReader((line) => {
    lastLine = line;
    // After what it wrote before: both pipes are read within one turn.
    if (listener.said !== undefined) setImmediate(() => isClosing || listener.said?.(line));
  });
  let flood = 0;
  let wave = 0;
  child.stderr.on('data', (chunk: Buffer) => {
    hear(chunk);
    const now = Math.floor(performance.now() / FLOOD_MS);
    flood = now === wave ? flood + chunk.length : chunk.length;
    wave = now;
    if (flood <= FLOOD_BYTES) return;
    child.stderr.pause();
    setTimeout(() => child.stderr.resume(), FLOOD_MS).unref();
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error: NodeJS.ErrnoException) => {
      const what = `"${command}" does not start: ${error.code}`;
      reject(new SensoriumError('E_DRIVER', what, { path: command, cause: error }));
    });
  });
  child.stdout.on('data', (chunk: Buffer) => listener.bytes(chunk));
  child.once('close', (code, by) => {
    if (isClosing) return;
    const how = by === null ? `ended with ${code}` : `was ended by ${by}`;
    listener.closed(`${command} ${how}${lastLine === undefined ? '' : `: ${lastLine}`}`);
  });
  const close = async (): Promise<void> => {
    if (!isClosing) {
      isClosing = true;
      child.kill('SIGTERM');
      // A program that hangs, or stands still, hears nothing.
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      void ended.then(() => clearTimeout(timer));
    }
    await ended;
  };
  if (signal.aborted) {
    await close();
    signal.throwIfAborted();
  }
  return { write: (bytes) => void child.stdin.write(bytes), close };
}

/**
 * Starting a program stops this process for as long as it takes to fork: not for one that could only say that there is nothing to read.
 * @throws SensoriumError E_DRIVER
 */
async function checkReadable(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Cuts into lines what may be a flood, or one line without an end. */
function createLineReader(line: (text: string) => void): (chunk: Buffer) => void {
  let rest = '';
  let second = 0;
  let passed = 0;
  return (chunk) => {
    const lines = (rest + chunk.toString('utf8', 0, 65_536)).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(-LONGEST_LINE);
    for (const text of lines) {
      const now = Math.floor(performance.now() / 1000);
      if (now !== second) [second, passed] = [now, 0];
      passed += 1;
      if (text !== '' && passed <= LINES_PER_SECOND) line(text.slice(0, LONGEST_LINE));
    }
  };
}
