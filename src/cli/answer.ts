import type { Command } from 'commander';
import type { Picture } from '../contract/index.ts';
import { answerBySenses, type AnswerBySenses, type Answerer } from '../hub/index.ts';
import { pictureOf } from '../inference/index.ts';
import { duration, whole } from './arguments.ts';
import { answerParts } from './ask-json.ts';
import { interruptible } from './interrupt.ts';
import { printable } from './printable.ts';
import { createProgress } from './progress.ts';
import { clipOf } from './sound-file.ts';
import type { CliContext } from './verb.ts';

/** What is shown and played to a model, and how it answers. */
export interface AnsweringOptions {
  readonly image: readonly string[];
  readonly sound?: string;
  readonly model: string;
  readonly most: number;
  readonly within?: number;
  readonly threads: number;
  readonly publicAddress?: boolean;
  readonly json?: boolean;
}

/** Adds them to a verb. */
export function answeringOptions(verb: Command): Command {
  return verb
    .requiredOption('--model <model>', 'owner/name or a path, and :precision; or the address of a server')
    .option(
      '--image <file>',
      'a picture (JPEG, PNG, WebP); may be given several times',
      (file, all: readonly string[]) => [...all, file],
      [],
    )
    .option('--sound <file>', 'a sound (WAV), for a model that hears')
    .option('--most <tokens>', 'tokens of the answer at most', whole, 128)
    .option('--within <time>', 'how long it may take; then it ends with what has been said', duration)
    .option('--threads <count>', 'threads of one run', whole, 1)
    .option('--public-address', 'a server may be outside this machine and its private network')
    .option('--json', 'one JSON object');
}

/**
 * Opens a model, puts a question to it and tells the answer; on a terminal while it is said, elsewhere at once.
 * @param open opens the model
 */
export async function tellAnswer(
  question: string,
  options: AnsweringOptions,
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
  if (said.ended === 'length') err(`it broke off after ${said.tokens} tokens; --most allows more\n`);
  if (said.ended === 'deadline') err('its time was up; --within allows more\n');
  return said;
}
