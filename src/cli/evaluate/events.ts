import type { Command } from 'commander';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError } from '../../contract/index.ts';
import { baselinesOf, windowsOf, type BaselineReport, type Window } from '../../evaluate/events/index.ts';
import { openLog } from '../../record/index.ts';
import { duration } from '../arguments.ts';
import { createProgress } from '../progress.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';

const EXAMPLES = `
How far do the simplest of rules come with the events of labelled recordings? For every event: one threshold through one number
of each stream (jolt, loudness, nearest distance, change of the picture, …), learned from the training recordings; a vote of
those; and always saying the commoner answer. Balanced accuracy on the test recordings: 50 % is chance. An event of which one
of them tells 90 % needs no learning, so that nothing is shown by learning it (docs/drivers/simulation.md).

Examples:
  sensorium evaluate events --train worlds/train --test worlds/test
  sensorium evaluate events --train worlds/train --test worlds/test --window 2s --json`;

/** What a rule must not reach for an event to be worth learning. */
const TOO_EASY = 0.9;

interface Options {
  readonly train: string;
  readonly test: string;
  readonly window: number;
  readonly json?: boolean;
}

/** `sensorium evaluate events`: how far do thresholds come? */
export function events(group: Command, context: CliContext): void {
  group
    .command('events')
    .description('how far the simplest of rules come with the events of labelled recordings')
    .requiredOption('--train <folder>', 'recordings to learn from')
    .requiredOption('--test <folder>', 'recordings to be judged by')
    .option('--window <time>', 'length of what is judged at a time', duration, 1)
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => judged(options, context));
}

async function judged(options: Options, context: CliContext): Promise<void> {
  const [training, testing] = [await recordingsOf(options.train), await recordingsOf(options.test)];
  const progress = createProgress(context.err);
  const many = training.length + testing.length;
  let done = 0;
  const read = async (paths: readonly string[]): Promise<Window[]> => {
    const windows: Window[] = [];
    for (const path of paths) {
      progress.show(done / many, path);
      const log = await openLog(path);
      if (!log.streams.some(({ kind }) => kind === 'scene')) {
        throw new SensoriumError('E_FILE_FORMAT', 'has no labels: expected a stream of kind scene', { path });
      }
      windows.push(...(await windowsOf(log, options.window)));
      done += 1;
    }
    return windows;
  };
  const report = baselinesOf(await read(training), await read(testing));
  progress.clear();
  const tooEasy = report.events.filter(({ best }) => best >= TOO_EASY).map(({ event }) => event);
  if (options.json === true)
    return context.out(`${JSON.stringify({ windowSeconds: options.window, ...report, tooEasy })}\n`);
  context.out(`${lines(report).join('\n')}\n`);
  const verdict = tooEasy.length === 0 ? 'no event is' : `${tooEasy.join(', ')}:`;
  context.out(`${verdict} told by a rule to ${percent(TOO_EASY)} or more\n`);
}

/** The recordings of a folder, by name. */
async function recordingsOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'no such folder', { path: folder, cause });
  });
  const found = names.filter((name) => name.endsWith('.mcap')).sort();
  if (found.length === 0) throw new SensoriumError('E_FILE_MISSING', 'no .mcap file in this folder', { path: folder });
  return found.map((name) => join(folder, name));
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

function lines({ windows, events: all, overall }: BaselineReport): string[] {
  const counted = `windows: ${windows.train} to learn from, ${windows.test} to be judged by`;
  if (overall === undefined)
    return [counted, 'no event holds in some windows of both and not in others: nothing to judge'];
  const streams = Object.keys(overall.thresholds);
  const head = ['event', 'train', 'test', 'commoner', 'vote', ...streams, 'best rule'];
  const rows = all.map(({ event, train, test, commoner, vote, thresholds }) => {
    const [best] = [...thresholds].sort((a, b) => b.test - a.test);
    return [
      event,
      ...[train, test].map(String),
      ...[commoner, vote, ...streams.map((name) => thresholds.find(({ stream }) => stream === name)?.test ?? NaN)].map(
        percent,
      ),
      best === undefined ? '-' : `${best.stream}: ${best.number} ${best.says} ${best.threshold.toPrecision(3)}`,
    ];
  });
  const mean = [
    'mean',
    '',
    '',
    ...[overall.commoner, overall.vote, ...Object.values(overall.thresholds)].map(percent),
    '',
  ];
  return [...tableOf(head, [...rows, mean]), counted];
}
