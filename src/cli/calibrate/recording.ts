import {
  collectImu,
  collectPlaces,
  collectVelocities,
  collectWheels,
  type Collector,
  type ImuSeries,
  type PlaceSeries,
  type WheelSeries,
} from '../../calibrate/series.ts';
import type { Delay } from '../../clock/delay/index.ts';
import { createStreamClock, DEFAULT_CLOCK } from '../../clock/index.ts';
import { loadConfig, type SensoriumConfig } from '../../config/index.ts';
import { SensoriumError, showValue } from '../../contract/index.ts';
import { createDelayStudy } from '../../evaluate/delays.ts';
import { openAnyLog } from '../../evaluate/open.ts';
import type { MeasurementKind, StreamDescriptor, StreamId } from '../../frame/index.ts';
import { streamOfTopic, type LogReader } from '../../record/index.ts';
import { resolveMounts } from '../../pipeline/index.ts';
import { configOfLog, mappingsOf } from '../../replay/index.ts';
import { IDENTITY_TRANSFORM, type Transform } from '../../geometry/index.ts';
import { dataPath } from '../path.ts';
import { createProgress } from '../progress.ts';
import type { CliContext } from '../verb.ts';
import { imuOfFolder } from './imu-folder.ts';

/** What all calibrations are asked. */
export interface LogOptions {
  readonly config?: string;
  readonly imu?: string;
  readonly wheels?: string;
  readonly truth?: string;
}

/** Which streams a calibration reads. */
export interface Wanted {
  /** `maybe`: only if there is one. */
  readonly imu?: boolean | 'maybe';
  readonly wheels?: boolean | 'maybe';
  readonly places?: boolean;
  readonly delays?: boolean;
}

/** A stream with what it said. */
export interface Named<T> {
  readonly stream: StreamId;
  readonly series: T;
}

/** Places or velocities that wheels are held against. */
export interface Reference extends Named<PlaceSeries> {
  readonly kind: 'place' | 'velocity';
  /** Where the sensor is on the base, m. */
  readonly lever: readonly [number, number];
}

/** What a calibration reads of a log. */
export interface Recording {
  /** As it was given. */
  readonly name: string;
  readonly path: string;
  readonly imu: Named<ImuSeries> | undefined;
  readonly wheels: Named<WheelSeries> | undefined;
  readonly references: readonly Reference[];
  readonly delays: readonly Delay[];
  readonly config: SensoriumConfig | undefined;
  readonly mounts: ReadonlyMap<StreamId, Transform>;
}

/**
 * Reads what a calibration needs of a log, on the time of validity that the pipeline would give it.
 * @throws SensoriumError E_USAGE for names that no stream has, and where several streams fit and none is named; E_FILE_*
 */
export async function readRecording(
  name: string,
  options: LogOptions,
  wanted: Wanted,
  { drivers, err }: CliContext,
): Promise<Recording> {
  const path = dataPath(name);
  const given = options.config === undefined ? undefined : loadConfig({ file: options.config, drivers });
  const nothing = { name, path, wheels: undefined, references: [], delays: [], mounts: new Map<StreamId, Transform>() };
  const alone = wanted.wheels === true || wanted.delays === true ? undefined : await imuOfFolder(path);
  if (alone !== undefined) return { ...nothing, imu: { stream: 'imu', series: alone }, config: given };

  const progress = createProgress(err);
  const log = await openAnyLog(path, {
    mappings: given && mappingsOf(given),
    progress: (share) => progress.show(share, name),
  });
  const config = given ?? configOfLog(log, drivers);
  const truth = options.truth === undefined ? undefined : streamNamed(log, options.truth, '--truth');
  const imu = chosen(log, path, 'imu', wanted.imu, options.imu, '--imu', config.fusion.pose.imu.stream, truth);
  const wheels = chosen(
    log,
    path,
    'odometry',
    wanted.wheels,
    options.wheels,
    '--wheels',
    config.fusion.pose.odometry.stream,
    truth,
  );
  const referring = wanted.places === true ? referencesOf(log, truth, wheels) : [];
  const known = log.session === undefined ? config.mounts : { ...log.session.mounts, ...config.mounts };
  const { mounts } = resolveMounts(log.streams, known, log.mounts, config.frames.base);

  const imuSeries = collectImu();
  const wheelSeries = collectWheels();
  const places = new Map(
    referring.map(({ id, kind }) => [id, kind === 'twist' ? collectVelocities() : collectPlaces()] as const),
  );
  const takers = new Map<StreamId, Collector<unknown>>(places);
  if (imu !== undefined) takers.set(imu.id, imuSeries);
  if (wheels !== undefined) takers.set(wheels.id, wheelSeries);
  const clockOf = (stream: StreamDescriptor) =>
    createStreamClock(stream, config.streams[stream.id] ?? DEFAULT_CLOCK, log.epoch);
  const clocks = new Map(log.streams.filter(({ id }) => takers.has(id)).map((stream) => [stream.id, clockOf(stream)]));
  const study = wanted.delays === true ? createDelayStudy(log, { clockOf }) : undefined;
  const { first, last } = log.range ?? { first: 0, last: 1 };
  for await (const batch of log.entries()) {
    for (const entry of batch) {
      if (entry.kind !== 'frame') continue;
      const { arrival } = entry;
      study?.saw(arrival);
      const stamped = clocks.get(arrival.stream)?.stamp(arrival);
      if (stamped?.verdict !== 'stamped') continue;
      takers.get(arrival.stream)?.take({ stamp: stamped.stamp, measurement: arrival.measurement });
    }
    const entry = batch.at(-1);
    if (entry?.kind === 'frame') progress.show((entry.arrival.received - first) / Math.max(1, last - first), name);
  }
  progress.clear();
  for (const warning of log.warnings) err(`warning: ${warning}\n`);
  return {
    name,
    path,
    imu: usable(imu, imuSeries.series(), wanted.imu, 'with angular velocity and acceleration', path),
    wheels: usable(wheels, wheelSeries.series(), wanted.wheels, 'with a pose or a velocity', path),
    references: referring.map(({ id, kind }): Reference => {
      const { translation } = mounts.get(id) ?? IDENTITY_TRANSFORM;
      return {
        stream: id,
        kind: kind === 'twist' ? 'velocity' : 'place',
        series: places.get(id)?.series() ?? { times: [], x: [], y: [] },
        lever: [translation[0], translation[1]],
      };
    }),
    delays: study?.delays() ?? [],
    config,
    mounts,
  };
}

