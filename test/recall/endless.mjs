/* Adds pictures to a memory without end, and says the number of those that are there. Its argument is the folder. */
import { MemoryStore } from '../../dist/src/recall/index.js';
import { packEmbedding } from '../../dist/src/contract/index.js';
import { createRandom, normal } from '../../dist/src/random/index.js';

const store = new MemoryStore(process.argv[2], { most: 10_000, session: 'killed' });

function embedding(seed) {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: 16 }, () => normal(random));
  const length = Math.hypot(...values);
  return packEmbedding(values.map((value) => value / length));
}

for (let i = 0; i < 9000; i += 1) {
  const its = { at: i, stream: 'camera', encoder: 'ab'.repeat(32), input: i, embedding: embedding(i) };
  store.add(its, Buffer.from(`thumbnail ${i}`));
  process.stdout.write(`${i + 1}\n`);
}
