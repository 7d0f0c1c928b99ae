import { loadConfig } from '../config/index.ts';
import { createTimingStudy, type StreamTiming } from '../evaluate/clocks.ts';
import { createDelayStudy } from '../evaluate/delays.ts';
import { openAnyLog } from '../evaluate/open.ts';
import type { Delay } from '../clock/delay/index.ts';
import { createStreamClock, DEFAULT_CLOCK } from '../clock/index.ts';
import { configOfLog, mappingsOf } from '../replay/index.ts';
import { dataPath } from './path.ts';
import { createProgress } from './progress.ts';
import { tableOf } from './table.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
For each stream of a log: its rate, how irregularly it arrived (raw jitter: receive time against device time), how well its
times can be rebuilt from the arrivals alone (rebuilt jitter: against device time), how much longer than the quickest its
frames were under way (latency), the drift of the device's clock, and what went wrong. For each two streams that see the same
motion: how much later the one is than the other, with its 95 % interval (docs/delays.md).

Examples:
  sensorium clocks drive.mcap
  sensorium clocks vehicle/comma2k19
  sensorium clocks robot.bag --config robot.yaml --json`;

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

/** `sensorium clocks <log>`: whose time is right, and how right? */
export const clocks: Verb = (program, context) => {
  program
    .command('clocks')
    .description('judge the clocks of a log: rates, jitter, latency, drift')
    .argument('<log>', 'recording')
    .option('-c, --config <file>', 'YAML or JSON; default: what the log holds')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: Options) => judged(dataPath(path), options, context));
};

async function judged(path: string, options: Options, { drivers, out, err }: CliContext): Promise<void> {
  // The configuration is looked at before the log: its mistakes cost no waiting.
  const given = options.config === undefined ? undefined : loadConfig({ file: options.config, drivers });
  const progress = createProgress(err);
  const log = await openAnyLog(path, { mappings: given && mappingsOf(given) });
  const config = given ?? configOfLog(log, drivers);
  const clockOf = (stream: string) => config.streams[stream] ?? DEFAULT_CLOCK;
  const study = createTimingStudy(log.streams, clockOf, log.epoch);
  const between = createDelayStudy(log, {
    rotations: new Map(Object.entries(config.mounts).map(([stream, { rotation }]) => [stream, rotation])),
    clockOf: (stream) => createStreamClock(stream, clockOf(stream.id), log.epoch),
  });
  const { first, last } = log.range ?? { first: 0, last: 1 };
  for await (const batch of log.entries()) {
    for (const entry of batch) {
      if (entry.kind !== 'frame') continue;
      study.saw(entry.arrival);
      between.saw(entry.arrival);
    }
    const entry = batch.at(-1);
    if (entry?.kind === 'frame') progress.show((entry.arrival.received - first) / Math.max(1, last - first), path);
  }
  progress.clear();
  const delays = between.delays();
  const streams = study.result();
  for (const warning of log.warnings) err(`warning: ${warning}\n`);
  if (options.json === true) out(`${JSON.stringify({ streams, delays: delays.map(withoutWhy) })}\n`);
  else out(`${table(streams)}${delayLines(delays).join('')}`);
}

const HEADER = ['stream', 'kind', 'rate', 'raw jitter', 'rebuilt', 'latency p50', 'p99', 'drift', ''];

function table(streams: readonly StreamTiming[]): string {
  const shown = (value: number | null | undefined, digits: number, unit: string): string =>
    value === null || value === undefined ? '-' : `${value.toFixed(digits)} ${unit}`;
  const rows = streams.map((stream) => [
    stream.stream,
    stream.kind,
    shown(stream.rateHz, 2, 'Hz'),
    shown(stream.rawJitterMs, 2, 'ms'),
    shown(stream.rebuiltJitterMs, 2, 'ms'),
    shown(stream.latencyMs?.p50, 2, 'ms'),
    shown(stream.latencyMs?.p99, 2, 'ms'),
    shown(stream.driftPpm, 1, 'ppm'),
    troubles(stream),
  ]);
  return `${tableOf(HEADER, rows).join('\n')}\n`;
}

function withoutWhy({ of, against, by, ms, low, high }: Delay): Omit<Delay, 'why'> {
  return { of, against, by, ms, low, high };
}

function delayLines(delays: readonly Delay[]): string[] {
  return delays.map(({ of, against, by, ms, low, high, why }) => {
    const what = `${of} against ${against} by ${by}: `;
    if (ms === null || low === null || high === null) return `${what}cannot be told (${why ?? 'too little data'})\n`;
    const late = ms < 0 ? 'earlier' : 'later';
    const range = ms < 0 ? [-high, -low] : [low, high];
    return `${what}${Math.abs(ms).toFixed(1)} ms ${late} (95 %: ${range.map((edge) => edge.toFixed(1)).join(' to ')})\n`;
  });
}

function troubles({ gaps, backward, duplicates }: StreamTiming): string {
  const counts: [number, string][] = [
    [gaps, 'gaps'],
    [backward, 'backward'],
    [duplicates, 'duplicates'],
  ];
  return counts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])).join(', ');
}
