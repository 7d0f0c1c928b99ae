import { InvalidArgumentError } from 'commander';
import { budgetAlone, inOne, openTranscriber, referenceOf, type Spoken, type Transcriber } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import { duration, whole, wholeOrNone } from './arguments.ts';
import { interruptible } from './interrupt.ts';
import { printable } from './printable.ts';
import { createProgress, type Progress } from './progress.ts';
import { monoOfFile } from './sound-file.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
The model writes down speech (Whisper): owner/name of a hub that "sensorium models pull" has brought, or a folder that begins with / or . and, behind
a colon, its precision (q8 unless said otherwise). Files are WAV of 16-bit PCM; the mean of all channels, or one of them, is brought to the rate of the
model. It hears 30 s at once: where one window ends and the next begins, a word may be cut. Without --language it says which one it hears, in each window
anew. Of silence and noise it makes up words. Ctrl-C calls it off.
A running daemon does the same with what its microphones hear: perception.speech (docs/perception.md).

Examples:
  sensorium models pull onnx-community/whisper-tiny
  sensorium transcribe interview.wav --model onnx-community/whisper-tiny
  sensorium transcribe a.wav b.wav --model onnx-community/whisper-tiny --language en --json
  sensorium transcribe brief.wav --model ./my-whisper:fp32 --translate --channel 0`;

interface Options {
  readonly model: string;
  readonly language?: string;
  readonly translate?: boolean;
  readonly channel?: number;
  readonly within?: number;
  readonly threads: number;
  readonly json?: boolean;
}

/** What was said in one file. */
interface Transcript {
  readonly file: string;
  /** s of sound. */
  readonly seconds: number;
  readonly windows: readonly Spoken[];
  readonly ms: number;
}

/** `sensorium transcribe`: what is said in sound files, written down. */
export const transcribe: Verb = (program, context) => {
  program
    .command('transcribe')
    .description('write down what is said in sound files')
    .argument('<files...>', 'WAV files')
    .requiredOption('--model <model>', 'owner/name or a path, and :precision')
    .option('--language <code>', 'what is spoken, as the model names it: en; default: what it hears', languageOf)
    .option('--translate', 'into English, whatever is spoken')
    .option('--channel <number>', 'listen to one channel, from 0; default: the mean of all', wholeOrNone)
    .option('--within <time>', 'how long a window of 30 s may take; then it ends with what has been written', duration)
    .option('--threads <count>', 'threads of one run', whole, 1)
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], options: Options) => writeDown(files, options, context));
};

async function writeDown(files: readonly string[], options: Options, context: CliContext): Promise<void> {
  const { folder, precision } = referenceOf(modelFolder(), options.model);
  const transcriber = await openTranscriber(folder, { precision, threads: options.threads, budget: budgetAlone() });
  const progress = createProgress(context.err);
  try {
    const transcripts: Transcript[] = [];
    await interruptible(async (signal) => {
      for (const file of files) {
        const transcript = await transcriptOf(file, transcriber, options, signal, progress);
        progress.clear();
        if (options.json !== true) tell(transcript, files.length > 1, context);
        transcripts.push(transcript);
      }
    });
    if (options.json !== true) return;
    const { model } = options;
    context.out(`${JSON.stringify({ model, sha256: transcriber.sha256, files: transcripts.map(plain) })}\n`);
  } finally {
    progress.clear();
    await transcriber.close();
  }
}

async function transcriptOf(
  file: string,
  transcriber: Transcriber,
  { language, translate, channel, within }: Options,
  signal: AbortSignal,
  progress: Progress,
): Promise<Transcript> {
  const { sampleRate, samples: length } = transcriber;
  const samples = await monoOfFile(file, sampleRate, channel);
  const started = performance.now();
  const windows: Spoken[] = [];
  for (let at = 0; at < samples.length; at += length) {
    const heard = await transcriber.transcribe(samples.subarray(at, at + length), {
      signal,
      isTranslated: translate === true,
      ...(language === undefined ? {} : { language }),
      ...(within === undefined ? {} : { deadlineMs: 1000 * within }),
      onProgress: (share) => progress.show(Math.min(1, (at + share * length) / samples.length), file),
    });
    windows.push(...heard.map((spoken) => ({ ...spoken, from: at / sampleRate })));
  }
  return { file, seconds: samples.length / sampleRate, windows, ms: Math.round(performance.now() - started) };
}

function tell({ file, windows }: Transcript, isNamed: boolean, { out, err }: CliContext): void {
  if (isNamed) out(`${file}\n`);
  for (const { from, text } of windows) out(`${from.toFixed(1).padStart(7)} s  ${printable(text)}\n`);
  for (const { from, ended } of windows) {
    if (ended === 'end') continue;
    const why = ended === 'deadline' ? 'its time was up; --within allows more' : 'it has as many words as it may';
    err(`${file}: at ${from.toFixed(1)} s it broke off: ${why}\n`);
  }
}

function plain({ file, seconds, windows, ms }: Transcript): object {
  return {
    file,
    seconds,
    ...inOne(windows),
    windows: windows.map(({ from, text, language, confidence, tokens, ended }) => ({
      from,
      text,
      language,
      confidence,
      tokens,
      ended,
    })),
    ms,
  };
}

function languageOf(text: string): string {
  if (/^[a-z]{2,3}$/.test(text)) return text;
  throw new InvalidArgumentError('expected two or three letters, such as en');
}
