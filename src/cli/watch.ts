import { InvalidArgumentError } from 'commander';
import { packEmbedding, SensoriumError } from '../contract/index.ts';
import { openEncoder } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import { askDaemon, askingOptions, refuse, type AskingOptions } from './asking.ts';
import { exampleIn } from './example.ts';
import { thresholdOfLog } from './watch/log.ts';
import { createProgress } from './progress.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
The daemon tells on the topic watch/<name> when what it sees becomes as similar to the words, or to the picture of --example, as it is by
accident --per-hour times an hour. By accident is what its memory holds (recall.path), or what a recording of yours shows: --log, in
which the thing must not be, and in which the daemon looked at pictures with the same model (perception.embeddings).

Examples:
  sensorium watch "a red mug" --per-hour 1
  sensorium watch "a person" --name person --log night.mcap --model Xenova/clip-vit-base-patch32
  sensorium watch part --example part.jpg --model ./my-clip:fp32 --threshold 0.8
  sensorium watch --end person
  sensorium topic echo 'watch/+'`;

interface Options extends AskingOptions {
  readonly name?: string;
  readonly example?: string;
  readonly model?: string;
  readonly log?: string;
  readonly perHour: number;
  readonly threshold?: number;
  readonly end?: string;
  readonly json?: boolean;
}

/** `sensorium watch`: a running daemon is to tell when something comes into view. */
export const watch: Verb = (program, context) => {
  const verb = program
    .command('watch')
    .description('let a running daemon tell when something comes into view')
    .argument('[words]', 'what it is, or what was taught; of an example, what to call it')
    .option('--name <name>', 'of the topic: watch/<name>')
    .option('--example <picture>', 'a picture of it: its largest thing')
    .option('--model <model>', 'of --example and --log: the dual encoder that the daemon has')
    .option('--per-hour <count>', 'false alarms an hour', above0, 1)
    .option('--log <file>', 'a recording without it, that the threshold is found from')
    .option('--threshold <similarity>', 'tell from this similarity on', similarity)
    .option('--end <name>', 'watch no longer')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES);
  askingOptions(verb, 10).action((words: string | undefined, options: Options) => begin(words, options, context));
};

async function begin(words: string | undefined, options: Options, context: CliContext): Promise<void> {
  const { end, json } = options;
  const [verb, args] =
    end === undefined ? ['watch', await argumentsOf(words, options, context)] : ['unwatch', { name: end }];
  const reply = await askDaemon(verb, args, options);
  if (json === true) context.out(`${JSON.stringify(reply)}\n`);
  else if (reply.status === 'done') context.out(`${reply.what}\n`);
  refuse(reply);
}

async function argumentsOf(
  words: string | undefined,
  options: Options,
  context: CliContext,
): Promise<Record<string, unknown>> {
  const { name, example, log, perHour, threshold, model } = options;
  if (words === undefined) throw new SensoriumError('E_USAGE', 'expected words, got nothing');
  if (log !== undefined && threshold !== undefined) {
    throw new SensoriumError('E_USAGE', '--log and --threshold exclude each other');
  }
  const its = { name, perHour, threshold };
  if (example === undefined && log === undefined) return { ...its, words };
  if (model === undefined)
    throw new SensoriumError('E_USAGE', 'expected a dual encoder, got nothing', { path: '--model' });
  const encoder = await openEncoder(modelFolder(), model);
  try {
    const sought =
      example === undefined ? { embedding: await encoder.embedWords(words) } : await exampleIn(encoder, example);
    const { embedding, kind } = sought;
    const vectors = { embedding: packEmbedding(embedding), ...(kind && { kind: packEmbedding(kind) }) };
    const subject = { ...vectors, encoder: encoder.sha256, example: words };
    if (log === undefined) return { ...its, ...subject };
    const progress = createProgress(context.err);
    const found = await thresholdOfLog(log, { sought, encoder: encoder.sha256, perHour }, (share) =>
      progress.show(share, 'reading'),
    );
    progress.clear();
    context.err(`threshold ${found.threshold.toFixed(4)} by ${found.hours.toFixed(2)} h of ${log}\n`);
    return { ...its, ...subject, threshold: found.threshold };
  } finally {
    await encoder.close();
  }
}

function above0(text: string): number {
  const number = Number(text);
  if (!(number >= 0.001 && number <= 100)) throw new InvalidArgumentError('expected 0.001 to 100');
  return number;
}

function similarity(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= -1 && number <= 1)) throw new InvalidArgumentError('expected -1 to 1');
  return number;
}
