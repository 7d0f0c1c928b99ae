import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { foreseenTroubles, hashesOf, type ConfigHashes, type SensoriumConfig } from '../config/index.ts';
import {
  SensoriumError,
  type Admit,
  type Command,
  type DriverDefinition,
  type EffectRequest,
  type Input,
  isMemoryWork,
  type ModelDefinition,
  publishTo,
  type Publication,
  type Publisher,
} from '../contract/index.ts';
import { atMost } from '../deadline/index.ts';
import type { StreamDescriptor, StreamId } from '../frame/index.ts';
import type { Transform } from '../geometry/index.ts';
import { createPayloadPool } from '../memory/index.ts';
import { createPipeline, createSequencer, headShapes, resolveMounts, type PipelineReport } from '../pipeline/index.ts';
import { createPublishers, startPublishers } from '../publish/index.ts';
import type { WorkerProgram } from '../workers/index.ts';
import type { RecordingStatus } from '../record/index.ts';
import { createWebPage } from '../web/index.ts';
import { createHostClock, type HostClock } from './host-clock.ts';
import { checkHeads } from './heads.ts';
import { startHostDiagnostics } from './host-diagnostics.ts';
import { startInference, type Inference } from './inference.ts';
import { SILENT, type Log } from './log.ts';
import { checkModels } from './models.ts';
import { createNotifier } from './notify.ts';
import { startPressureGauge } from './pressure.ts';
import { startRemembering, type Remembering } from './remembering.ts';
import { createSources, type Source, type SourceHost } from './source.ts';
import { stopParts, type Part } from './stop.ts';
import { startTicker } from './ticker.ts';
import { startWatchdog } from './watchdog.ts';

/** What a recording of the session begins with. */
export interface SessionStart {
  readonly clock: HostClock;
  readonly config: SensoriumConfig;
  readonly hashes: ConfigHashes;
  readonly streams: readonly StreamDescriptor[];
  readonly mounts: ReadonlyMap<StreamId, Transform>;
}

/** Takes every input before the pipeline does. */
export interface Recorder {
  readonly tap: (input: Input) => void;
  /** Share of what may wait for the disk that waits, 0..1. */
  readonly share?: () => number;
  /** Sees what is published, after the input that it followed from. */
  readonly published?: (publication: Publication) => void;
  /** How it fares; left out by those who have nothing to tell. */
  readonly status?: () => RecordingStatus;
  /** Resolves when everything taken is in the file, and what was published by its digest. */
  close(end: { readonly digest: string; readonly inputs: number; readonly published: number }): Promise<unknown>;
}

/** How to start a daemon. */
export interface DaemonOptions {
  readonly config: SensoriumConfig;
  readonly drivers: readonly DriverDefinition[];
  /** The models of this build: those configured are looked at before anything starts. */
  readonly models?: readonly ModelDefinition[];
  /** Program of the worker that runs them. Unset: nothing is inferred. */
  readonly modelWorker?: WorkerProgram;
  /** Program of the worker that keeps the memory. Unset: nothing is remembered. */
  readonly recallWorker?: WorkerProgram;
  /** Version of Sensorium. */
  readonly version: string;
  /** Opens the recording that `record.path` asks for. Unset: such a configuration is refused. */
  readonly openRecorder?: (path: string, session: SessionStart) => Recorder | Promise<Recorder>;
  readonly log?: Log;
  /** Where systemd leaves NOTIFY_SOCKET and WATCHDOG_USEC. Default: the process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Publishes to nobody, whatever the configuration says. The messages are made, and the digest is the same. */
  readonly quiet?: boolean;
  /** Writes over payloads that nobody holds any more: finds out who reads them too late. */
  readonly poison?: boolean;
  /** Gives the start up: everything that was started is stopped again. */
  readonly signal?: AbortSignal;
  /** How sources wait before they are opened again. */
  readonly delay?: SourceHost['delay'];
}

/** A running daemon. */
export interface Daemon {
  readonly clock: HostClock;
  readonly publishers: readonly Publisher[];
  /** What people should be told about the start: a port that gave way. */
  readonly notices: readonly string[];
  readonly report: () => PipelineReport;
  /** How the recording fares; `undefined` where there is none. */
  readonly recording: () => RecordingStatus | undefined;
  readonly digest: () => string;
  /** Rejects when the daemon cannot go on; never resolves. */
  readonly failed: Promise<never>;
  /** Stops everything in reverse order, within 2 s. Idempotent. */
  stop(): Promise<void>;
}

/** Longest times to stop, ms; together below the 2 s that Ctrl-C may take. */
const STOP_MS = { sources: 400, models: 200, memory: 200, recorder: 600, publishers: 600 } as const;

