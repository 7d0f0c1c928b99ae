import { basename } from 'node:path';
import type { SensoriumConfig } from '../config/index.ts';
import { SensoriumError, showValue } from '../contract/index.ts';
import { NS_PER_SECOND, stampOf, type Frame, type MeasurementKind, type StreamId } from '../frame/index.ts';
import type { HeadConfig } from '../fusion/index.ts';
import { createExtractor, NO_MODELS, type FeatureWindow } from '../perception/index.ts';
import { replayEntries, type LogReader } from '../record/index.ts';
import { createPace, pipelineOf, prepareLog, runThrough } from '../replay/index.ts';
import { isOf, type Interval } from './intervals.ts';
import { Labels } from './labels.ts';
import { createSampleWriter, writeDescription, type SampleWriter } from './samples.ts';

/** Where classes come from. */
export type LabelSource =
  /** The events of the truth about the scene: of several the first of `classes`. */
  | { readonly kind: 'scene' }
  /** A stream of text: each is a class, for as long as it lasts, or until the next where it lasts no time. */
  | { readonly kind: 'text'; readonly stream: StreamId }
  | { readonly kind: 'intervals'; readonly intervals: readonly Interval[] }
  /** Nothing is known: every window is of the class `rest`, which teaches encoders and no head. */
  | { readonly kind: 'none' };

/** What set is to be made. */
export interface BuildRequest {
  /** Folder that it is written to; it exists. */
  readonly out: string;
  readonly name: string;
  /** How windows are cut: a head of the configuration. */
  readonly head: HeadConfig;
  readonly labels: LabelSource;
  /** Names of the classes, the rest aside; `undefined`: all that come. */
  readonly classes: readonly string[] | undefined;
  /** Class of windows in which none holds; `undefined`: they are left out. */
  readonly rest: string | undefined;
  /** See {@link SampleWriter.finish}. */
  readonly balance: number | undefined;
}

/** A recording, and the configuration that it is run with. */
export interface Recording {
  readonly path: string;
  readonly log: LogReader;
  readonly config: SensoriumConfig;
}

/** What was made. */
export interface BuildReport {
  readonly samples: number;
  /** By class. */
  readonly counts: Readonly<Record<string, number>>;
  /** Windows that were cut, before any were left out to balance classes. */
  readonly labelled: number;
  /** Windows without a class. */
  readonly unlabelled: number;
  /** Numbers in a step, by modality. */
  readonly dims: Readonly<Record<StreamId, number>>;
  /** Streams that a recording lacks: masked there. */
  readonly absent: Readonly<Record<string, readonly StreamId[]>>;
}

/** s that labels may come after the frames that they are about. */
const PATIENCE = 2;

/**
 * Runs recordings through the pipeline, one after the other, and writes the windows that the head would be asked about, each with its
 * class. Nothing but labels is kept in memory.
 * @param tell of the share that is done
 * @throws SensoriumError E_FILE_*, E_CONFIG_*
 */
