import { Option, type Command } from 'commander';
import { POLICIES, type PolicyName } from '../../align/index.ts';
import { benchAlign, type AlignFigures } from '../../bench/index.ts';
import { loadConfig } from '../../config/index.ts';
import { count } from '../arguments.ts';
import { createProgress } from '../progress.ts';
import type { CliContext } from '../verb.ts';

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

/** `sensorium bench align` */
export function alignBench(group: Command, context: CliContext): void {
  group
    .command('align')
    .description('the aligning buffer: messages a second, sets, bytes allocated for each message')
    .option('--messages <count>', 'messages of each run', count, 1_000_000)
    .option('--queue <size>', 'frames held of each stream', count, 10)
    .addOption(new Option('--policy <name>', 'only this one').choices(POLICIES))
    .option('--json', 'one JSON object, a policy under its name')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => start(options, context));
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
