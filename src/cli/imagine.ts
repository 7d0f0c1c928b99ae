import { extname } from 'node:path';
import type { Picture } from '../contract/index.ts';
import { SensoriumError } from '../contract/index.ts';
import { OWN_IMAGINATION } from '../evaluate/vision-language/index.ts';
import { openImaginer } from '../hub/index.ts';
import { loadSharp, modelFolder } from '../inference/index.ts';
import { wholeOrNone } from './arguments.ts';
import { write } from './folder.ts';
import { tellUnknown } from './unknown.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
A picture of a table-top, 64 x 64 pixels, with one to three things on it. The same words and seed give the same picture, byte for byte. The
model that comes along, "simulated-pictures", knows ten classes of things in eleven colours, from left to right, of the simulated world, and no other
(docs/vision-language.md). A word that it does not know is said to be unknown, and passed over.

Examples:
  sensorium imagine "a red ball to the left of a blue box" --out goal.png
  sensorium imagine "a green castle in the middle, a yellow hat on the left and a red kettle on the right" --seed 3 --json`;

const ENDINGS = ['.png', '.jpg', '.jpeg', '.webp'];

interface Options {
  readonly seed: number;
  readonly out: string;
  readonly model: string;
  readonly json?: boolean;
}

/** `sensorium imagine`: a picture of what is wanted. */
export const imagine: Verb = (program, context) => {
  program
    .command('imagine')
    .description('make a picture of what words say: how a table is to look')
    .argument('<words>')
    .option('--seed <number>', 'another one gives another picture of the same', wholeOrNone, 1)
    .option('-o, --out <file>', 'picture to write (PNG, JPEG, WebP)', 'goal.png')
    .option('--model <model>', 'which model imagines: its name or a path, and :precision', OWN_IMAGINATION)
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((words: string, options: Options) => imagined(words, options, context));
};

async function imagined(words: string, { seed, out: file, model, json }: Options, context: CliContext): Promise<void> {
  const content = await encoderFor(file);
  const imaginer = await openImaginer(modelFolder(), model);
  try {
    const started = performance.now();
    const picture = await imaginer.imagine(words, seed);
    const milliseconds = Math.round(performance.now() - started);
    const unknown = imaginer.unknownIn(words);
    await write(file, await content(picture));
    const things = (await imaginer.arrangementIn(picture)).sort((a, b) => b.place[1] - a.place[1]);
    if (json === true) {
      const { sha256 } = imaginer;
      context.out(`${JSON.stringify({ words, seed, file, model, sha256, unknown, things, milliseconds })}\n`);
      return;
    }
    tellUnknown(unknown, context);
    const shown = things.map(({ colour, label }) => `${colour} ${label}`).join(', ');
    context.out(`${file}: ${shown === '' ? 'nothing' : shown} (from left to right, as the model sees its picture)\n`);
  } finally {
    await imaginer.close();
  }
}

/** What makes a file of a picture, by the file's ending. */
async function encoderFor(file: string): Promise<(picture: Picture) => Promise<Uint8Array>> {
  const ending = extname(file).toLowerCase();
  if (!ENDINGS.includes(ending)) {
    throw new SensoriumError('E_USAGE', `expected ${ENDINGS.join(', ')}, got ${ending}`, { path: '--out' });
  }
  const sharp = await loadSharp();
  return ({ data, width, height }) => {
    const its = sharp(data, { raw: { width, height, channels: 3 } });
    return (ending === '.png' ? its.png() : ending === '.webp' ? its.webp() : its.jpeg({ quality: 95 })).toBuffer();
  };
}
