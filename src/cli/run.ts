import { loadConfig, type Section, type SensoriumConfig } from '../config/index.ts';
import type { Daemon } from '../daemon/index.ts';
import type { RecordingStatus } from '../record/index.ts';
import { droppedOf } from '../replay/index.ts';
import { duration, setting } from './arguments.ts';
import { display, recordingText } from './live/display.ts';
import { createPainter } from './live/painter.ts';
import { holdSession, logLevelOption, showUntilOver } from './live/session.ts';
import { viewOf, type LiveView } from './live/view.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
Without --config it runs a simulated robot. On a terminal it shows what goes on, elsewhere it prints one line of JSON a
second. Ctrl-C stops everything in order; a second one aborts.

Examples:
  sensorium run
  sensorium run --duration 10s
  sensorium run --config robot.yaml --record drive.mcap
  sensorium run --set publish.mqtt.port=1884 --set sources.robot.seed=7
  sensorium run --json | jq .pose`;

interface Options {
  readonly config?: string;
  readonly duration?: number;
  readonly record?: string;
  readonly robot?: string;
  readonly set?: Section;
  readonly json?: boolean;
  readonly logLevel?: string;
}

/** `sensorium run`: the live daemon. */
export const run: Verb = (program, context) => {
  program
    .command('run')
    .description('run live: open the sources, fuse, publish')
    .option('-c, --config <file>', 'YAML or JSON; default: a simulated robot')
    .option('-d, --duration <time>', 'stop after this time: 10s, 500ms, 2m', duration)
    .option('--record <file>', 'record everything received to an MCAP file')
    .option('--robot <name>', 'name of the robot in topics')
    .option('--set <path=value>', 'override a value of the configuration; may be repeated', setting)
    .option('--json', 'one line of JSON a second, on a terminal too')
    .addOption(logLevelOption())
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => live(options, context));
};

async function live(options: Options, context: CliContext): Promise<void> {
  const config = loadConfig({
    file: options.config,
    embedded: context.embedded,
    drivers: context.drivers,
    overrides: {
      ...options.set,
      ...(options.robot === undefined ? {} : { robot: options.robot }),
      ...(options.record === undefined ? {} : { 'record.path': options.record }),
    },
  });
  const onTerminal = process.stdout.isTTY && options.json !== true;
  const logLevel = options.logLevel ?? (onTerminal ? 'error' : 'info');
  // A service that is started again must not empty the recording that it was killed in.
  await holdSession({ config, logLevel, existing: 'next' }, context, (daemon, signal) =>
    follow(daemon, config, options, context, onTerminal, signal),
  );
}

/** Shows the daemon until it ends, stops it and sums up. */
async function follow(
  daemon: Daemon,
  config: SensoriumConfig,
  options: Options,
  context: CliContext,
  onTerminal: boolean,
  signal: AbortSignal,
): Promise<void> {
  for (const notice of daemon.notices) context.err(`${notice}\n`);
  let view: LiveView | undefined;
  const look = (): LiveView => {
    const { clock, publishers, notices } = daemon;
    const { robot, frames } = config;
    const source = { robot, odom: frames.odom, now: clock.now(), report: daemon.report(), publishers, notices };
    view = viewOf({ ...source, recording: daemon.recording() }, view);
    return view;
  };
  const size = () => ({ columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 });
  const painter = createPainter(context.out, size);
  const colour = process.env['NO_COLOR'] === undefined || process.env['NO_COLOR'] === '';
  const show = (): void => {
    if (onTerminal) painter.paint(display(look(), { columns: size().columns, colour }));
    else context.out(`${JSON.stringify(look())}\n`);
  };
  if (onTerminal) show();
  try {
    await showUntilOver(daemon, signal, options.duration, show);
  } finally {
    if (onTerminal) show();
    const last = look();
    painter.close();
    await daemon.stop();
    const summary = summaryOf(last, daemon);
    context.out(onTerminal ? `\n${inWords(summary)}\n` : `${JSON.stringify({ summary })}\n`);
  }
}

/** What a run came to. */
interface Summary {
  readonly seconds: number;
  readonly inputs: number;
  readonly sets: number;
  readonly published: number;
  readonly dropped: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly digest: string;
  readonly finalPose?: LiveView['pose'];
  readonly error?: LiveView['error'];
  readonly recording?: RecordingStatus;
}

function summaryOf({ seconds, pose, error }: LiveView, daemon: Daemon): Summary {
  const report = daemon.report();
  const recording = daemon.recording();
  return {
    seconds,
    inputs: report.inputs,
    sets: report.sets.count,
    published: report.published,
    dropped: droppedOf(report),
    digest: daemon.digest(),
    ...(pose === undefined ? {} : { finalPose: pose }),
    ...(error === undefined ? {} : { error }),
    ...(recording === undefined ? {} : { recording }),
  };
}

function inWords({ seconds, inputs, sets, published, digest, recording }: Summary): string {
  const recorded = recording === undefined ? '' : `, recorded to ${recordingText(recording)}`;
  return (
    `stopped after ${seconds.toFixed(1)} s: ${inputs} inputs, ${sets} aligned sets, ${published} messages${recorded}\n` +
    `digest ${digest}`
  );
}
