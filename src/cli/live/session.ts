import { dirname, join } from 'node:path';
import { Option } from 'commander';
import { pino } from 'pino';
import type { SensoriumConfig } from '../../config/index.ts';
import { startDaemon, type Daemon, type DaemonOptions, type SessionStart } from '../../daemon/index.ts';
import { createThreadedLogWriter, type LogWriterOptions, type RecordingStatus } from '../../record/index.ts';
import { sessionHeaderOf } from '../../replay/index.ts';
import type { CliContext } from '../verb.ts';

/** How a live session is held. */
export interface LiveOptions {
  readonly config: SensoriumConfig;
  readonly logLevel: string;
  /** Publishes to nobody. */
  readonly quiet?: boolean;
  /** What becomes of a recording's file that exists. */
  readonly existing: LogWriterOptions['existing'];
  /** Opens the recording in another way than as one file from the start to the end. */
  readonly openRecorder?: DaemonOptions['openRecorder'];
}

/** `--log-level` of the verbs that run live. */
export function logLevelOption(): Option {
  const what = 'what to log, to standard error (default: error on a terminal, else info)';
  return new Option('--log-level <level>', what).choices(['silent', 'error', 'warn', 'info', 'debug']);
}

/**
 * Starts the daemon and hands it to `follow`, who shows and at last stops it. Ctrl-C ends in order; during the start it
 * gives that up, without an error.
 * @throws SensoriumError of the start
 */
export async function holdSession(
  options: LiveOptions,
  { drivers, models, main, version }: CliContext,
  follow: (daemon: Daemon, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { config, quiet, existing, logLevel: level } = options;
  const log = pino({ level, base: undefined }, pino.destination({ dest: 2, sync: true }));
  const { minimumFree } = config.record;
  const changed = ({ state, why, file, lost }: RecordingStatus): void => {
    if (state === 'paused') log.error({ why, file, lost }, 'recording has stopped: it goes on when it can');
    else log.warn({ file, lost }, 'recording goes on');
  };
  const wholeSession = (path: string, { clock, ...session }: SessionStart) =>
    createThreadedLogWriter(path, sessionHeaderOf({ ...session, epoch: clock.epoch }, version), {
      existing,
      minimumFree,
      changed,
    });
  const openRecorder = options.openRecorder ?? wholeSession;
  const end = endBySignal();
  try {
    const modelWorker = { script: join(dirname(main), 'model-worker.js') };
    const recallWorker = { script: join(dirname(main), 'recall-worker.js') };
    const start = {
      config,
      drivers,
      models,
      modelWorker,
      recallWorker,
      version,
      log,
      openRecorder,
      quiet,
      signal: end.signal,
    };
    const daemon = await startDaemon(start).catch((error: unknown) => {
      // Given up by the user during the start: that is an end, not an error.
      if (end.signal.aborted) return undefined;
      throw error;
    });
    if (daemon !== undefined) await follow(daemon, end.signal);
  } finally {
    end.release();
  }
}

/**
 * Shows a daemon once a second until the signal comes, the time is over or it fails, and stops it.
 * @param seconds length of the session; unset: until the signal
 */
export async function showUntilOver(
  daemon: Daemon,
  signal: AbortSignal,
  seconds: number | undefined,
  show: () => void,
): Promise<void> {
  const timer = setInterval(show, 1000);
  try {
    await Promise.race([over(signal, seconds), daemon.failed]);
  } finally {
    clearInterval(timer);
  }
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
