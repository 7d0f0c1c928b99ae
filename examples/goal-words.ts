/**
 * Sentences to learn from of how things are to stand, a line each: the things from left to right, a sentence of the train split that tells of them, and a plain one.
 *
 *     node dist/examples/goal-words.js SEED COUNT > sentences.jsonl
 */
import { castOf } from '../drivers/simulation/goals/cast.ts';
import { createRandom as createDraws } from '../drivers/simulation/random.ts';
import { hashOf } from '../src/contract/index.ts';
import { createRandom } from '../src/random/index.ts';
import { goalPhrasings, goalSentence } from '../src/words/index.ts';
import { indefinite } from '../src/words/nouns.ts';
import { fill } from '../src/words/phrasings.ts';

const [seed, count] = [Number(process.argv[2]), Number(process.argv[3])];
for (let i = 0; i < count; i += 1) {
  const things = castOf(createDraws(seed, `words of goal ${i}`), 'train');
  const [a, b, c] = things.map(indefinite);
  const text = goalSentence(things, 'train', createRandom(hashOf(`${seed} sentence ${i}`)));
  const plain = fill(goalPhrasings(things.length, 'train')[0], { a, b, c });
  const named = things.map(({ label, colour }) => ({ label, colour }));
  process.stdout.write(`${JSON.stringify({ things: named, text, plain })}\n`);
}
