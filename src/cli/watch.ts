import { InvalidArgumentError } from 'commander';
import { packEmbedding, SensoriumError, showValue, unpackVectors, type Sought } from '../contract/index.ts';
import { openEncoder } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import { askDaemon, askingOptions, tellReply, type AskingOptions } from './asking.ts';
import { exampleIn } from './example.ts';
import { thresholdOfLog } from './watch/log.ts';
import { createProgress } from './progress.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
The daemon tells on the topic watch/<name> when what it sees becomes as similar to the words, to what was taught under them, or to the picture of
--example, as it is by accident --per-hour times an hour. By accident is what its memory holds (recall.path), or what a recording of yours shows: --log,
in which the thing must not be, and in which the daemon looked at pictures with the same model (perception.embeddings). What was taught is told from 0.8
on where neither --per-hour nor --threshold is given and too little is remembered.

Examples:
  sensorium watch "a red mug" --per-hour 1
  sensorium watch "a person" --name person --log night.mcap --model Xenova/clip-vit-base-patch32
  sensorium watch part --example part.jpg --model ./my-clip:fp32 --threshold 0.8
  sensorium teach part
  sensorium watch part
  sensorium watch part --per-hour 0.5 --log night.mcap
  sensorium watch --end person
  sensorium topic echo 'watch/+'`;

interface Options extends AskingOptions {
  readonly name?: string;
  readonly example?: string;
  readonly model?: string;
  readonly log?: string;
  readonly perHour?: number;
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
    .option('--model <model>', 'of --example, and of words with --log: the dual encoder that the daemon has')
    .option('--per-hour <count>', 'false alarms an hour (default: 1)', above0)
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
  tellReply(reply, json === true, context);
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
  const taught = example === undefined ? await taughtAs(words, options) : undefined;
  if (log !== undefined && taught !== undefined) {
    return { ...its, words, threshold: await thresholdBy(log, taught, perHour, context) };
  }
  if (model === undefined) {
    const why = example === undefined ? `, for nothing is taught as ${showValue(words)}` : '';
    throw new SensoriumError('E_USAGE', `expected a dual encoder${why}; got nothing`, { path: '--model' });
  }
  const { encoder, ...sought } = await soughtBy(model, words, example);
  const { embedding, kind } = sought;
  const vectors = { embedding: packEmbedding(embedding), ...(kind && { kind: packEmbedding(kind) }) };
  const subject = { ...vectors, encoder, example: words };
  if (log === undefined) return { ...its, ...subject };
  return { ...its, ...subject, threshold: await thresholdBy(log, { ...sought, encoder }, perHour, context) };
}

/** What is looked for, and the SHA-256 of the encoder that tells. */
type SoughtOf = Sought & { readonly encoder: string };

/** What the daemon was taught under these words; `undefined`: nothing. */
async function taughtAs(words: string, options: Options): Promise<SoughtOf | undefined> {
  const { lesson } = await askDaemon('taught', { name: words }, options);
  const vectors = lesson?.sought && unpackVectors(lesson.sought);
  return vectors && lesson?.sought && { ...vectors, encoder: lesson.sought.encoder };
}

async function soughtBy(model: string, words: string, example: string | undefined): Promise<SoughtOf> {
  const encoder = await openEncoder(modelFolder(), model);
  try {
    const sought =
      example === undefined ? { embedding: await encoder.embedWords(words) } : await exampleIn(encoder, example);
    return { ...sought, encoder: encoder.sha256 };
  } finally {
    await encoder.close();
  }
}

async function thresholdBy(
  log: string,
  { encoder, ...sought }: SoughtOf,
  perHour: number | undefined,
  { err }: CliContext,
): Promise<number> {
  const progress = createProgress(err);
  const wanted = { sought, encoder, perHour: perHour ?? 1 };
  const found = await thresholdOfLog(log, wanted, (share) => progress.show(share, 'reading'));
  progress.clear();
  err(`threshold ${found.threshold.toFixed(4)} by ${found.hours.toFixed(2)} h of ${log}\n`);
  return found.threshold;
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
