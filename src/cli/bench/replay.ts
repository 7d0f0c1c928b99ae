import type { Command } from 'commander';
import { SensoriumError } from '../../contract/index.ts';
import { openAnyLog } from '../../evaluate/open.ts';
import { NS_PER_SECOND } from '../../frame/index.ts';
import { replayEntries } from '../../record/index.ts';
import { configOfLog, pipelineOf, prepareLog, runThrough } from '../../replay/index.ts';
import { dataPath } from '../path.ts';
import { createProgress } from '../progress.ts';
import type { CliContext } from '../verb.ts';

const EXAMPLES = `
Examples:
  sensorium simulate --duration 10m --seed 7 --out sim.mcap && sensorium bench replay sim.mcap --json`;

/** `sensorium bench replay` */
export function replayBench(group: Command, context: CliContext): void {
  group
    .command('replay')
    .description('a log through the whole pipeline: times real time, growth of the memory')
    .argument('<log>', 'recording; without one: simulate --duration 10m first')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: { json?: boolean }) => replayed(dataPath(path), options, context));
}

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
