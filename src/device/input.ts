import { SensoriumError } from '../contract/index.ts';
import type { Link, LinkListener, OpenLink } from './link.ts';

const DESCRIPTION = 'standard input';

/** A link that is this program's own standard input: there is one, and once it has ended it stays so. */
export function inputLink(): Link {
  return { description: DESCRIPTION, open: async (listener, signal) => Promise.resolve(attach(listener, signal)) };
}

/** @throws SensoriumError E_DRIVER where nothing is piped into it, or no more */
function attach(listener: LinkListener, signal: AbortSignal): OpenLink {
  signal.throwIfAborted();
  const { stdin } = process;
  if (stdin.isTTY) throw refusal('is a terminal: pipe a program into it, or configure "command"');
  if (stdin.readableEnded || stdin.destroyed) throw refusal('has ended');
  const take = (chunk: Buffer): void => listener.bytes(chunk);
  const end = (): void => {
    leave();
    listener.closed(`${DESCRIPTION} has ended`);
  };
  const fail = (error: Error): void => {
    leave();
    listener.closed(error.message);
  };
  const leave = (): void => {
    stdin.off('data', take).off('end', end).off('error', fail);
    stdin.pause();
  };
  stdin.on('data', take).on('end', end).on('error', fail);
  return {
    write: () => undefined,
    close() {
      leave();
      return Promise.resolve();
    },
  };
}

function refusal(what: string): SensoriumError {
  return new SensoriumError('E_DRIVER', `${DESCRIPTION} ${what}`, { path: DESCRIPTION });
}
