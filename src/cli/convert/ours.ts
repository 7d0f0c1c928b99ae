import type { SensoriumConfig } from '../../config/index.ts';
import { SensoriumError } from '../../contract/index.ts';
import {
  createLogWriter,
  renamedWhenWhole,
  replayEntries,
  streamOfTopic,
  type Conversion,
  type LogEntry,
  type LogReader,
  type ReplayRange,
} from '../../record/index.ts';
import { pipelineOf, prepareLog, runThrough, sessionHeaderOf } from '../../replay/index.ts';
import { assertWhole } from '../live/recording.ts';

/** How a log becomes a recording of ours. */
interface OursOptions {
  readonly config: SensoriumConfig;
  readonly version: string;
  readonly range: ReplayRange;
  readonly streams?: readonly string[];
  readonly progress: (share: number, messages: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Records the replay of a log: what it admits, in its order, with its times of receipt, and the digest of what it publishes. So
 * the recording replays to what the log replays to, and can be verified.
 * @throws SensoriumError E_USAGE for a log that is ours already; E_FILE_WRITE
 */
export async function convertToOurs(log: LogReader, path: string, options: OursOptions): Promise<Conversion> {
  const { config, version, range, progress, signal } = options;
  if (log.session !== undefined) throw new SensoriumError('E_USAGE', 'is a recording of ours already', { path });
  const wanted = options.streams && new Set(options.streams.map(streamOfTopic));
  const isWanted = (stream: string, topic = stream): boolean =>
    wanted === undefined || wanted.has(stream) || wanted.has(streamOfTopic(topic));
  const topics = new Map(log.channels.map(({ topic, stream }) => [stream, topic]));
  const streams = log.streams.filter(({ id }) => isWanted(id, topics.get(id)));
  const preparation = prepareLog({ ...log, streams }, config);
  const kept = new Set(streams.map(({ id }) => id));
  const counts = new Map<string, number>();
  const isKept = (entry: LogEntry): boolean => entry.kind !== 'frame' || kept.has(entry.arrival.stream);
  const first = log.range?.first ?? 0;
  const span = Math.max(1, (log.range?.last ?? 1) - first);

  await renamedWhenWhole(path, async (partial) => {
    const writer = await createLogWriter(partial, sessionHeaderOf(preparation, version));
    async function* entries(): AsyncGenerator<LogEntry[]> {
      for await (const batch of replayEntries(log, range)) {
        const carried = batch.filter(isKept);
        for (const entry of carried) {
          if (entry.kind !== 'frame') continue;
          const { stream } = entry.arrival;
          counts.set(stream, (counts.get(stream) ?? 0) + 1);
        }
        yield carried;
        // The disk may be slower than the log is read.
        await writer.idle();
      }
    }
    const result = await runThrough(entries(), {
      pipeline: pipelineOf(preparation, () => undefined),
      odom: config.frames.odom,
      tap: writer.tap,
      signal,
      progress: (sequencer) => progress((sequencer.now() - first) / span, sequencer.count()),
    });
    const { digest, inputs, published } = result;
    assertWhole(await writer.close({ digest, inputs, published }));
    signal.throwIfAborted();
  });
  return {
    messages: [...counts.values()].reduce((sum, count) => sum + count, 0),
    topics: [...counts].map(([stream, count]) => ({ topic: topics.get(stream) ?? stream, count })),
    left: log.channels
      .filter(({ topic, stream }) => stream === undefined && isWanted(streamOfTopic(topic)))
      .map(({ topic, type, count }) => ({ topic, count, why: `no frames are made of ${type}` })),
    notes: preparation.warnings,
  };
}
