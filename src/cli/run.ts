import { Option } from 'commander';
import { pino } from 'pino';
import { loadConfig, type Section, type SensoriumConfig } from '../config/index.ts';
import { startDaemon, type Daemon, type SessionStart } from '../daemon/index.ts';
import { createLogWriter } from '../record/index.ts';
import { droppedOf, sessionHeaderOf } from '../replay/index.ts';
import { duration, setting } from './arguments.ts';
import { display } from './live/display.ts';
import { createPainter } from './live/painter.ts';
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
    .addOption(
      new Option(
        '--log-level <level>',
        'what to log, to standard error (default: error on a terminal, else info)',
      ).choices(['silent', 'error', 'warn', 'info', 'debug']),
    )
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
  const level = options.logLevel ?? (onTerminal ? 'error' : 'info');
  const log = pino({ level, base: undefined }, pino.destination({ dest: 2, sync: true }));
  const end = endBySignal();
  try {
    const { drivers, version } = context;
    const openRecorder = (path: string, { clock, ...session }: SessionStart) =>
      createLogWriter(path, sessionHeaderOf({ ...session, epoch: clock.epoch }, version));
    const daemon = await startDaemon({ config, drivers, version, log, openRecorder, signal: end.signal }).catch(
      (error: unknown) => {
        // Given up by the user during the start: that is an end, not an error.
        if (end.signal.aborted) return undefined;
        throw error;
      },
    );
    if (daemon !== undefined) await follow(daemon, config, options, context, onTerminal, end.signal);
  } finally {
    end.release();
  }
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
    const { robot, frames, record } = config;
    const source = { robot, odom: frames.odom, now: clock.now(), report: daemon.report(), publishers, notices };
    view = viewOf({ ...source, record: record.path }, view);
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
  const timer = setInterval(show, 1000);
  try {
    await Promise.race([over(signal, options.duration), daemon.failed]);
  } finally {
    clearInterval(timer);
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
  readonly record?: string;
}

function summaryOf({ seconds, pose, error, record }: LiveView, daemon: Daemon): Summary {
  const report = daemon.report();
  return {
    seconds,
    inputs: report.inputs,
    sets: report.sets.count,
    published: report.published,
    dropped: droppedOf(report),
    digest: daemon.digest(),
    ...(pose === undefined ? {} : { finalPose: pose }),
    ...(error === undefined ? {} : { error }),
    ...(record === undefined ? {} : { record }),
  };
}

function inWords({ seconds, inputs, sets, published, digest, record }: Summary): string {
  const recorded = record === undefined ? '' : `, recorded to ${record}`;
  return (
    `stopped after ${seconds.toFixed(1)} s: ${inputs} inputs, ${sets} aligned sets, ${published} messages${recorded}\n` +
    `digest ${digest}`
  );
}

/** Resolves at the signal, or after so many seconds. */
function over(signal: AbortSignal, seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = seconds === undefined ? undefined : setTimeout(resolve, seconds * 1000);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Ctrl-C and SIGTERM end the run in order; a second signal ends the process at once. */
function endBySignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      process.stdout.write(process.stdout.isTTY ? '\x1b[?25h' : '');
      process.exit(130);
    }
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      // After a first signal the second one may come late: it must find its handler until the process is gone.
      if (controller.signal.aborted) return;
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