/**
 * Starts publishers, recorder, pipeline, ticker and sources, in this order, and says READY once the sources are open.
 * A source that cannot be opened is tried again while the others run.
 * @throws SensoriumError E_PORT_IN_USE, E_CONNECT, E_FILE_WRITE, E_CONFIG_*: nothing is left running
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { config, log = SILENT, env = process.env } = options;
  const sources = createSources(config, options.drivers);
  if (sources.length === 0) {
    throw new SensoriumError('E_CONFIG_MISSING', 'expected at least one source to open, got none', { path: 'sources' });
  }
  const notifier = createNotifier(env, log);
  const parts: Part[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      notifier.send('STOPPING=1', 'STATUS=stopping');
      await stopParts(parts, log);
      await atMost(200, notifier.settled());
    })());
  try {
    return { ...(await startParts(options, sources, parts, log, notifier)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  options: DaemonOptions,
  sources: readonly Source[],
  parts: Part[],
  log: Log,
  notifier: ReturnType<typeof createNotifier>,
): Promise<Omit<Daemon, 'stop'>> {
  const { config, version } = options;
  const signal = options.signal ?? new AbortController().signal;
  if (options.models !== undefined) await checkModels(config.perception, options.models);
  const clock = createHostClock();
  const hashes = hashesOf(config);
  const memory = createPayloadPool({ bytes: config.memory.payloadMegabytes * 2 ** 20, poison: options.poison });
  const identity = { robot: config.robot, version, boot: randomUUID(), ...clock, ...hashes };
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  // Whoever waits for it is told; nobody has to.
  failed.catch(() => undefined);

  let notices: readonly string[] = [];
  const streams = sources.flatMap((source) => source.streams);
  // Commands that come before there is a pipeline are lost: nobody can have been told that it is there.
  let takeCommand: (command: Command) => void = () => undefined;
  const asking = config.publish.commands === false ? {} : { command: (command: Command) => takeCommand(command) };
  const page =
    options.quiet === true || !config.web.enabled
      ? undefined
      : createWebPage({ config: config.web, identity, notices: () => notices, ...asking });
  const outlets =
    options.quiet === true
      ? []
      : createPublishers(config.publish, identity, streams, (command) => takeCommand(command));
  const publishers = page === undefined ? outlets : [...outlets, page];
  const portNotices = await startPublishers(publishers, signal);
  const closePublishers = () => Promise.all(publishers.map((publisher) => publisher.close()));
  parts.push({ name: 'publishers', withinMs: STOP_MS.publishers, stop: closePublishers });
  const publish = (publication: Publication): void => {
    publishTo(publishers, publication);
    recorder?.published?.(publication);
  };
  const { mounts, unplaced } = resolveMounts(
    streams,
    config.mounts,
    sources.flatMap((source) => source.mounts),
    config.frames.base,
  );
  if (unplaced.length > 0) log.warn({ streams: unplaced }, 'no mount is configured: taken to sit at the base');
  notices = [...portNotices, ...foreseenTroubles(config, streams)];
  // The worker that models run in; what it answers is an input like any other. It ends before the recorder does.
  let inference: Inference | undefined;
  let remembering: Remembering | undefined = undefined;
  const request = (asked: EffectRequest): void =>
    isMemoryWork(asked) ? remembering?.request(asked) : inference?.request(asked);
  const pipeline = createPipeline({ config, streams, mounts, epoch: clock.epoch, hashes, publish, request });
  const recorder = await openRecorder(options, { clock, config, hashes, streams, mounts });
  if (recorder !== undefined) {
    const close = () => {
      const { inputs, published } = pipeline.report();
      return recorder.close({ digest: pipeline.digest(), inputs, published });
    };
    parts.push({ name: 'recorder', withinMs: STOP_MS.recorder, stop: close });
  }
  const recording = () => recorder?.status?.();
  const { diagHz: hz } = config.publish.rates;
  const models = () => inference?.counters();
  const hostParts = { clock, hashes, publishers, recording, models, hz, publish };
  onStop(parts, 'host diagnostics', startHostDiagnostics(hostParts));
  const sequencer = createSequencer({ tap: recorder?.tap, step: (input) => pipeline.step(input) });
  let frames = 0;
  let defective = false;
  const admit: Admit = (body) => {
    if (defective) return;
    if (body.kind === 'frame') frames += 1;
    try {
      sequencer.admit(body);
      if (body.kind === 'frame') {
        page?.observe(body.arrival);
        body.arrival.lease?.release();
      }
      memory.sweep();
    } catch (error) {
      // A driver must not see our defects, and the state machine cannot go on after one.
      defective = true;
      fail(error);
    }
  };

  takeCommand = (command) => admit({ kind: 'command', at: clock.now(), command });
  onStop(parts, 'commands', () => (takeCommand = () => undefined));
  remembering = startMemory(options, identity.boot, clock.now, admit, log);
  if (remembering !== undefined) {
    const its = remembering;
    parts.push({ name: 'memory', withinMs: STOP_MS.memory, stop: () => its.close() });
  }
  if (options.modelWorker !== undefined) {
    const { perception, fusion } = config;
    const { heads } = fusion;
    const worker = options.modelWorker;
    const thumbnail: Remembering['keep'] = (...picture) => remembering?.keep(...picture);
    inference = startInference({ config: perception, heads, worker, now: clock.now, admit, log, thumbnail });
    parts.push({ name: 'models', withinMs: STOP_MS.models, stop: () => inference?.close() ?? Promise.resolve() });
    if (inference !== undefined) {
      await aborted(signal, checkHeads(inference, heads, headShapes(heads, streams), clock.now()));
    }
  }
  const delay = options.delay ?? ((ms: number, by: AbortSignal) => wait(ms, undefined, { signal: by }));
  const { take: payload } = memory;
  const host: SourceHost = { now: clock.now, epoch: clock.epoch, admit, payload, log, delay, fail };
  const closeSources = () => Promise.all(sources.map((source) => source.close()));
  parts.push({ name: 'sources', withinMs: STOP_MS.sources, stop: closeSources });
  // Time passes while a slow source is opened: the others are aligned, and what they give reaches the recording's file.
  onStop(parts, 'ticker', startTicker(clock.now, admit));
  const gauges = {
    now: clock.now,
    admit,
    recording: () => recorder?.share?.() ?? 0,
    memory: () => memory.status().heldShare,
    models: () => inference?.load() ?? { backlog: 0, credit: 0 },
  };
  onStop(parts, 'pressure', startPressureGauge(gauges));
  await aborted(signal, Promise.all(sources.map((source) => source.start(host))));

  const status = (): string => statusOf(pipeline.report());
  announceReady(sources, notifier, status, parts);
  onStop(
    parts,
    'watchdog',
    startWatchdog(notifier, () => frames, status),
  );
  const report = () => pipeline.report();
  return { clock, publishers, notices, report, recording, digest: () => pipeline.digest(), failed };
}

function startMemory(
  { config: { recall }, recallWorker: worker }: DaemonOptions,
  session: string,
  now: HostClock['now'],
  admit: Admit,
  log: Log,
): Remembering | undefined {
  const { path } = recall;
  if (path === undefined || worker === undefined) return undefined;
  return startRemembering({ config: { ...recall, path }, session, worker, now, admit, log });
}

async function openRecorder(
  { config, openRecorder: open }: DaemonOptions,
  session: SessionStart,
): Promise<Recorder | undefined> {
  const { path } = config.record;
  if (path === undefined) return undefined;
  if (open !== undefined) return open(path, session);
  throw new SensoriumError('E_CONFIG_CONFLICT', 'nothing here can record', { path: 'record.path' });
}

/** READY once a source is open: at once as a rule, else when one has come up. */
function announceReady(
  sources: readonly Source[],
  notifier: ReturnType<typeof createNotifier>,
  status: () => string,
  parts: Part[],
): void {
  const announce = (): boolean => {
    if (!sources.some((source) => source.isOpen())) return false;
    notifier.send('READY=1', `STATUS=${status()}`);
    return true;
  };
  if (announce()) return;
  notifier.send('STATUS=no source could be opened, trying again');
  const timer = setInterval(() => {
    if (announce()) clearInterval(timer);
  }, 250);
  onStop(parts, 'ready', () => clearInterval(timer));
}

/** One line for `systemctl status`. */
function statusOf({ streams, sets }: PipelineReport): string {
  const well = streams.filter(({ health }) => health.condition === 'ok').length;
  return `${well} of ${streams.length} streams ok, ${sets.count} aligned sets`;
}

function onStop(parts: Part[], name: string, stop: () => void): void {
  parts.push({ name, withinMs: 100, stop: () => Promise.resolve(stop()) });
}

/** What `work` gives, unless the signal comes first. */
async function aborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let give: () => void = () => undefined;
  const early = new Promise<never>((_resolve, reject) => {
    give = () => reject(new SensoriumError('E_DRIVER', 'the start was given up', { path: 'sources' }));
    signal.addEventListener('abort', give, { once: true });
  });
  try {
    return await Promise.race([work, early]);
  } finally {
    signal.removeEventListener('abort', give);
    work.catch(() => undefined);
  }
}
