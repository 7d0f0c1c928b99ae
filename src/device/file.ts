import { closeSync, constants, openSync, readSync } from 'node:fs';
import { unreadable } from './advice.ts';
import type { Link, LinkListener, OpenLink } from './link.ts';

/** Bytes that are read at once; a second of the fastest IMU is less. */
const MOST_BYTES = 65_536;
/** Codes of what is no longer there. */
const GONE = new Set(['ENODEV', 'ENXIO', 'EIO']);

/**
 * A link that reads a character device or a FIFO: every so often, what has gathered there.
 *
 * All such links read at the same moments, one after the other, so that ten devices wake the process once and their frames pass
 * while the code is still in the processor's caches. A read that waits in the kernel would have to be in a program of its own (a
 * `cat` for each device, which wakes the process ten times) or in one of the four threads that Node has for files.
 *
 * @param everyMs how often, ms. Too small: costs, whether anything has come or not; too large: what came is late by as much.
 */
export function fileLink(path: string, everyMs: number): Link {
  return {
    description: path,
    // Errors of opening are refusals.
    open: (listener, signal) => Promise.resolve().then(() => open(path, everyMs, listener, signal)),
  };
}

function open(path: string, everyMs: number, listener: LinkListener, signal: AbortSignal): OpenLink {
  signal.throwIfAborted();
  const file = openFile(path);
  const memory = Buffer.allocUnsafeSlow(MOST_BYTES);
  let timer: NodeJS.Timeout | undefined;
  let isOpen = true;
  let hasSpoken = false;

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    clearTimeout(timer);
    closeSync(file);
  }

  function lose(reason: string): void {
    close();
    listener.closed(reason);
  }

  /** Moments that are the same for all links of that pace. */
  function schedule(): void {
    const now = performance.now();
    timer = setTimeout(look, Math.max(1, Math.ceil(everyMs - (now % everyMs))));
  }

  function look(): void {
    const count = read();
    if (count > 0) {
      hasSpoken = true;
      listener.bytes(memory.subarray(0, count));
    } else if (count === 0 && hasSpoken) {
      // The end of a FIFO whose writer has gone; one that nobody has written to yet looks the same.
      lose('unplugged');
    }
    if (isOpen) schedule();
  }

  /** @returns -1 where nothing has come */
  function read(): number {
    try {
      return readSync(file, memory);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') lose(code !== undefined && GONE.has(code) ? 'unplugged' : `cannot be read: ${code}`);
      return -1;
    }
  }

  schedule();
  return { write: () => undefined, close: () => Promise.resolve(close()) };
}

/** @throws SensoriumError E_DRIVER */
function openFile(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(path, error);
  }
}
