import type { Link, LinkListener, OpenLink } from './link.ts';
import { processLink } from './process.ts';

/**
 * A link that reads a character device or a FIFO.
 *
 * The program `cat` does: a read waits in the kernel until there is enough, and Node has for that only the four threads that
 * files, names and cryptography share. (Ten of them at 100 reads a second: 1.7 % of a core here and as much in the programs, 4 %
 * by Node's own asynchronous reads, which would have to ask again and again.)
 */
export function fileLink(path: string): Link {
  return { description: path, open: (listener, signal) => open(path, listener, signal) };
}

async function open(path: string, listener: LinkListener, signal: AbortSignal): Promise<OpenLink> {
  return processLink({ command: 'cat', args: [path], reads: path }).open(
    {
      bytes: listener.bytes,
      // Its own words say why, where it has any: `cat: /dev/iio:device0: Device or resource busy`.
      closed: (reason) =>
        listener.closed(/^cat ended with 0/.test(reason) ? 'unplugged' : reason.replace(/^.*cat: /, '')),
    },
    signal,
  );
}
