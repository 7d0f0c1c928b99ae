/**
 * Draws what `sensorium eval vision-language ask` answered, as one picture: above the first right answer of each form, below the first wrong one, of stills
 * that are not shown yet. Questions and answers are printed, column by column. `--predictions` of that verb wrote the file.
 *
 *   node dist/examples/answered.js <folder of stills> <predictions.jsonl> <file.jpg> [form,form...]
 */
import { readFileSync } from 'node:fs';
import sharp, { type OverlayOptions } from 'sharp';
import { openStills } from '../src/stills/index.ts';

interface Line {
  readonly id: string;
  readonly kind: string;
  readonly form: string;
  readonly truth: string;
  readonly answer: string;
}

const [folder = '.', predictions = 'ask.jsonl', file = 'answered.jpg', only] = process.argv.slice(2);
/** Pixels between pictures. */
const GAP = 6;

const stills = await openStills(folder);
const questions = await stills.questions();
const lines = readFileSync(predictions, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);
const forms = only?.split(',') ?? [...new Set(lines.map(({ form }) => form))];
const { width, height } = stills.picture(0);
const parts: OverlayOptions[] = [];
const shown = new Set<number>();
const questionOf = ({ id }: Line) => questions[Number(id.split('-').at(-1))];
for (const [row, isRight] of [true, false].entries()) {
  for (const [column, form] of forms.entries()) {
    const isIt = ({ truth, answer }: Line): boolean => (truth === answer) === isRight;
    const line = lines.find((its) => its.form === form && isIt(its) && !shown.has(questionOf(its).still));
    if (line === undefined) continue;
    const { still, text } = questionOf(line);
    shown.add(still);
    const { data } = stills.picture(still);
    const input = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    parts.push({ input, left: column * (width + GAP), top: row * (height + GAP) });
    const truth = isRight ? '' : `, which is wrong: ${line.truth}`;
    process.stdout.write(`${column + 1} (${line.kind}): "${text}" ${line.answer}${truth}\n`);
  }
}
stills.close();
const size = { width: forms.length * (width + GAP) - GAP, height: 2 * height + GAP };
await sharp({ create: { ...size, channels: 3, background: 'white' } })
  .composite(parts)
  .toFile(file);
