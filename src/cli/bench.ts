import { InvalidArgumentError, Option } from 'commander';
import { POLICIES, type PolicyName } from '../align/index.ts';
import { benchAlign, benchKernels, type AlignFigures, type KernelFigures } from '../bench/index.ts';
import { loadConfig } from '../config/index.ts';
import { createProgress } from './progress.ts';
import type { CliContext, Verb } from './verb.ts';

const GROUP_EXAMPLES = `
Examples:
  sensorium bench align --json
  sensorium bench kernels --json`;

const KERNEL_EXAMPLES = `
A 640x480 RGB picture to 416x416 normalised planar floats, against sharp with a plain conversion in turns; and the log-mel
spectrogram of YAMNet over a second of 16 kHz sound. All on the main thread, after a warm-up; medians.

Examples:
  sensorium bench kernels
  sensorium bench kernels --rounds 100 --json`;

const EXAMPLES = `
Four streams (30, 10, 200 and 50 Hz with jitter; without for the exact policy, which needs equal stamps) go through the
aligner that the pipeline uses, with its bounds and the ledger that accounts for every frame. Each policy runs in a thread of
its own after a warm-up; the median of three runs is told. The queue's size is that of the policies after ROS; the pivot policy
has its default.

Examples:
  sensorium bench align
  sensorium bench align --policy approximate --queue 100 --json`;

interface Options {
  readonly messages: number;
  readonly queue: number;
  readonly policy?: PolicyName;
  readonly json?: boolean;
}

/** `sensorium bench <what>`: how fast is it here? */
export const bench: Verb = (program, context) => {
  const group = program
    .command('bench')
    .description('measure how fast parts of Sensorium are on this machine')
    .addHelpText('after', GROUP_EXAMPLES);
  group
    .command('align')
    .description('the aligning buffer: messages a second, sets, bytes allocated for each message')
    .option('--messages <count>', 'messages of each run', countOf, 1_000_000)
    .option('--queue <size>', 'frames held of each stream', countOf, 10)
    .addOption(new Option('--policy <name>', 'only this one').choices(POLICIES))
    .option('--json', 'one JSON object, a policy under its name')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => start(options, context));
  group
    .command('kernels')
    .description('image to tensor and log-mel spectrogram: ms, and how many times faster than sharp')
    .option('--rounds <count>', 'rounds of ten runs each', countOf, 30)
    .option('--json', 'one JSON object')
    .addHelpText('after', KERNEL_EXAMPLES)
    .action(async ({ rounds, json }: { rounds: number; json?: boolean }) => {
      const figures = await benchKernels(rounds);
      context.out(json === true ? `${JSON.stringify(figures)}\n` : kernelsInWords(figures));
    });
};

function kernelsInWords({ image, mel }: KernelFigures): string {
  const times = image.sharpOverOurs.toFixed(2);
  return `image to tensor   ${image.ms} ms; sharp ${image.sharpMs} ms, ${times} times as long
log-mel           ${mel.ms} ms a second of sound, ${mel.timesRealTime} times real time
`;
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('expected a whole number of at least 1');
  return count;
}

async function start({ messages, queue, policy, json }: Options, { drivers, out, err }: CliContext): Promise<void> {
  const defaults = loadConfig({ drivers }).align;
  const names = policy === undefined ? POLICIES : [policy];
  const progress = createProgress(err);
  const figures = new Map<PolicyName, AlignFigures>();
  for (const name of names) {
    progress.show(figures.size / names.length, name);
    const queueSize = name === 'pivot' ? defaults.queueSize : queue;
    figures.set(name, await benchAlign({ ...defaults, policy: name, queueSize }, messages));
  }
  progress.clear();
  out(json === true ? `${JSON.stringify(Object.fromEntries(figures))}\n` : inWords(figures));
}

function inWords(figures: ReadonlyMap<PolicyName, AlignFigures>): string {
  const lines = [...figures].map(([name, { messagesPerSecond, sets, bytesPerMessage }]) =>
    [
      name.padEnd(12),
      `${(messagesPerSecond / 1e6).toFixed(2)} M/s`.padStart(10),
      `${sets} sets`.padStart(14),
      `${bytesPerMessage} B a message`.padStart(18),
    ].join(''),
  );
  return `${lines.join('\n')}\n`;
}
