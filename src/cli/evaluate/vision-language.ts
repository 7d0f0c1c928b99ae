import { Argument, type Command } from 'commander';
import { reportOf, TASKS, type Case, type Report, type Task } from '../../evaluate/vision-language/index.ts';
import { NOVELTIES } from '../../contract/index.ts';
import { whole } from '../arguments.ts';
import { dataPath } from '../path.ts';
import { write } from '../folder.ts';
import { createProgress } from '../progress.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';
import { besides } from './beside.ts';

const EXAMPLES = `
Tasks:
${Object.entries(TASKS)
  .map(([name, { description, baseline }]) => `  ${name.padEnd(12)} ${description} (baseline: ${baseline})`)
  .join('\n')}

DIR is a folder of "sensorium simulate --stills", or one with such a folder stills/ in it; ask also takes
the clips/ of "sensorium simulate --worlds", or one of both: forms that both are asked are told apart by "clips" before the name.
teach also takes a folder of pictures: each folder in it is a class; where there is none, each picture is one, of which views are
drawn. Intervals of 95 % are a bootstrap over worlds.
The model is one that comes along, owner/name of a hub, or a folder that begins with / or .; behind a colon its precision.

Examples:
  sensorium simulate --stills 2000 --seed 1 --split test --out stills/test
  sensorium eval vision-language find --data stills/test
  sensorium eval vision-language relations --data stills/test --predictions relations.jsonl --json
  sensorium eval vision-language ask --data stills/test
  sensorium eval vision-language ask --data worlds/test --json
  sensorium eval vision-language find --data stills/test --model Xenova/clip-vit-base-patch32
  sensorium eval vision-language teach --data photos --model mobilenet-v1-embedding
  sensorium eval vision-language nlvr --data learned/nlvr_dev
  sensorium eval vision-language memory --data stills/test --count 100000
  sensorium eval vision-language watch --data stills/test --hours 2`;

interface Options {
  readonly data: string;
  readonly model?: string;
  readonly count?: number;
  readonly folder?: string;
  readonly hours?: number;
  readonly predictions?: string;
  readonly json?: boolean;
}

/** `sensorium evaluate vision-language`: what words and senses have to do with one another. */
export function visionLanguage(group: Command, context: CliContext): void {
  group
    .command('vision-language')
    .description('words for what the senses show: one task, on labelled stills')
    .addArgument(new Argument('<task>').choices(Object.keys(TASKS)))
    .requiredOption('--data <folder>', 'labelled stills')
    .option('--model <model>', 'which model answers (default: the one that comes along)')
    .option('--count <count>', 'memory: embeddings (default: 1000000)', whole)
    .option('--folder <folder>', 'memory: where it is made, and removed again (default: that of temporary files)')
    .option('--hours <hours>', 'watch: of negatives (default: 10)', whole)
    .option('--predictions <file>', 'write every case: JSON lines')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((task: string, options: Options) => judged(task, options, context));
}

async function judged(name: string, options: Options, context: CliContext): Promise<void> {
  const task = TASKS[name];
  const progress = createProgress(context.err);
  try {
    const run = await task.run({
      data: dataPath(options.data),
      model: options.model,
      count: options.count,
      folder: options.folder,
      hours: options.hours,
      beside: besides(context),
      progress: (share, what) => progress.show(share, what),
    });
    progress.clear();
    if (options.predictions !== undefined) await write(options.predictions, run.cases.map(lineOf).join(''));
    const report = reportOf(name, task, run);
    if (options.json === true) return context.out(`${JSON.stringify(report)}\n`);
    context.out(`${inWords(report, task).join('\n')}\n`);
  } finally {
    progress.clear();
  }
}

function lineOf({ id, kind, form, truth, answer, score }: Case): string {
  return `${JSON.stringify({ id, kind, form, truth, answer, score })}\n`;
}

function inWords(report: Report, { baseline: what, unit = '%' }: Task): string[] {
  const { task, value, low, high, baseline, cases, byKind, byForm, ...more } = report;
  const figure = (its: number | null): string => (its === null ? '-' : its.toFixed(unit === '%' ? 1 : 2));
  const unitOf = unit === '' ? '' : ` ${unit}`;
  return [
    `${task}: ${figure(value)}${unitOf} (${figure(low)} to ${figure(high)}), ${cases} cases; ${figure(baseline)}${unitOf} is ${what}`,
    ...tableOf(
      ['kind', unit],
      NOVELTIES.map((kind) => [kind, figure(byKind[kind])]),
    ),
    ...tableOf(
      ['form', unit],
      Object.entries(byForm).map(([form, its]) => [form, figure(its)]),
    ),
    ...Object.entries(more).map(([key, its]) => `${key}: ${String(its)}`),
  ];
}
