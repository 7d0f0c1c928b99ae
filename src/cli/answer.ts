import type { Command } from 'commander';
import { SensoriumError, type Picture } from '../contract/index.ts';
import { answerBySenses, budgetAlone, type AnswerBySenses, type Answerer, type openAnswerer } from '../hub/index.ts';
import { modelFolder, pictureOf } from '../inference/index.ts';
import { whole } from './arguments.ts';
import { answerParts } from './ask-json.ts';
import { askDaemon, askingOptions, tellReply, type AskingOptions } from './asking.ts';
import { interruptible } from './interrupt.ts';
import { printable } from './printable.ts';
import { createProgress } from './progress.ts';
import { clipOf } from './sound-file.ts';
import { tellUnknown } from './unknown.ts';
import type { CliContext } from './verb.ts';

/** s that the reply of a daemon is waited for: its model may have to be opened. */
const DAEMON_SECONDS = 60;

/** Who is asked, what is shown and played to a model, and how it answers. */
export interface AnsweringOptions extends Omit<AskingOptions, 'within'> {
  readonly image: readonly string[];
  readonly sound?: string;
  /** Unset: a running daemon is asked. */
  readonly model?: string;
  readonly most: number;
  readonly within?: number;
  readonly threads: number;
  readonly publicAddress?: boolean;
  readonly json?: boolean;
}

/** Adds them to a verb. */
export function answeringOptions(verb: Command): Command {
  const own = verb
    .option('--model <model>', 'owner/name or a path, and :precision; or the address of a server')
    .option(
      '--image <file>',
      'a picture (JPEG, PNG, WebP); may be given several times',
      (file, all: readonly string[]) => [...all, file],
      [],
    )
    .option('--sound <file>', 'a sound (WAV), for a model that hears')
    .option('--most <tokens>', 'tokens of the answer at most', whole, 128)
    .option('--threads <count>', 'threads of one run', whole, 1)
    .option('--public-address', 'a server may be outside this machine and its private network')
    .option('--json', 'one JSON object');
  return askingOptions(own);
}

/** A question to a model, and the command to a daemon that asks the same. */
export interface Asking {
  readonly question: string;
  readonly verb: 'ask' | 'describe';
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Tells what the model that is named answers, or else a running daemon.
 * @param open opens the model
 */
export function tell(
  { question, verb, args }: Asking,
  options: AnsweringOptions,
  context: CliContext,
  open: typeof openAnswerer,
): Promise<void> {
  const { model, threads, publicAddress } = options;
  if (model === undefined) return askRobot(verb, args, options, context);
  const how = { threads, budget: budgetAlone(), isPublicAllowed: publicAddress === true };
  return tellAnswer(question, { ...options, model }, context, () => open(modelFolder(), model, how));
}

async function askRobot(
  verb: Asking['verb'],
  args: Asking['args'],
  options: AnsweringOptions,
  context: CliContext,
): Promise<void> {
  if (options.image.length > 0 || options.sound !== undefined) {
    throw new SensoriumError('E_USAGE', 'expected the model that is asked about them, got nothing', {
      path: '--model',
    });
  }
  const reply = await askDaemon(verb, args, { ...options, within: options.within ?? DAEMON_SECONDS });
  tellReply(reply, options.json === true, context);
}

/**
 * Opens a model, puts a question to it and tells the answer; on a terminal while it is said, elsewhere at once.
 * @param open opens the model
 */
async function tellAnswer(
  question: string,
  options: AnsweringOptions & { readonly model: string },
  context: CliContext,
  open: () => Promise<Answerer>,
): Promise<void> {
  const pictures = await Promise.all(options.image.map(pictureOf));
  const started = performance.now();
  const answerer = await open();
  try {
    const loaded = performance.now();
    const clip = options.sound === undefined ? undefined : await clipOf(options.sound, answerer);
    const said = await interruptible((signal) =>
      told(answerer, question, { pictures, clip }, options, signal, context),
    );
    const ms = { load: Math.round(loaded - started), answer: Math.round(performance.now() - loaded) };
    if (options.json !== true) return;
    const { model, image: images, sound } = options;
    const parts = answerParts({ question, images, sound, isHeard: clip !== undefined, model }, answerer, said);
    const { tokens, ids, promptTokens, ended } = said;
    context.out(`${JSON.stringify({ ...parts, tokens, ids, promptTokens, ended, ms })}\n`);
  } finally {
    await answerer.close();
  }
}

async function told(
  answerer: Answerer,
  question: string,
  { pictures, clip }: { readonly pictures: readonly Picture[]; readonly clip: Int16Array | undefined },
  { most, within, json }: AnsweringOptions,
  signal: AbortSignal,
  { out, err }: CliContext,
): Promise<AnswerBySenses> {
  const isShown = json !== true && process.stdout.isTTY;
  const progress = createProgress(err);
  let isSaid = false;
  const said = await answerBySenses(answerer, question, pictures, {
    ...(clip && { clip }),
    most,
    signal,
    ...(within === undefined ? {} : { deadlineMs: 1000 * within }),
    onProgress: (share) => progress.show(share, 'looking'),
    onToken: (piece) => {
      if (!isSaid) progress.clear();
      isSaid = true;
      if (isShown) out(printable(piece));
    },
  });
  progress.clear();
  if (json === true) return said;
  out(isShown && isSaid ? '\n' : `${printable(said.text)}\n`);
  tellUnknown(answerer.unknownIn?.(question) ?? [], { err });
  if (said.ended === 'length') err(`it broke off after ${said.tokens} tokens; --most allows more\n`);
  if (said.ended === 'deadline') err('its time was up; --within allows more\n');
  return said;
}
