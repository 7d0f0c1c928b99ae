import type { Picture } from '../contract/index.ts';
import { answerBySenses, budgetAlone, openAnswerer, type Answerer, type AnswerBySenses } from '../hub/index.ts';
import { modelFolder, pictureOf } from '../inference/index.ts';
import { duration, whole } from './arguments.ts';
import { answerParts } from './ask-json.ts';
import { createProgress } from './progress.ts';
import { clipOf } from './sound-file.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
The model answers questions about pictures (LLaVA-OneVision, SmolVLM, Qwen2-VL): owner/name of a hub that "sensorium models pull" has
brought, or a folder that begins with / or . and, behind a colon, its precision (q8 unless said otherwise). Or a server with the OpenAI chat
interface (llama.cpp, vLLM) on this machine or a private network: its address, and behind # the model's name there. The answer is the
likeliest one, token by token; on a terminal it is shown as it is said. Ctrl-C calls it off.
simulated-answers, which comes along and knows the simulated world and no other, hears besides: the last second of a WAV file of four
microphones (16-bit PCM, 16 kHz). simulated-clips takes two seconds: five pictures, the oldest first, and as much sound. Where a sense is missing
that a question is about, it cannot tell.

Examples:
  sensorium models pull HuggingFaceTB/SmolVLM-256M-Instruct
  sensorium ask "What is on the table?" --image table.jpg --model HuggingFaceTB/SmolVLM-256M-Instruct
  sensorium ask "Which is larger?" --image a.jpg --image b.jpg --model ./my-model:fp32 --json
  sensorium ask "what do you hear?" --image view.png --sound clip.wav --model simulated-answers
  sensorium ask "does a door slide?" --image 1.png --image 2.png --image 3.png --image 4.png --image 5.png --model simulated-clips
  sensorium ask "What is this?" --image part.png --model "http://127.0.0.1:8080/v1#llava" --within 20s`;

interface Options {
  readonly image: readonly string[];
  readonly sound?: string;
  readonly model: string;
  readonly most: number;
  readonly within?: number;
  readonly threads: number;
  readonly publicAddress?: boolean;
  readonly json?: boolean;
}

/** `sensorium ask`: a question about what is seen and heard. */
export const ask: Verb = (program, context) => {
  program
    .command('ask')
    .description('ask a model about pictures, and about a sound')
    .argument('<question>')
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
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((question: string, options: Options) => answer(question, options, context));
};

async function answer(question: string, options: Options, context: CliContext): Promise<void> {
  const pictures = await Promise.all(options.image.map(pictureOf));
  const started = performance.now();
  const answerer = await openAnswerer(modelFolder(), options.model, {
    threads: options.threads,
    budget: budgetAlone(),
    isPublicAllowed: options.publicAddress === true,
  });
  const stop = new AbortController();
  const interrupted = (): void => stop.abort();
  process.once('SIGINT', interrupted);
  try {
    const loaded = performance.now();
    const clip = options.sound === undefined ? undefined : await clipOf(options.sound, answerer);
    const said = await told(answerer, question, { pictures, clip }, options, stop.signal, context);
    const ms = { load: Math.round(loaded - started), answer: Math.round(performance.now() - loaded) };
    if (options.json !== true) return;
    const { model, image: images, sound } = options;
    const parts = answerParts({ question, images, sound, isHeard: clip !== undefined, model }, answerer, said);
    const { tokens, ids, promptTokens, ended } = said;
    context.out(`${JSON.stringify({ ...parts, tokens, ids, promptTokens, ended, ms })}\n`);
  } finally {
    process.off('SIGINT', interrupted);
    await answerer.close();
  }
}

/** Answers; on a terminal while it is said, elsewhere at once. */
async function told(
  answerer: Answerer,
  question: string,
  { pictures, clip }: { readonly pictures: readonly Picture[]; readonly clip: Int16Array | undefined },
  { most, within, json }: Options,
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

/** What a model says is text, and moves no cursor: control characters but for new lines and tabs are left out. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is meant
  return text.replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '');
}
