import { SensoriumError, type Picture } from '../contract/index.ts';
import { answerBySenses, budgetAlone, openAnswerer, type Answerer, type AnswerBySenses } from '../hub/index.ts';
import { modelFolder, pictureOf } from '../inference/index.ts';
import { whole } from './arguments.ts';
import { answerParts } from './ask-json.ts';
import { askDaemon, askingOptions, refuse, type AskingOptions } from './asking.ts';
import { createProgress } from './progress.ts';
import { clipOf } from './sound-file.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
Without --model a running daemon is asked about what it sees and hears now: docs/vision-language.md.

The model answers questions about pictures (LLaVA-OneVision, SmolVLM, Qwen2-VL): owner/name of a hub that "sensorium models pull" has
brought, or a folder that begins with / or . and, behind a colon, its precision (q8 unless said otherwise). Or a server with the OpenAI chat
interface (llama.cpp, vLLM) on this machine or a private network: its address, and behind # the model's name there. The answer is the
likeliest one, token by token; on a terminal it is shown as it is said. Ctrl-C calls it off.
simulated-answers, which comes along and knows the simulated world and no other, hears besides: the last second of a WAV file of four
microphones (16-bit PCM, 16 kHz). simulated-clips takes two seconds: five pictures, the oldest first, and as much sound. Where a sense is missing
that a question is about, it cannot tell.

Examples:
  sensorium ask "is there a person in view?"
  sensorium models pull HuggingFaceTB/SmolVLM-256M-Instruct
  sensorium ask "What is on the table?" --image table.jpg --model HuggingFaceTB/SmolVLM-256M-Instruct
  sensorium ask "Which is larger?" --image a.jpg --image b.jpg --model ./my-model:fp32 --json
  sensorium ask "what do you hear?" --image view.png --sound clip.wav --model simulated-answers
  sensorium ask "does a door slide?" --image 1.png --image 2.png --image 3.png --image 4.png --image 5.png --model simulated-clips
  sensorium ask "What is this?" --image part.png --model "http://127.0.0.1:8080/v1#llava" --within 20s`;

interface Options extends Omit<AskingOptions, 'within'> {
  readonly image: readonly string[];
  readonly sound?: string;
  readonly model?: string;
  readonly most: number;
  readonly within?: number;
  readonly threads: number;
  readonly publicAddress?: boolean;
  readonly json?: boolean;
}

/** s that the reply of a daemon is waited for: its model may have to be opened. */
const DAEMON_SECONDS = 60;

/** `sensorium ask`: a question about what is seen and heard. */
export const ask: Verb = (program, context) => {
  const verb = program
    .command('ask')
    .description('ask a running daemon about what it senses, or a model about pictures and a sound')
    .argument('<question>')
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
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES);
  askingOptions(verb).action((question: string, { model, ...options }: Options) =>
    model === undefined ? askRobot(question, options, context) : answer(question, { ...options, model }, context),
  );
};

async function askRobot(question: string, options: Omit<Options, 'model'>, { out }: CliContext): Promise<void> {
  if (options.image.length > 0 || options.sound !== undefined) {
    throw new SensoriumError('E_USAGE', 'expected the model that is asked about them, got nothing', {
      path: '--model',
    });
  }
  const reply = await askDaemon('ask', { question }, { ...options, within: options.within ?? DAEMON_SECONDS });
  if (options.json === true) out(`${JSON.stringify(reply)}\n`);
  else if (reply.status === 'done') out(`${printable(reply.what)}\n`);
  refuse(reply);
}

async function answer(
  question: string,
  options: Options & { readonly model: string },
  context: CliContext,
): Promise<void> {
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
  { most, within, json }: Pick<Options, 'most' | 'within' | 'json'>,
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
