import { connect } from 'node:net';
import { SensoriumError } from '../contract/index.ts';
import type { Link, LinkListener, OpenLink } from './link.ts';

/** ms that the other end is given to answer. */
const CONNECT_MS = 3000;
/** ms that the last words to a device are given to leave. */
const LAST_WORDS_MS = 200;

/** A link over TCP. */
export function tcpLink(host: string, port: number): Link {
  const description = `${host}:${port}`;
  return { description, open: (listener, signal) => open(host, port, description, listener, signal) };
}

async function open(
  host: string,
  port: number,
  path: string,
  listener: LinkListener,
  signal: AbortSignal,
): Promise<OpenLink> {
  signal.throwIfAborted();
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 2000 });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer')), CONNECT_MS);
      const abort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      socket.once('connect', resolve);
      socket.once('error', reject);
      void closed.then(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
      });
      socket.once('connect', () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
      });
    });
  } catch (error) {
    socket.destroy();
    await closed;
    signal.throwIfAborted();
    const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
    throw new SensoriumError('E_DRIVER', `nothing answers (${reason}): is it powered and on this network?`, {
      path,
      cause: error,
    });
  }
  let isClosing = false;
  let reason = 'hung up';
  socket.on('data', (chunk) => listener.bytes(chunk));
  socket.on('error', (error) => (reason = (error as NodeJS.ErrnoException).code ?? error.message));
  void closed.then(() => {
    if (!isClosing) listener.closed(reason);
  });
  return {
    write: (bytes) => void socket.write(bytes),
    async close() {
      isClosing = true;
      const timer = setTimeout(() => socket.destroy(), LAST_WORDS_MS);
      socket.destroySoon();
      await closed;
      clearTimeout(timer);
    },
  };
}
