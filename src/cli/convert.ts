import { existsSync, realpathSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { Option } from 'commander';
import { loadConfig } from '../config/index.ts';
import { SensoriumError } from '../contract/index.ts';
import { openAnyLog } from '../evaluate/open.ts';
import {
  COMPRESSIONS,
  convertMessages,
  MESSAGE_FORMATS,
  streamOfTopic,
  type Compression,
  type Conversion,
  type LogReader,
} from '../record/index.ts';
import { configOfLog, mappingsOf } from '../replay/index.ts';
import { duration } from './arguments.ts';
import { convertToOurs } from './convert/ours.ts';
import { mountsOf } from './convert/mounts.ts';
import { dataPath } from './path.ts';
import { createProgress } from './progress.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
Reads whatever "sensorium info" reads. The format follows from the name of the output (.bag, .db3, .mcap) or --format:
  bag        ROS 1 bag, not compressed
  db3        ROS 2 bag in SQLite, with the definitions of its messages
  mcap       MCAP with ROS 2 messages
  foxglove   MCAP with Foxglove's CompressedImage, RawImage, PointCloud, RawAudio and LaserScan in protocol buffers, the rest as in mcap
  sensorium  our own recording: frames with their times of receipt and ticks, the configuration and the digest of a replay
Messages of other ROS than the output's are written anew by its definitions. What cannot be carried is counted, with the reason.
The output appears once it is whole.

Examples:
  sensorium convert robot.bag robot.mcap --compression zstd
  sensorium convert drive.mcap drive.bag --streams camera,imu --from 30s --to 60s
  sensorium convert drive.mcap look.mcap --format foxglove
  sensorium convert rosbag2_folder drive.mcap --format sensorium --config robot.yaml --json`;

/** What can be written. */
const FORMATS = [...MESSAGE_FORMATS, 'sensorium'] as const;
type Format = (typeof FORMATS)[number];

interface Options {
  readonly format?: Format;
  readonly compression: Compression;
  readonly from?: number;
  readonly to?: number;
  readonly streams?: readonly string[];
  readonly config?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `sensorium convert <in> <out>`: the same in another format. */
export const convert: Verb = (program, context) => {
  program
    .command('convert')
    .description('write a log in another format: .bag, .db3, .mcap, ours')
    .argument('<in>', 'recording')
    .argument('<out>', 'file to write')
    .addOption(new Option('--format <name>', 'what to write; default: by the name of the file').choices(FORMATS))
    .addOption(new Option('--compression <name>', 'of MCAP').choices(COMPRESSIONS).default('none'))
    .option('--from <time>', 'start this long after the first message', duration)
    .option('--to <time>', 'end this long after the first message', duration)
    .option('--streams <names>', 'only these streams or topics, with commas between', (text) => text.split(','))
    .option('-c, --config <file>', 'YAML or JSON: which topic is which sensor, for --format sensorium')
    .option('-f, --force', 'overwrite a file that exists')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((from: string, to: string, options: Options) => converted(dataPath(from), to, options, context));
};

async function converted(path: string, out: string, options: Options, context: CliContext): Promise<void> {
  const { drivers, version, err } = context;
  const format = options.format ?? formatOf(out);
  const { compression, streams } = options;
  if (compression !== 'none' && format !== 'mcap' && format !== 'foxglove') {
    throw new SensoriumError('E_USAGE', `${format} is not compressed: --compression is for mcap and foxglove`);
  }
  assertWritable(path, out, options.force === true);
  const given = options.config === undefined ? undefined : loadConfig({ file: options.config, drivers });
  const log = await openAnyLog(path, { mappings: given && mappingsOf(given) });
  if (streams !== undefined) assertStreams(log, streams);
  const config = given ?? configOfLog(log, drivers);
  const range = { from: options.from, to: options.to };
  const giveUp = new AbortController();
  const onSignal = (): void =>
    giveUp.abort(new SensoriumError('E_FILE_WRITE', 'given up: nothing was written', { path: out }));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const progress = createProgress(err);
  const show = (share: number, messages: number): void => progress.show(share, `${messages} messages`);
  const common = { range, streams, progress: show, signal: giveUp.signal };
  const result = await (
    format === 'sensorium'
      ? convertToOurs(log, out, { ...common, config, version })
      : convertMessages(log, out, {
          ...common,
          format,
          compression,
          mounts: mountsOf(log, config.frames.base),
          library: `sensorium ${version}`,
        })
  ).finally(() => {
    progress.clear();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  });
  const summary = {
    file: out,
    format,
    source: { file: path, format: log.format },
    bytes: statSync(out).size,
    ...result,
    warnings: log.warnings,
  };
  context.out(options.json === true ? `${JSON.stringify(summary)}\n` : inWords(summary));
}

function formatOf(out: string): Format {
  const name = extname(out).slice(1);
  const format = (['bag', 'db3', 'mcap'] as const).find((known) => known === name);
  if (format !== undefined) return format;
  throw new SensoriumError('E_USAGE', 'expected a name that ends with .bag, .db3 or .mcap, or --format', { path: out });
}

function assertWritable(path: string, out: string, force: boolean): void {
  if (!existsSync(out)) return;
  if (existsSync(path) && realpathSync(path) === realpathSync(out)) {
    throw new SensoriumError('E_USAGE', 'the log itself cannot be the output', { path: out });
  }
  if (!force) throw new SensoriumError('E_FILE_EXISTS', 'exists already; --force overwrites it', { path: out });
}

function assertStreams({ channels }: LogReader, wanted: readonly string[]): void {
  const known = new Set(channels.flatMap(({ topic, stream }) => [streamOfTopic(topic), stream]));
  const missing = wanted.find((name) => !known.has(streamOfTopic(name)));
  if (missing === undefined) return;
  const topics = channels.map(({ topic }) => topic).join(', ');
  throw new SensoriumError('E_USAGE', `expected topics of the log (${topics}), got ${missing}`, { path: '--streams' });
}

interface Summary extends Conversion {
  readonly file: string;
  readonly format: Format;
  readonly source: { readonly file: string; readonly format: string };
  readonly bytes: number;
  readonly warnings: readonly string[];
}

function inWords({ file, format, source, bytes, messages, left, notes, warnings }: Summary): string {
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  const lines = [`${file}: ${format}, ${messages} messages, ${size}, from ${source.file} (${source.format})`];
  for (const { topic, count, why } of left) lines.push(`left out: ${topic}: ${count}: ${why}`);
  for (const note of notes) lines.push(`note: ${note}`);
  for (const warning of warnings) lines.push(`warning: ${warning}`);
  return `${lines.join('\n')}\n`;
}
