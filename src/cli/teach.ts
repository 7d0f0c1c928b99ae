import { InvalidArgumentError } from 'commander';
import { MOST_EXAMPLES, packEmbedding, SensoriumError } from '../contract/index.ts';
import { openEncoder } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import { wholeOrNone } from './arguments.ts';
import { askDaemon, askingOptions, tellReply, type AskingOptions } from './asking.ts';
import { exampleIn } from './example.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
The daemon learns what a name stands for, by examples and without a change of any weight: the thing that is in view now, one that it remembers, or
the largest one of each picture of --example. Of each name the newest ${MOST_EXAMPLES} examples are kept, with the memory (recall.path). "find" and "watch" take the
name from then on; "sensorium command forget taught=NAME" forgets it: docs/recall.md.

Examples:
  sensorium teach mug
  sensorium teach mug --which nearest --stream camera
  sensorium teach mug --direction 20
  sensorium teach mug --picture 17 --box 0.4,0.3,0.6,0.7
  sensorium teach part --example part1.jpg part2.jpg part3.jpg --model Xenova/clip-vit-base-patch32
  sensorium teach --list`;

interface Options extends AskingOptions {
  readonly example?: readonly string[];
  readonly model?: string;
  readonly picture?: number;
  readonly which?: string;
  readonly box?: readonly number[];
  readonly direction?: number;
  readonly stream?: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** `sensorium teach`: gives a name to a sort of thing. */
export const teach: Verb = (program, context) => {
  const verb = program
    .command('teach')
    .description('teach a running daemon a name for a sort of thing, by examples')
    .argument('[name]')
    .option('--example <pictures...>', 'pictures of it, of each the largest thing')
    .option('--model <model>', 'of --example: the dual encoder that the daemon has')
    .option('--picture <number>', 'a picture that is remembered, by its number (find)', wholeOrNone)
    .option('--which <thing>', 'largest or nearest of those that are seen (default: largest)')
    .option('--box <l,t,r,b>', 'the thing of this box, in shares of the sides of the picture', boxOf)
    .option('--direction <degrees>', "the thing in this direction, to the left of the camera's axis", Number)
    .option('--stream <name>', 'which camera')
    .option('--list', 'tell what is taught')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES);
  askingOptions(verb, 10).action((name: string | undefined, options: Options) => taught(name, options, context));
};

async function taught(name: string | undefined, options: Options, context: CliContext): Promise<void> {
  if ((name === undefined) !== (options.list === true)) {
    throw new SensoriumError('E_USAGE', 'expected a name or --list, and not both');
  }
  const reply =
    name === undefined
      ? await askDaemon('taught', {}, options)
      : await askDaemon('teach', { name, ...(await examplesOf(options)) }, options);
  tellReply(reply, options.json === true, context);
}

async function examplesOf({ example, model, picture, which, box, direction, stream }: Options): Promise<object> {
  if (example === undefined) return { picture, which, box, direction, stream };
  if (model === undefined) {
    throw new SensoriumError('E_USAGE', 'expected the dual encoder that the daemon has, got nothing', {
      path: '--model',
    });
  }
  const encoder = await openEncoder(modelFolder(), model);
  try {
    const examples: object[] = [];
    for (const file of example) {
      const { embedding, kind } = await exampleIn(encoder, file);
      examples.push({ embedding: packEmbedding(embedding), ...(kind && { kind: packEmbedding(kind) }) });
    }
    return { examples, encoder: encoder.sha256 };
  } finally {
    await encoder.close();
  }
}

/** Parses `left,top,right,bottom`. */
function boxOf(text: string): readonly number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.length === 4 && numbers.every((share) => share >= 0 && share <= 1)) return numbers;
  throw new InvalidArgumentError(
    'expected left,top,right,bottom in shares of the sides of the picture, such as 0.4,0.3,0.6,0.7',
  );
}
