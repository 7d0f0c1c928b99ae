import { foresee, type Foresight } from '../align/foresee.ts';
import type { DriverDefinition } from '../contract/index.ts';
import type { MeasurementKind, StreamDescriptor, StreamId } from '../frame/index.ts';
import type { HeadConfig } from '../fusion/index.ts';
import { FEATURE_KINDS } from '../perception/features/index.ts';
import { mayBeShed } from '../pipeline/shedding/config.ts';
import { checkPublish } from '../publish/config.ts';
import { isPublishedKind } from '../publish/message/measurement.ts';
import { checkWeb } from '../web/config.ts';
import { createProblems, pathOf, type Problems } from './problems.ts';
import { nameStreams } from './streams.ts';
import { didYouMean } from './suggest.ts';
import type { SensoriumConfig } from './types.ts';

/** A stream that something refers to. */
interface Reference {
  readonly path: string;
  readonly stream: StreamId;
  /** What it must measure. */
  readonly kind?: MeasurementKind;
}

/** Checks what values do not tell one by one: names that nobody gives, two for one, one for two. */
export function checkTogether(config: SensoriumConfig, drivers: readonly DriverDefinition[], problems: Problems): void {
  problems.attempt(() => checkPublish(config.publish, config.robot));
  problems.attempt(() => checkWeb(config.web));
  checkFrames(config, problems);
  checkSameSource(config, problems);
  checkShedding(config, problems);
  checkSpeech(config, problems);
  for (const [name, head] of Object.entries(config.fusion.heads)) checkHead(name, head, problems);
  const known = liveStreams(config, drivers, problems);
  // Without sources, the streams are those of a log that is not known yet.
  if (known !== undefined) {
    checkReferences(references(config), known, problems);
    checkMeasurements(config, known, problems);
    checkHeadStreams(config, known, problems);
    const foresight = foreseen(config, known);
    if (foresight?.severity === 'impossible')
      problems.add('E_CONFIG_CONFLICT', foresight.what, pathOf('align', foresight.key));
  }
  const { pivot, streams } = config.align;
  const aligned = Object.keys(streams);
  if (pivot !== undefined && aligned.length > 0 && !aligned.includes(pivot)) {
    problems.add('E_CONFIG_CONFLICT', `"${pivot}" is not one of align.streams (${aligned.join(', ')})`, 'align.pivot');
  }
}

/** What will go wrong when these streams are aligned, as far as their rates tell: a line each, for people. */
export function foreseenTroubles(config: SensoriumConfig, streams: readonly StreamDescriptor[]): string[] {
  const foresight = foreseen(config, streams);
  return foresight === undefined ? [] : [`${pathOf('align', foresight.key)}: ${foresight.what}`];
}

function foreseen({ align }: SensoriumConfig, streams: readonly StreamDescriptor[]): Foresight | undefined {
  return foresee(
    align,
    streams.filter(({ role }) => role === 'sensor'),
  );
}

function checkFrames({ frames }: SensoriumConfig, problems: Problems): void {
  const names = Object.entries(frames);
  names.forEach(([key, name], index) => {
    const twin = names.slice(0, index).find(([, earlier]) => earlier === name);
    if (twin !== undefined) {
      problems.add('E_CONFIG_CONFLICT', `"${name}" is the name of frames.${twin[0]} already`, pathOf('frames', key));
    }
  });
}

function checkSameSource({ streams }: SensoriumConfig, problems: Problems): void {
  const takenBy = new Map<string, StreamId>();
  for (const [id, { source = id }] of Object.entries(streams)) {
    const other = takenBy.get(source);
    if (other === undefined) takenBy.set(source, id);
    else problems.add('E_CONFIG_CONFLICT', `"${source}" is streams.${other} already`, pathOf('streams', id, 'source'));
  }
}

function checkShedding({ shedding }: SensoriumConfig, problems: Problems): void {
  shedding.order.forEach((entry, index) => {
    if (mayBeShed(entry) !== false) return;
    const what = `"${entry}" is never given up: the pose hangs on it`;
    problems.add('E_CONFIG_RANGE', what, pathOf('shedding.order', String(index)));
  });
}

