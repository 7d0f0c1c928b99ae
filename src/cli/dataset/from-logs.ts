import { InvalidArgumentError, type Command } from 'commander';
import { basename, resolve } from 'node:path';
import { loadConfig, type SensoriumConfig, type Section } from '../../config/index.ts';
import { SensoriumError } from '../../contract/index.ts';
import {
  buildDataset,
  readIntervals,
  type BuildReport,
  type LabelSource,
  type Recording,
} from '../../dataset/index.ts';
import { openAnyLog } from '../../evaluate/open.ts';
import type { HeadConfig } from '../../fusion/index.ts';
import { configOfLog, mappingsOf } from '../../replay/index.ts';
import { duration, setting } from '../arguments.ts';
import { makeFolder } from '../folder.ts';
import { dataPath } from '../path.ts';
import { createProgress } from '../progress.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';

const EXAMPLES = `
Runs recordings through the pipeline and writes the windows that a fusion head of the configuration (fusion.heads) would be asked
about, each with its class: dataset.json and .npy files that "sensorium train" reads. The same code cuts the windows of a running
daemon. A sense that a recording lacks, or that fell silent, is masked. A recording is a group: heads are stopped and judged by whole
recordings (fold.npy deals them to five folds).

Classes come from the truth of a simulation (--labels scene), a stream of text (--labels text:<stream>: each is a class, until the
next), or a CSV with the columns start, end (s since the first message), label and, for several recordings, recording. Of events that
hold in one window the first of --classes counts; of text and intervals what holds in most of it. With --labels none windows have no
class: "sensorium pretrain" learns from them.

Examples:
  sensorium dataset build worlds/train/*.mcap --config config/simulation.yaml --hop 200ms --balance 3 --out happening-train
  sensorium dataset build worlds/test/*.mcap --config config/simulation.yaml --hop 1s --out happening-test
  sensorium dataset build monday.mcap tuesday.mcap --config robot.yaml --labels floors.csv --out floors
  sensorium dataset build week/*.mcap --config robot.yaml --labels none --out week`;

/** Events of a simulated world; what is short and rare before what is long and common. */
const EVENTS = ['collision', 'dropped object', 'approach', 'door'];
/** Windows without any of them. */
const NOTHING = 'nothing';
/** Windows of which nobody says what they are. */
const UNLABELLED = 'unlabelled';

interface Options {
  readonly out: string;
  readonly config?: string;
  readonly set?: Section;
  readonly head?: string;
  readonly hop?: number;
  readonly labels: string;
  readonly classes?: readonly string[];
  readonly rest?: string;
  readonly balance?: number;
  readonly name?: string;
  readonly json?: boolean;
}

/** `sensorium dataset build <logs…>`: labelled windows of recordings. */
export function fromLogs(build: Command, context: CliContext): void {
  build
    .command('logs', { isDefault: true })
    .description('cut labelled windows out of recordings')
    .argument('<logs...>', 'recordings')
    .requiredOption('-o, --out <folder>', 'where to write')
    .option('-c, --config <file>', 'YAML or JSON with fusion.heads; default: what the first log holds')
    .option('--set <path=value>', 'override a value of the configuration; may be repeated', setting)
    .option('--head <name>', 'which head of the configuration; default: the only one')
    .option('--hop <time>', 'from one window to the next; default: as configured', duration)
    .option('--labels <source>', 'scene, text:<stream>, a CSV file, or none', 'scene')
    .option(
      '--classes <names>',
      'classes, separated by commas; default: events of the simulation, else all that come',
      list,
    )
    .option('--rest <name>', `class of windows in which none holds; default: ${NOTHING} with scene, else left out`)
    .option('--balance <ratio>', 'of no class more than so many times the windows of the rarest', ratio)
    .option('--name <name>', 'of the data set; default: name of the folder')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((logs: readonly string[], options: Options) => built(logs, options, context));
}

