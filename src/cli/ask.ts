import type { Picture } from '../contract/index.ts';
import { budgetAlone, openAnswerer, type Answer, type Answerer } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import { duration, whole } from './arguments.ts';
import { pictureOf } from './picture-file.ts';
import { createProgress } from './progress.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
The model answers questions about pictures (LLaVA-OneVision, SmolVLM, Qwen2-VL): owner/name of a hub that "sensorium models pull" has
brought, or a folder that begins with / or . and, behind a colon, its precision (q8 unless said otherwise). Or a server with the OpenAI chat
interface (llama.cpp, vLLM) on this machine or a private network: its address, and behind # the model's name there. The answer is the
likeliest one, token by token; on a terminal it is shown as it is said. Ctrl-C calls it off.

Examples:
  sensorium models pull HuggingFaceTB/SmolVLM-256M-Instruct
  sensorium ask "What is on the table?" --image table.jpg --model HuggingFaceTB/SmolVLM-256M-Instruct
  sensorium ask "Which is larger?" --image a.jpg --image b.jpg --model ./my-model:fp32 --json
  sensorium ask "What is this?" --image part.png --model "http://127.0.0.1:8080/v1#llava" --within 20s`;

interface Options {
  readonly image: readonly string[];
  readonly model: string;
  readonly most: number;
  readonly within?: number;
  readonly threads: number;
  readonly publicAddress?: boolean;
  readonly json?: boolean;
}

/** `sensorium ask`: a question about pictures. */
export const ask: Verb = (program, context) => {
  program
    .command('ask')
    .description('ask a model about pictures')
    .argument('<question>')
    .requiredOption('--model <model>', 'owner/name or a path, and :precision; or the address of a server')
    .option(
      '--image <file>',
      'a picture (JPEG, PNG, WebP); may be given several times',
      (file, all: readonly string[]) => [...all, file],
      [],
    )
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
    const said = await told(answerer, question, pictures, options, stop.signal, context);
    const ms = { load: Math.round(loaded - started), answer: Math.round(performance.now() - loaded) };
    if (options.json !== true) return;
    const { model, image } = options;
    const { name, sha256 } = answerer;
    context.out(`${JSON.stringify({ question, images: image, model, name, sha256, ...said, ms })}\n`);
  } finally {
    process.off('SIGINT', interrupted);
    await answerer.close();
  }
}

/** Answers; on a terminal while it is said, elsewhere at once. */
async function told(
  answerer: Answerer,
  question: string,
  pictures: readonly Picture[],
  { most, within, json }: Options,
  signal: AbortSignal,
  { out, err }: CliContext,
): Promise<Answer> {
  const isShown = json !== true && process.stdout.isTTY;
  const progress = createProgress(err);
  let isSaid = false;
  const said = await answerer.answer(question, pictures, {
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