function checkSpeech({ perception: { speech } }: SensoriumConfig, problems: Problems): void {
  if (speech.model === undefined || speech.microphones !== undefined) return;
  problems.add('E_CONFIG_MISSING', 'expected a stream of sound to listen to', 'perception.speech.microphones');
}

function checkHead(name: string, { streams, stepMs, windowMs, hopMs }: HeadConfig, problems: Problems): void {
  const path = (key: string): string => pathOf('fusion.heads', name, key);
  if (streams.length === 0) problems.add('E_CONFIG_MISSING', 'expected at least one stream', path('streams'));
  const twin = streams.find((stream, index) => streams.indexOf(stream) !== index);
  if (twin !== undefined) problems.add('E_CONFIG_CONFLICT', `"${twin}" stands there twice`, path('streams'));
  for (const [key, ms] of Object.entries({ windowMs, hopMs })) {
    if (ms % stepMs !== 0)
      problems.add('E_CONFIG_CONFLICT', `expected whole steps of ${stepMs} ms, got ${ms}`, path(key));
  }
  if (windowMs / stepMs > 1000) {
    problems.add(
      'E_CONFIG_CONFLICT',
      `expected at most 1000 steps in a window, got ${windowMs / stepMs}`,
      path('stepMs'),
    );
  }
}

/** Only where they are known before they run: a log may lack a sense, which is then masked. */
function checkHeadStreams({ fusion }: SensoriumConfig, known: readonly StreamDescriptor[], problems: Problems): void {
  for (const [name, { streams }] of Object.entries(fusion.heads)) {
    const references = streams.map((stream, index) => ({
      path: pathOf('fusion.heads', name, `streams.${index}`),
      stream,
    }));
    checkReferences(references, known, problems);
    for (const { path, stream } of references) {
      const kind = known.find(({ id }) => id === stream)?.kind;
      if (kind === undefined || (FEATURE_KINDS as readonly string[]).includes(kind)) continue;
      problems.add('E_CONFIG_CONFLICT', `no head takes streams of kind ${kind}: ${FEATURE_KINDS.join(', ')}`, path);
    }
  }
}

function checkMeasurements({ publish }: SensoriumConfig, known: readonly StreamDescriptor[], problems: Problems): void {
  const names = known.map(({ id }) => id);
  publish.measurements.forEach((stream, index) => {
    const kind = known.find(({ id }) => id === stream)?.kind;
    if (kind !== undefined && isPublishedKind(kind)) return;
    const what =
      kind === undefined
        ? `there is no stream "${stream}"${didYouMean(stream, names) || `; there are ${names.join(', ')}`}`
        : `"${stream}" is of kind ${kind}, which is not published`;
    problems.add('E_CONFIG_CONFLICT', what, pathOf('publish.measurements', String(index)));
  });
}

/**
 * The streams that the configured sources will give, under their configured names.
 * @returns `undefined` when there are no sources, or one of them cannot tell
 */
function liveStreams(
  config: SensoriumConfig,
  drivers: readonly DriverDefinition[],
  problems: Problems,
): readonly StreamDescriptor[] | undefined {
  const known = new Map<StreamId, { readonly origin: string; readonly descriptor: StreamDescriptor }>();
  const originals = new Set<string>();
  const entries = Object.entries(config.sources);
  let complete = entries.length > 0;
  for (const [name, { driver, config: its }] of entries) {
    const definition = drivers.find(({ type }) => type === driver);
    const found = problems.attempt(() => definition?.create(name, its).streams);
    if (found === undefined) {
      complete = false;
      continue;
    }
    for (const { original, descriptor } of nameStreams(config.streams, found, name)) {
      originals.add(original).add(`${name}/${original}`);
      const earlier = known.get(descriptor.id);
      if (earlier !== undefined) {
        const what = `gives a stream "${descriptor.id}", and so does sources.${earlier.origin}: name one of them under streams`;
        problems.add('E_CONFIG_CONFLICT', what, pathOf('sources', name));
      }
      known.set(descriptor.id, { origin: name, descriptor });
    }
  }
  if (!complete) return undefined;
  for (const [id, { source = id }] of Object.entries(config.streams)) {
    if (originals.has(source)) continue;
    const what = `no source gives a stream "${source}"${didYouMean(source, originals)}`;
    problems.add('E_CONFIG_CONFLICT', what, pathOf('streams', id));
  }
  return [...known.values()].map(({ descriptor }) => descriptor);
}