async function built(logs: readonly string[], options: Options, context: CliContext): Promise<void> {
  const { drivers, embedded } = context;
  const given =
    options.config === undefined && options.set === undefined
      ? undefined
      : loadConfig({ file: options.config, embedded, drivers, overrides: { ...options.set } });
  const labels = await labelSource(options.labels);
  const recordings: Recording[] = [];
  for (const path of logs.map(dataPath)) {
    const log = await openAnyLog(path, { mappings: given && mappingsOf(given) });
    if (labels.kind === 'scene' && !log.streams.some(({ kind }) => kind === 'scene')) {
      throw new SensoriumError('E_FILE_FORMAT', 'has no labels: expected a stream of kind scene, or --labels', {
        path,
      });
    }
    if (labels.kind === 'text' && !log.streams.some(({ id }) => id === labels.stream)) {
      throw new SensoriumError('E_FILE_FORMAT', `has no stream "${labels.stream}" with labels`, { path });
    }
    recordings.push({ path, log, config: given ?? configOfLog(log, drivers) });
  }
  const [, head] = headOf(recordings[0].config, options.head);
  await makeFolder(options.out);
  const progress = createProgress(context.err);
  const isScene = labels.kind === 'scene';
  const rest = isScene ? NOTHING : labels.kind === 'none' ? UNLABELLED : undefined;
  const report = await buildDataset(
    {
      out: options.out,
      name: options.name ?? basename(resolve(options.out)),
      head: withHop(head, options.hop),
      labels,
      classes: options.classes ?? (isScene ? EVENTS : undefined),
      rest: options.rest ?? rest,
      balance: options.balance,
    },
    recordings,
    (share, note) => progress.show(share, note),
  ).finally(() => progress.clear());
  if (options.json === true) return context.out(`${JSON.stringify({ folder: options.out, ...report })}\n`);
  context.out(`${inWords(options.out, report).join('\n')}\n`);
}

async function labelSource(text: string): Promise<LabelSource> {
  if (text === 'scene' || text === 'none') return { kind: text };
  const stream = /^text:(.+)$/.exec(text)?.[1];
  if (stream !== undefined) return { kind: 'text', stream };
  return { kind: 'intervals', intervals: await readIntervals(dataPath(text)) };
}

/** @throws SensoriumError E_CONFIG_MISSING, E_USAGE */
function headOf({ fusion }: SensoriumConfig, wanted: string | undefined): [string, HeadConfig] {
  const heads = Object.entries(fusion.heads);
  const names = heads.map(([name]) => name).join(', ');
  if (heads.length === 0) {
    const what = 'no head says which streams and windows are wanted: give --config with one';
    throw new SensoriumError('E_CONFIG_MISSING', what, { path: 'fusion.heads' });
  }
  const fitting = heads.filter(([name]) => wanted === undefined || name === wanted);
  if (fitting.length === 1) return fitting[0];
  throw new SensoriumError('E_USAGE', `expected one of ${names}, got ${wanted ?? 'nothing'}`, { path: '--head' });
}

/** @throws SensoriumError E_USAGE */
function withHop(head: HeadConfig, seconds: number | undefined): HeadConfig {
  if (seconds === undefined) return head;
  const hopMs = Math.round(seconds * 1000);
  if (hopMs > 0 && hopMs % head.stepMs === 0) return { ...head, hopMs };
  throw new SensoriumError('E_USAGE', `expected whole steps of ${head.stepMs} ms, got ${hopMs} ms`, { path: '--hop' });
}

function list(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '') && new Set(names).size === names.length) return names;
  throw new InvalidArgumentError('expected names, each once, separated by commas');
}

function ratio(text: string): number {
  const number = Number(text);
  if (number >= 1 && number <= 1e6) return number;
  throw new InvalidArgumentError('expected a number of at least 1');
}

function inWords(out: string, { samples, counts, labelled, unlabelled, dims, absent }: BuildReport): string[] {
  const left = [
    ...(labelled > samples ? [`${labelled - samples} left out to balance the classes`] : []),
    ...(unlabelled > 0 ? [`${unlabelled} without a label`] : []),
  ];
  return [
    `${out}: ${samples} windows${left.length > 0 ? `; ${left.join(', ')}` : ''}`,
    ...tableOf(
      ['class', 'windows'],
      Object.entries(counts).map(([name, count]) => [name, String(count)]),
    ),
    ...tableOf(
      ['modality', 'numbers a step'],
      Object.entries(dims).map(([name, count]) => [name, String(count)]),
    ),
    ...Object.entries(absent).map(([recording, streams]) => `${recording} has no ${streams.join(', ')}: masked there`),
  ];
}
