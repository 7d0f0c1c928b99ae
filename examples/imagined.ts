/**
 * Draws goal pictures as one: pairs of what was rendered and what is imagined of the sentence, above such in which a judge finds every fact, below such in which it
 * does not. The sentences are printed, pair by pair. `sensorium eval vision-language imagine --predictions` wrote the file.
 *
 *   node dist/examples/imagined.js <folder of goals> <predictions.jsonl> <file.jpg> [pairs of a row]
 */
import { readFileSync } from 'node:fs';
import sharp, { type OverlayOptions } from 'sharp';
import type { Picture } from '../src/contract/index.ts';
import { OWN_IMAGINATION } from '../src/evaluate/vision-language/index.ts';
import { openImaginer } from '../src/hub/index.ts';
import { modelFolder } from '../src/inference/index.ts';
import { openGoals } from '../src/stills/index.ts';

const [folder = '.', predictions = 'imagine.jsonl', file = 'imagined.jpg', many = '6'] = process.argv.slice(2);
/** Pixels of a picture's sides as it is drawn, and between pairs. */
const SIDE = 96;
const GAP = 10;

/** Goals of which a fact is not found. */
const wrong = new Set(
  readFileSync(predictions, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly id: string; readonly truth: string; readonly answer: string })
    .filter(({ truth, answer }) => truth !== answer)
    .map(({ id }) => Number(id.split('-')[1])),
);
const set = await openGoals(folder);
const model = await openImaginer(modelFolder(), OWN_IMAGINATION);
const rows = [false, true].map((isWrong) =>
  set.goals.filter(({ goal }) => wrong.has(goal) === isWrong).slice(0, Number(many)),
);
const parts: OverlayOptions[] = [];
const put = async ({ data, width, height }: Picture, left: number, top: number): Promise<void> => {
  const its = sharp(data, { raw: { width, height, channels: 3 } }).resize(SIDE, SIDE);
  parts.push({ input: await its.png().toBuffer(), left, top });
};
for (const [row, goals] of rows.entries()) {
  for (const [column, { goal, kind, text }] of goals.entries()) {
    const [left, top] = [column * (2 * SIDE + GAP), row * (SIDE + GAP)];
    await put(set.picture(goal), left, top);
    await put(await model.imagine(text, goal), left + SIDE, top);
    process.stdout.write(`${row === 0 ? 'right' : 'wrong'} (${kind}): ${text}\n`);
  }
}
await model.close();
set.close();
const columns = Math.max(...rows.map(({ length }) => length));
const [width, height] = [columns * (2 * SIDE + GAP) - GAP, 2 * SIDE + GAP];
await sharp({ create: { width, height, channels: 3, background: 'white' } })
  .composite(parts)
  .toFile(file);