export async function buildDataset(
  request: BuildRequest,
  recordings: readonly Recording[],
  tell: (share: number, note: string) => void = () => undefined,
): Promise<BuildReport> {
  const { head, out, name, balance, rest } = request;
  const names = featureNames(head, recordings);
  const steps = Math.round(head.windowMs / head.stepMs);
  const writer = await createSampleWriter(out, { steps, names });
  let unlabelled = 0;
  try {
    for (const [group, recording] of recordings.entries()) {
      const note = `${basename(recording.path)} (${group + 1} of ${recordings.length})`;
      unlabelled += await take(recording, group, request, writer, (share) =>
        tell((group + share) / recordings.length, note),
      );
    }
    const found = [...writer.counts()].map(([label]) => label);
    const wanted = request.classes ?? found.filter((label) => label !== rest).sort();
    // A head must know what it may be asked to tell, also where this set holds none of it.
    const classes = rest === undefined || wanted.includes(rest) ? wanted : [...wanted, rest];
    if (request.labels.kind !== 'none') refuseOneClass(found, recordings, unlabelled);
    const labelled = [...writer.counts().values()].reduce((sum, count) => sum + count, 0);
    const counts = await writer.finish(classes, balance);
    const { stepMs, windowMs, hopMs, latenessMs } = head;
    await writeDescription(out, {
      name,
      classes,
      modalities: Object.fromEntries([...names].map(([stream, all]) => [stream, { dim: all.length }])),
      files: { labels: 'labels.npy', group: 'group.npy', order: 'order.npy', fold: 'fold.npy' },
      stepMs,
      windows: { windowMs, hopMs, latenessMs },
      features: Object.fromEntries(names),
      recordings: recordings.map(({ path }) => basename(path)),
      counts,
    });
    return {
      samples: Object.values(counts).reduce((sum, count) => sum + count, 0),
      counts,
      labelled,
      unlabelled,
      dims: Object.fromEntries([...names].map(([stream, all]) => [stream, all.length])),
      absent: absentOf(head, recordings),
    };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

/** Takes the windows of one recording. @returns those without a class */
async function take(
  { path, log, config }: Recording,
  group: number,
  request: BuildRequest,
  writer: SampleWriter,
  tell: (share: number) => void,
): Promise<number> {
  const { range } = log;
  if (range === undefined) throw new SensoriumError('E_FILE_FORMAT', 'no messages', { path });
  const labels = labelsOf(request, path, range.first);
  const pending: FeatureWindow[] = [];
  let unlabelled = 0;

  function judge(window: FeatureWindow): void {
    const label = labels.of(window.start, window.end);
    if (label === undefined) unlabelled += 1;
    else writer.add(window, label, group);
    labels.forget(window.start);
  }

  const preparation = prepareLog(log, windowsOnly(config, request.head));
  const pipeline = pipelineOf(preparation, () => undefined, {
    witness: {
      stamped: (frame) => learn(frame, request.labels, labels),
      refused: () => undefined,
      set: () => undefined,
      unaligned: () => undefined,
    },
    window: (_head, window) => void pending.push(window),
  });
  await runThrough(replayEntries(log), {
    pipeline,
    odom: config.frames.odom,
    pace: createPace('max'),
    progress(sequencer) {
      const now = sequencer.now();
      while (pending.length > 0 && pending[0].end + PATIENCE * NS_PER_SECOND < now) {
        const next = pending.shift();
        if (next !== undefined) judge(next);
      }
      tell((now - range.first) / Math.max(1, range.last - range.first));
    },
  });
  for (const window of pending) judge(window);
  return unlabelled;
}

/** A configuration in which nothing is asked of models, and the one head has its windows cut. */
function windowsOnly(config: SensoriumConfig, head: HeadConfig): SensoriumConfig {
  const { fusion } = config;
  return {
    ...config,
    perception: NO_MODELS,
    fusion: { ...fusion, heads: { dataset: { ...head, model: undefined } } },
  };
}

function labelsOf({ labels: source, classes, rest }: BuildRequest, path: string, first: number): Labels {
  if (source.kind === 'scene') return new Labels('first', classes, rest, false);
  const labels = new Labels('most', classes, rest, true);
  if (source.kind === 'intervals') {
    for (const interval of source.intervals.filter((one) => isOf(one, path))) {
      const [from, to] = [interval.start, interval.end].map((seconds) => stampOf(first + seconds * NS_PER_SECOND));
      labels.add({ from, to, label: interval.label });
    }
  }
  return labels;
}

/** What a frame says of classes. */
function learn({ stream, stamp, measurement }: Frame, source: LabelSource, labels: Labels): void {
  if (source.kind === 'scene' && measurement.kind === 'scene') {
    labels.know(stamp, stamp);
    for (const { event } of measurement.events) labels.add({ from: stamp, to: stamp, label: event });
  } else if (source.kind === 'text' && source.stream === stream && measurement.kind === 'text') {
    const { text, duration } = measurement;
    if (duration === 0) labels.until(stamp);
    labels.add({ from: stamp, to: duration === 0 ? Infinity : stamp + duration * NS_PER_SECOND, label: text.trim() });
  }
}

/** Names of the numbers of each modality; a stream that is of another kind elsewhere is refused. */
function featureNames(head: HeadConfig, recordings: readonly Recording[]): Map<StreamId, readonly string[]> {
  const names = new Map<StreamId, readonly string[]>();
  const kinds = new Map<StreamId, MeasurementKind>();
  for (const { path, log } of recordings) {
    for (const { id, kind, role } of log.streams) {
      if (!head.streams.includes(id) || role !== 'sensor') continue;
      const before = kinds.get(id);
      if (before !== undefined && before !== kind) {
        const what = `stream ${id} is of kind ${kind}, and of kind ${before} in a recording before`;
        throw new SensoriumError('E_FILE_FORMAT', what, { path });
      }
      const extractor = createExtractor(kind);
      if (extractor === undefined) {
        throw new SensoriumError('E_CONFIG_CONFLICT', `no head takes streams of kind ${kind}, such as ${id}`, { path });
      }
      kinds.set(id, kind);
      names.set(id, extractor.names);
    }
  }
  const missing = head.streams.find((stream) => !names.has(stream));
  if (missing === undefined) return names;
  const known = [...new Set(recordings.flatMap(({ log }) => log.streams.map(({ id }) => id)))].join(', ');
  throw new SensoriumError('E_CONFIG_CONFLICT', `no recording has a stream "${missing}"; there are ${known}`, {
    path: 'fusion.heads',
  });
}

function absentOf(head: HeadConfig, recordings: readonly Recording[]): Record<string, StreamId[]> {
  return Object.fromEntries(
    recordings.flatMap(({ path, log }) => {
      const absent = head.streams.filter((stream) => !log.streams.some(({ id }) => id === stream));
      return absent.length === 0 ? [] : [[basename(path), absent]];
    }),
  );
}

function refuseOneClass(found: readonly string[], recordings: readonly Recording[], unlabelled: number): void {
  if (found.length > 1) return;
  const what =
    found.length === 0
      ? `no window has a label (${unlabelled} have none)`
      : `all windows are ${showValue(found[0])}: expected at least two classes`;
  throw new SensoriumError('E_FILE_FORMAT', what, { path: recordings[0].path });
}
