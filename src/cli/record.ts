import { loadConfig, type Section } from '../config/index.ts';
import { SensoriumError } from '../contract/index.ts';
import type { Daemon } from '../daemon/index.ts';
import { NS_PER_SECOND } from '../frame/index.ts';
import type { RecordingStatus, Trigger } from '../record/index.ts';
import { duration, setting, whole } from './arguments.ts';
import { recordingText } from './live/display.ts';
import { assertWhole } from './live/recording.ts';
import { createSegments, trigger } from './live/segments.ts';
import { holdSession, logLevelOption, showUntilOver } from './live/session.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
Opens the sources of the configuration and records what they give, as "run --record" does, but publishes to nobody.
Ctrl-C ends the recording in order. When the disk is full, recording stops and goes on in drive.1.mcap once there is
room; what was lost is told, and the exit status is 73.

With --trigger, what came within --before is held in memory (--memory at most), and is recorded with what comes within --after
whenever one of the triggers fires; while it fires again, recording goes on. Each part is a recording that replays and can be
verified; "sensorium info" says why it was kept. Parts take the next free name: fault.mcap, fault.1.mcap, …
  fault, fault:<stream>   a stream degrades, freezes, falls silent or is lost
  drop, drop:<stream>     a driver has to drop frames
  detection:<label>       a detector finds this
  event:<name>            a scene says that this happens: door, collision
  text:<words>            this was said, typed or read
  signal                  the process gets SIGUSR1

