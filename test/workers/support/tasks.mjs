// A worker's module with every way to behave and to misbehave.
import { setImmediate } from 'node:timers';
import { serve } from '../../../dist/src/workers/serve.js';

const kept = [];

if (process.argv[2] === 'no start') process.exit(3);

serve({
  sum: (values) => values.reduce((total, value) => total + value, 0),
  total: (_payload, bytes) => bytes.reduce((total, value) => total + value, 0),
  // Tells the numbers up to `count`, and heeds who calls it off.
  count: async (count, _bytes, { signal, tell }) => {
    for (let i = 1; i <= count; i += 1) {
      tell(i);
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) throw new Error('called off');
    }
    return count;
  },
  refuse: () => {
    throw new Error('no');
  },
  spin: () => {
    for (;;);
  },
  die: () => process.kill(process.pid, 'SIGKILL'),
  leak: () => {
    for (let i = 0; i < 64; i += 1) kept.push(Buffer.alloc(2 ** 24, 1));
    return new Promise(() => undefined);
  },
});
