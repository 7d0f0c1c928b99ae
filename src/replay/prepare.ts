import {
  canonicalJson,
  checkLogStreams,
  configDocument,
  foreseenTroubles,
  hashesOf,
  readConfig,
  type SensoriumConfig,
} from '../config/index.ts';
import type { DriverDefinition, Publication } from '../contract/index.ts';
import { NS_PER_SECOND, type StreamDescriptor, type StreamId, type UnixNs } from '../frame/index.ts';
import type { Transform } from '../geometry/index.ts';
import { createPipeline, resolveMounts, type Pipeline, type PipelineOptions } from '../pipeline/index.ts';
import type { LoggedMount, LogReader, SessionHeader, StreamMapping } from '../record/index.ts';

/** Everything that a pipeline over given streams is made of. */
export interface Preparation {
  readonly config: SensoriumConfig;
  readonly streams: readonly StreamDescriptor[];
  readonly mounts: ReadonlyMap<StreamId, Transform>;
  /** Streams that nobody placed: taken to sit at the base. */
  readonly unplaced: readonly StreamId[];
  readonly epoch: UnixNs;
  /** What will go wrong, as far as the streams' rates tell. */
  readonly warnings: readonly string[];
}

/** Topics that the configuration names, for those who open the log. */
export function mappingsOf(config: SensoriumConfig): StreamMapping[] {
  return Object.entries(config.streams).map(([stream, { source, frameId, role }]) => ({
    source: source ?? stream,
    stream,
    frameId,
    role,
  }));
}

/**
 * The configuration of a replay: the file's, else the one that our own log holds, else defaults.
 * @throws SensoriumError E_CONFIG_*
 */
export function configOfLog(log: LogReader, drivers: readonly DriverDefinition[]): SensoriumConfig {
  return readConfig(log.session?.configuration ?? {}, drivers);
}

/**
 * Prepares a run over a log; mounts come from the configuration, else the log.
 * @throws SensoriumError E_CONFIG_CONFLICT when the configuration names streams for the stages that the log does not have
 */
export function prepareLog(log: LogReader, config: SensoriumConfig): Preparation {
  const { streams, epoch, session, mounts } = log;
  checkLogStreams(
    config,
    streams,
    log.channels.map(({ topic }) => topic),
  );
  // What the drivers knew when it was recorded, but for what is configured.
  const configured = { ...session?.mounts, ...config.mounts };
  const resolved = resolveMounts(streams, configured, mounts, config.frames.base);
  const rated = streams.map((stream) => ({ ...stream, nominalRate: stream.nominalRate ?? meanRate(log, stream.id) }));
  return { config, streams, epoch, ...resolved, warnings: foreseenTroubles(config, rated) };
}

/** Hz over the whole log; `undefined` for a stream with fewer than two frames. */
function meanRate({ channels, range }: LogReader, id: StreamId): number | undefined {
  const frames = channels.reduce((sum, { stream, count }) => (stream === id ? sum + count : sum), 0);
  const seconds = range === undefined ? 0 : (range.last - range.first) / NS_PER_SECOND;
  return frames > 1 && seconds > 0 ? (frames - 1) / seconds : undefined;
}

/** Prepares a run over streams that are made up. */
export function prepareStreams(
  streams: readonly StreamDescriptor[],
  config: SensoriumConfig,
  epoch: UnixNs,
  known: readonly LoggedMount[] = [],
): Preparation {
  const resolved = resolveMounts(streams, config.mounts, known, config.frames.base);
  return { config, streams, epoch, ...resolved, warnings: foreseenTroubles(config, streams) };
}

/** Makes the pipeline of a preparation. */
export function pipelineOf(
  preparation: Preparation,
  publish: (publication: Publication) => void,
  more: Pick<PipelineOptions, 'witness' | 'request' | 'window'> = {},
): Pipeline {
  return createPipeline({ ...preparation, ...more, hashes: hashesOf(preparation.config), publish });
}

/** The session header that a recording of a preparation begins with. */
export function sessionHeaderOf(
  { config, streams, mounts, epoch }: Pick<Preparation, 'config' | 'streams' | 'mounts' | 'epoch'>,
  version: string,
): SessionHeader {
  const hashes = hashesOf(config);
  return {
    format: 1,
    epoch: String(epoch),
    sensorium: version,
    node: process.version,
    architecture: process.arch,
    configurationHash: hashes.configuration,
    calibrationHash: hashes.calibration,
    streams,
    mounts: Object.fromEntries(mounts),
    configuration: JSON.parse(canonicalJson(configDocument(config))),
  };
}
