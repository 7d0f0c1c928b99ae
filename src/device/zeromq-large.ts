import { openInlet } from '../ondemand/index.ts';
import type { Link } from './link.ts';

/**
 * A link to a ZeroMQ publisher that also takes large messages, which it hands out at another address. Where nobody answers there, the
 * link is open all the same, and it is asked again and again. At most eight messages are on the way; none waits here.
 * @param topics full names of those that are large
 */
export function withLarge(link: Link, url: string, topics: readonly string[]): Link {
  if (topics.length === 0) return link;
  return {
    ...link,
    async open(listener, signal) {
      const small = await link.open(listener, signal);
      const inlet = openInlet(url, topics, (topic, header, further) => {
        listener.bytes(header, topic.toString(), further);
      });
      return {
        ...small,
        async close() {
          await Promise.all([small.close(), inlet.close()]);
        },
      };
    },
  };
}