/**
 * Checks that a log has the streams that `fusion` and `align` name: a mistyped topic would otherwise only be missed.
 * Streams that are listed or mounted and nothing else may be absent: one configuration serves many logs.
 * @param streams of the log, under their configured names
 * @param topics of the log, to suggest the nearest
 * @throws SensoriumError E_CONFIG_CONFLICT
 */
export function checkLogStreams(
  config: SensoriumConfig,
  streams: readonly StreamDescriptor[],
  topics: readonly string[],
): void {
  const problems = createProblems();
  const given = new Set(streams.map(({ id }) => id));
  const missing = new Set<StreamId>();
  for (const { path, stream } of references(config)) {
    const source = config.streams[stream]?.source;
    if (given.has(stream) || source === undefined || path.startsWith('mounts.') || missing.has(stream)) continue;
    missing.add(stream);
    const what = `the log gives nothing under "${source}"${didYouMean(source, topics)}`;
    problems.add('E_CONFIG_CONFLICT', what, pathOf('streams', stream, 'source'));
  }
  const rest = references(config).filter(({ path, stream }) => !path.startsWith('mounts.') && !missing.has(stream));
  checkReferences(rest, streams, problems);
  problems.raise();
}

function checkReferences(checked: readonly Reference[], known: readonly StreamDescriptor[], problems: Problems): void {
  const names = known.map(({ id }) => id);
  for (const { path, stream, kind } of checked) {
    const found = known.find(({ id }) => id === stream);
    if (found === undefined) {
      const what = `there is no stream "${stream}"${didYouMean(stream, names) || `; there are ${names.join(', ')}`}`;
      problems.add('E_CONFIG_CONFLICT', what, path);
    } else if (kind !== undefined && found.kind !== kind) {
      problems.add('E_CONFIG_CONFLICT', `expected a stream of kind ${kind}; "${stream}" is ${found.kind}`, path);
    } else if (found.role === 'reference' && !path.startsWith('mounts.')) {
      problems.add('E_CONFIG_CONFLICT', `"${stream}" is a reference: recorded and compared with, never used`, path);
    }
  }
}

function references({ mounts, align, perception, fusion, shedding }: SensoriumConfig): Reference[] {
  const { orientation, pose } = fusion;
  const named: readonly (readonly [string, StreamId | undefined, MeasurementKind?])[] = [
    ...Object.keys(mounts).map((stream) => [`mounts.T_base_${stream}`, stream] as const),
    ['align.pivot', align.pivot],
    ...Object.keys(align.streams).map((stream) => [pathOf('align.streams', stream), stream] as const),
    ...Object.keys(perception.detectors).map(
      (stream) => [pathOf('perception.detectors', stream), stream, 'image'] as const,
    ),
    ['perception.answers.camera', perception.answers.camera, 'image'],
    ['perception.answers.microphones', perception.answers.microphones, 'audio'],
    ['perception.answers.imu', perception.answers.imu, 'imu'],
    ['perception.imagination.camera', perception.imagination.camera, 'image'],
    ...shedding.order.flatMap((entry, index) =>
      entry === 'models' || mayBeShed(entry) !== undefined ? [] : [[`shedding.order.${index}`, entry] as const],
    ),
    ...Object.keys(perception.sounds).map((stream) => [pathOf('perception.sounds', stream), stream, 'audio'] as const),
    ['perception.speech.microphones', perception.speech.microphones, 'audio'],
    ['fusion.orientation.imu', orientation.imu, 'imu'],
    ['fusion.orientation.magneticField', orientation.magneticField, 'magneticField'],
    ['fusion.pose.imu.stream', pose.imu.stream, 'imu'],
    ['fusion.pose.odometry.stream', pose.odometry.stream, 'odometry'],
    ['fusion.pose.fix.stream', pose.fix.stream, 'fix'],
    ['fusion.pose.fix.velocity', pose.fix.velocity, 'twist'],
    ['fusion.pose.range.stream', pose.range.stream, 'range'],
    ['fusion.pose.position.stream', pose.position.stream, 'pose'],
  ];
  return named.flatMap(([path, stream, kind]) => (stream === undefined ? [] : [{ path, stream, kind }]));
}