Examples:
  sensorium record --config robot.yaml --out drive.mcap
  sensorium record --config robot.yaml --out drive.mcap --duration 10m
  sensorium record --config robot.yaml --out drive.mcap --force --json | jq .recording.bytes
  sensorium record --config robot.yaml --out fault.mcap --trigger fault --before 30s --after 10s
  sensorium record --config robot.yaml --out seen.mcap --trigger detection:person --trigger text:help --trigger signal`;

interface Options {
  readonly config: string;
  readonly out: string;
  readonly duration?: number;
  readonly force?: boolean;
  readonly set?: Section;
  readonly json?: boolean;
  readonly logLevel?: string;
  readonly trigger?: readonly Trigger[];
  readonly before?: number;
  readonly after?: number;
  readonly memory?: number;
}

/** s, and MB, unless they are given. */
const BEFORE = 10;
const AFTER = 5;
const MEMORY = 256;

/** `sensorium record`: the sources, to a file. */
export const record: Verb = (program, context) => {
  program
    .command('record')
    .description('record the sources of a configuration without publishing')
    .requiredOption('-c, --config <file>', 'YAML or JSON')
    .requiredOption('-o, --out <file>', 'MCAP file to write')
    .option('-d, --duration <time>', 'stop after this time: 10s, 500ms, 10m', duration)
    .option('-f, --force', 'overwrite a file that exists')
    .option('--trigger <what>', 'record only around what happens; may be repeated', trigger)
    .option('--before <time>', `with --trigger: how much of what came before (default: ${BEFORE}s)`, duration)
    .option('--after <time>', `with --trigger: how much of what comes after (default: ${AFTER}s)`, duration)
    .option('--memory <MB>', `with --trigger: MB that may be held (default: ${MEMORY})`, whole)
    .option('--set <path=value>', 'override a value of the configuration; may be repeated', setting)
    .option('--json', 'one line of JSON a second, and a summary')
    .addOption(logLevelOption())
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => recorded(options, context));
};

async function recorded(options: Options, context: CliContext): Promise<void> {
  const { out, json = false, force = false } = options;
  const overrides = { ...options.set, 'record.path': out };
  const config = loadConfig({ file: options.config, drivers: context.drivers, overrides });
  const onTerminal = process.stdout.isTTY && !json;
  const logLevel = options.logLevel ?? (onTerminal ? 'error' : 'info');
  const existing = force ? 'replace' : 'refuse';
  const segments = segmentsOf(options, config.record.minimumFree, context, onTerminal);
  const session = holdSession(
    { config, logLevel, existing, quiet: true, openRecorder: segments?.openRecorder },
    context,
    async (daemon, signal) => {
      const show = (): void => {
        if (json) context.out(`${JSON.stringify(lookAt(daemon))}\n`);
        else if (onTerminal) context.out(`\r\x1b[K${cut(inWords(lookAt(daemon)))}`);
      };
      try {
        assertWhole(lookAt(daemon).recording);
        show();
        await showUntilOver(daemon, signal, options.duration, show);
      } finally {
        await daemon.stop();
        if (onTerminal) context.out('\r\x1b[K');
      }
      const last = lookAt(daemon);
      context.out(json ? `${JSON.stringify({ summary: last })}\n` : `${inWords(last)}\n`);
      if (last.recording.state !== 'ended') {
        throw new SensoriumError('E_FILE_WRITE', 'the disk did not take everything in time', { path: out });
      }
      assertWhole(last.recording);
    },
  );
  await session.catch((error: unknown) => {
    if (!(error instanceof SensoriumError) || error.code !== 'E_FILE_EXISTS') throw error;
    throw new SensoriumError('E_FILE_EXISTS', 'exists already; --force overwrites it', { path: out, cause: error });
  });
}

/** What records parts; `undefined` where all is recorded. @throws SensoriumError E_USAGE */
function segmentsOf(
  { trigger: triggers, before, after, memory, json = false }: Options,
  minimumFree: number,
  { version, out, err }: CliContext,
  onTerminal: boolean,
) {
  if (triggers === undefined) {
    if (before === undefined && after === undefined && memory === undefined) return undefined;
    throw new SensoriumError('E_USAGE', '--before, --after and --memory are for --trigger');
  }
  return createSegments({
    triggers,
    before: before ?? BEFORE,
    after: after ?? AFTER,
    memory: (memory ?? MEMORY) * 1e6,
    minimumFree,
    version,
    done(segment, status) {
      if (onTerminal) out('\r\x1b[K');
      if (status instanceof Error) err(`${segment.reason}: ${status.message}\n`);
      else if (json) out(`${JSON.stringify({ segment: { file: status.file, ...segment } })}\n`);
      else out(`${status.file}: ${status.recorded} inputs, because of ${segment.reason}\n`);
    },
  });
}

/** A recording at one moment, as plain data. */
interface RecordView {
  /** Latest receive time, s since the start. */
  readonly seconds: number;
  readonly inputs: number;
  readonly streams: Readonly<Record<string, { readonly received: number; readonly rate?: number; state: string }>>;
  readonly recording: RecordingStatus;
}

function lookAt(daemon: Daemon): RecordView {
  const { now, inputs, streams } = daemon.report();
  const recording = daemon.recording();
  if (recording === undefined) throw new Error('nothing is recorded');
  return {
    seconds: Math.max(0, now) / NS_PER_SECOND,
    inputs,
    streams: Object.fromEntries(
      streams.map(({ descriptor, health, account }) => [
        descriptor.id,
        { received: account.received, rate: health.rate, state: health.condition },
      ]),
    ),
    recording,
  };
}

function inWords({ seconds, inputs, streams, recording }: RecordView): string {
  const rates = Object.entries(streams).map(([name, { rate, state, received }]) =>
    state === 'ok' || state === 'degraded'
      ? `${name} ${rate === undefined ? received : `${rate.toFixed(0)} Hz`}`
      : `${name} ${state}`,
  );
  return `${seconds.toFixed(0)} s  ${inputs} inputs  ${recordingText(recording)}  ${rates.join('  ')}`;
}

/** A line that is rewritten must not wrap. */
function cut(line: string): string {
  const columns = process.stdout.columns || 80;
  return line.length < columns ? line : `${line.slice(0, columns - 2)}…`;
}
