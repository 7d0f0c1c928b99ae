import { existsSync } from 'node:fs';
import { OWN_IMAGINATION } from '../evaluate/vision-language/index.ts';
import { nearnessOf, openImaginer } from '../hub/index.ts';
import { contentOf, modelFolder, pictureOf } from '../inference/index.ts';
import { wholeOrNone } from './arguments.ts';
import { askDaemon, askingOptions, tellReply, type AskingOptions } from './asking.ts';
import { tellUnknown } from './unknown.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
The goal is a picture (a file that is there, or a name with a picture's ending), or a sentence, whose words say what is to stand there and an imagined picture of which says
where; the remaining way is what things still have to go, in metres. Pictures are those of a table as
"sensorium simulate --goals" shows it (docs/vision-language.md). Without --image a running daemon compares what it sees now.

Examples:
  sensorium progress goal.png --image now.png
  sensorium progress "a red ball to the left of a blue box" --image now.png --json
  sensorium progress "a red ball to the left of a blue box"`;

const PICTURE = /\.(jpe?g|png|webp)$/i;

interface Options extends AskingOptions {
  readonly image?: string;
  readonly seed: number;
  readonly model: string;
  readonly json?: boolean;
}

/** `sensorium progress`: how near what is seen is to what is wanted. */
export const progress: Verb = (program, context) => {
  const verb = program
    .command('progress')
    .description('tell how near the present view is to a goal: a picture, or a sentence')
    .argument('<goal>', 'a file, or words')
    .option('--image <file>', 'the present view')
    .option('--seed <number>', 'of the picture that is imagined', wholeOrNone, 1)
    .option(
      '--model <model>',
      'of --image: which model looks and imagines: its name or a path, and :precision',
      OWN_IMAGINATION,
    )
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES);
  askingOptions(verb, 60).action((goal: string, options: Options) => told(goal, options, context));
};

async function told(goal: string, options: Options, context: CliContext): Promise<void> {
  const { image, seed, model, json } = options;
  const isPicture = PICTURE.test(goal) || existsSync(goal);
  if (image === undefined) return toldByDaemon(isPicture, goal, options, context);
  const now = await pictureOf(image);
  const shown = isPicture ? await pictureOf(goal) : undefined;
  const imaginer = await openImaginer(modelFolder(), model);
  try {
    const unknown = isPicture ? [] : imaginer.unknownIn(goal);
    const wanted = shown === undefined ? await imaginer.arrangementOf(goal, seed) : await imaginer.arrangementIn(shown);
    const there = await imaginer.arrangementIn(now);
    const { nearness, remaining, missing } = nearnessOf(wanted, there);
    if (json === true) {
      const { sha256 } = imaginer;
      const its = { goal, isPicture, image, nearness, remaining, missing, wanted, there, unknown, sha256 };
      context.out(`${JSON.stringify(its)}\n`);
      return;
    }
    tellUnknown(unknown, context);
    const gone = missing.map(({ colour, label }) => `${colour} ${label}`).join(', ');
    context.out(`${(100 * nearness).toFixed(0)} % there, ${remaining.toFixed(2)} m to go\n`);
    if (gone !== '') context.out(`not to be seen: ${gone}\n`);
  } finally {
    await imaginer.close();
  }
}

async function toldByDaemon(isPicture: boolean, goal: string, options: Options, context: CliContext): Promise<void> {
  const wanted = isPicture ? { picture: (await contentOf(goal)).toString('base64') } : { goal, seed: options.seed };
  const reply = await askDaemon('progress', wanted, options);
  tellReply(reply, options.json === true, context);
}
