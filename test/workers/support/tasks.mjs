// A worker's module with every way to behave and to misbehave.
import { serve } from '../../../dist/src/workers/serve.js';

const kept = [];

if (process.argv[2] === 'no start') process.exit(3);

serve({
  sum: (values) => values.reduce((total, value) => total + value, 0),
  total: (_payload, bytes) => bytes.reduce((total, value) => total + value, 0),
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
