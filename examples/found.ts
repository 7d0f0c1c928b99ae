/**
 * Draws what `sensorium eval vision-language find` found, as one picture: in each row first the picture that was meant, then the one that was found.
 * The captions are printed, row by row. `--predictions` of that verb wrote the file.
 *
 *   node dist/examples/found.js <folder of stills> <predictions.jsonl> <file.jpg> [right ones] [wrong ones]
 */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { openStills } from '../src/stills/index.ts';

interface Line {
  readonly kind: string;
  readonly truth: string;
  readonly answer: string;
}

const [folder = '.', predictions = 'find.jsonl', file = 'found.jpg', right = '3', wrong = '3'] = process.argv.slice(2);
const stills = await openStills(folder);
const lines = readFileSync(predictions, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);
const isRight = ({ truth, answer }: Line): boolean => truth === answer;
const shown = [
  ...lines.filter(isRight).slice(0, Number(right)),
  ...lines.filter((line) => !isRight(line)).slice(0, Number(wrong)),
];
const { width, height } = stills.picture(0);
const pixels = new Uint8Array(3 * 2 * width * height * shown.length);
shown.forEach(({ kind, truth, answer }, row) => {
  [truth, answer].forEach((still, column) => {
    const { data } = stills.picture(Number(still));
    for (let v = 0; v < height; v += 1) {
      const to = 3 * ((row * height + v) * 2 * width + column * width);
      pixels.set(data.subarray(3 * width * v, 3 * width * (v + 1)), to);
    }
  });
  const text = stills.captions.find(({ still, about }) => about === 'groups' && still === Number(truth))?.text;
  process.stdout.write(`${row + 1} ${truth === answer ? 'right' : 'wrong'} (${kind}): ${text}\n`);
});
stills.close();
await sharp(pixels, { raw: { width: 2 * width, height: height * shown.length, channels: 3 } }).toFile(file);