/** @throws SensoriumError E_FILE_FORMAT for a series that must be there and from which nothing can be read */
function usable<T extends { readonly times: readonly number[] }>(
  stream: StreamDescriptor | undefined,
  series: T,
  wanted: Wanted['imu'],
  what: string,
  path: string,
): Named<T> | undefined {
  if (stream === undefined) return undefined;
  if (series.times.length > 1) return { stream: stream.id, series };
  if (wanted !== true) return undefined;
  throw new SensoriumError('E_FILE_FORMAT', `holds no two messages of ${stream.id} ${what}`, { path });
}

/** How much later one stream's stamps are than another's, s; `undefined` where the log cannot tell. */
export function latenessOf(
  { delays }: Pick<Recording, 'delays'>,
  stream: StreamId,
  against: StreamId,
): number | undefined {
  for (const { of, against: other, ms } of delays) {
    if (ms === null) continue;
    if (of === stream && other === against) return ms / 1000;
    if (of === against && other === stream) return -ms / 1000;
  }
  return undefined;
}

/** The stream that is named, or the only one of its kind. */
function chosen(
  { streams, channels }: LogReader,
  path: string,
  kind: MeasurementKind,
  wanted: Wanted['imu'],
  asked: string | undefined,
  option: string,
  configured: StreamId | undefined,
  truth: StreamDescriptor | undefined,
): StreamDescriptor | undefined {
  if (wanted === undefined || wanted === false) return undefined;
  const fitting = streams.filter(
    (stream) => stream.kind === kind && stream.role === 'sensor' && stream.id !== truth?.id,
  );
  const found = asked === undefined ? (configured ?? fitting.at(0)?.id) : idOf({ channels }, asked);
  const stream = streams.find(({ id, kind: its }) => id === found && its === kind);
  const names = fitting.map(({ id }) => id).join(', ');
  const what = kind === 'imu' ? 'an IMU' : 'odometry';
  if (stream === undefined) {
    if (asked === undefined && wanted === 'maybe') return undefined;
    if (asked === undefined)
      throw new SensoriumError('E_FILE_FORMAT', `holds no ${kind === 'imu' ? 'IMU' : 'odometry'}`, { path });
    const expected = `expected a stream of ${what} (${names || 'there is none'}), got ${showValue(asked)}`;
    throw new SensoriumError('E_USAGE', expected, { path: option });
  }
  if (asked === undefined && configured === undefined && fitting.length > 1)
    throw new SensoriumError('E_USAGE', `the log holds several streams of ${what}: ${names}; name one`, {
      path: option,
    });
  return stream;
}

const REFERRING: readonly MeasurementKind[] = ['odometry', 'pose', 'fix', 'twist'];

/** What wheels can be held against: what is named; else references; else receivers; else localisers. */
function referencesOf(
  { streams }: LogReader,
  truth: StreamDescriptor | undefined,
  wheels: StreamDescriptor | undefined,
): readonly StreamDescriptor[] {
  if (truth !== undefined) return [truth];
  const others = streams.filter(({ id, kind }) => REFERRING.includes(kind) && id !== wheels?.id);
  const groups = [
    others.filter(({ role }) => role === 'reference'),
    others.filter(({ kind }) => kind === 'fix' || kind === 'twist'),
    others.filter(({ kind }) => kind === 'pose'),
  ];
  return groups.find(({ length }) => length > 0) ?? [];
}

function streamNamed(log: LogReader, name: string, option: string): StreamDescriptor {
  const id = idOf(log, name);
  const found = log.streams.find((stream) => stream.id === id && REFERRING.includes(stream.kind));
  if (found !== undefined) return found;
  const known = log.streams.filter(({ kind }) => REFERRING.includes(kind)).map((stream) => stream.id);
  const expected = `expected a stream of poses, fixes or velocities (${known.join(', ') || 'there is none'})`;
  throw new SensoriumError('E_USAGE', `${expected}, got ${showValue(name)}`, { path: option });
}

function idOf({ channels }: Pick<LogReader, 'channels'>, name: string): StreamId {
  return channels.find(({ topic }) => topic === name)?.stream ?? streamOfTopic(name);
}
