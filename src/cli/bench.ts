import { InvalidArgumentError, Option } from 'commander';
import { POLICIES, type PolicyName } from '../align/index.ts';
import { benchAlign, type AlignFigures } from '../bench/index.ts';
import { loadConfig } from '../config/index.ts';
import { SensoriumError } from '../contract/index.ts';
import { openAnyLog } from '../evaluate/open.ts';
import { NS_PER_SECOND } from '../frame/index.ts';
import { replayEntries } from '../record/index.ts';
import { configOfLog, pipelineOf, prepareLog, runThrough } from '../replay/index.ts';
import { dataPath } from './path.ts';
import { createProgress } from './progress.ts';
import type { CliContext, Verb } from './verb.ts';

const GROUP_EXAMPLES = `
Examples:
  sensorium bench align --json
  sensorium bench replay drive.mcap`;

const REPLAY_EXAMPLES = `
Examples:
  sensorium simulate --duration 10m --seed 7 --out sim.mcap && sensorium bench replay sim.mcap --json`;

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
    .command('replay')
    .description('a log through the whole pipeline: times real time, growth of the memory')
    .argument('<log>', 'recording; without one: simulate --duration 10m first')
    .option('--json', 'one JSON object')
    .addHelpText('after', REPLAY_EXAMPLES)
    .action((path: string, options: { json?: boolean }) => replayed(dataPath(path), options, context));
};

/** The part of the log after which memory counts as settled. */
const SETTLED_SHARE = 0.2;

async function replayed(path: string, { json }: { json?: boolean }, { drivers, out, err }: CliContext): Promise<void> {
  const log = await openAnyLog(path);
  if (log.range === undefined) throw new SensoriumError('E_FILE_FORMAT', 'no messages', { path });
  const { first, last } = log.range;
  const preparation = prepareLog(log, configOfLog(log, drivers));
  const progress = createProgress(err);
  let settled: number | undefined;
  const { wallSeconds, inputs } = await runThrough(replayEntries(log), {
    pipeline: pipelineOf(preparation, () => undefined),
    odom: preparation.config.frames.odom,
    progress(sequencer) {
      const share = (sequencer.now() - first) / Math.max(1, last - first);
      if (share >= SETTLED_SHARE) settled ??= process.memoryUsage().rss;
      progress.show(share, `${sequencer.count()} inputs`);
    },
  }).finally(() => progress.clear());
  const seconds = (last - first) / NS_PER_SECOND;
  const { rss } = process.memoryUsage();
  const figures = {
    seconds,
    inputs,
    wallSeconds,
    timesRealTime: seconds / wallSeconds,
    memoryMiB: rss / 2 ** 20,
    memoryGrowthPercent: settled === undefined ? null : 100 * (rss / settled - 1),
  };
  if (json === true) out(`${JSON.stringify(figures)}\n`);
  else {
    const growth = figures.memoryGrowthPercent?.toFixed(1) ?? '?';
    out(
      `${inputs} inputs, ${seconds.toFixed(0)} s in ${wallSeconds.toFixed(2)} s: ${figures.timesRealTime.toFixed(0)} x real time\n` +
        `memory ${figures.memoryMiB.toFixed(0)} MiB, ${growth} % more than after a fifth of the log\n`,
    );
  }
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
