import { expect, it } from 'vitest';
import { defineDevice, type Link } from '../../src/device/index.ts';
import { createHost } from '../drivers/support/host.ts';

/** A line on which nothing is said for so long, then half a frame, then the rest. ms. */
function lateLink(halfAfter: number, wholeAfter: number): Link {
  return {
    description: 'a line that begins late',
    open(listener) {
      const timers = [halfAfter, wholeAfter].map((ms) => setTimeout(() => listener.bytes(Uint8Array.of(1)), ms));
      return Promise.resolve({
        write: () => undefined,
        close: () => {
          timers.forEach(clearTimeout);
          return Promise.resolve();
        },
      });
    },
  };
}

it('a device that takes longer to begin than to make sense is not told to make none', async () => {
  const driver = defineDevice({
    type: 'late',
    summary: 'gives a frame for every two bytes',
    schema: {},
    streams: () => [{ id: 'words', kind: 'text', frameId: 'base_link', clock: { domain: 'none' }, role: 'sensor' }],
    link: () => lateLink(600, 900),
    session(_config, output) {
      let count = 0;
      return {
        bytes(bytes) {
          count += bytes.length;
          if (count === 2) output.frame('words', undefined, { kind: 'text', text: 'here', duration: 0 });
        },
      };
    },
  });
  const host = createHost();
  const running = driver.create('late', {
    silentSeconds: 10,
    senselessSeconds: 0.4,
    retrySeconds: 1,
    longestRetrySeconds: 1,
  });
  await running.start(host, new AbortController().signal);
  await host.until(() => host.frames().length > 0);
  await running.close();
  expect(host.admitted.filter(({ body: { kind } }) => kind === 'stream')).toEqual([]);
});
