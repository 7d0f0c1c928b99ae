import type { SchemaName } from './schema/messages.ts';

/** Topics below `<prefix>/<robot>/`, in the order of the documentation. */
export const TOPICS: readonly { readonly topic: string; readonly schema: SchemaName; readonly when: string }[] = [
  { topic: 'pose', schema: 'Pose', when: 'at most `publish.rates.poseHz` times a second' },
  {
    topic: 'pose/map',
    schema: 'Pose',
    when: 'as often, in the map: where fixes, ranges or a localiser tell places, from the first of them on; it may jump',
  },
  { topic: 'orientation', schema: 'Orientation', when: 'at most `publish.rates.orientationHz` times a second' },
  { topic: 'tf', schema: 'FrameTransforms', when: 'at most `publish.rates.tfHz` times a second' },
  { topic: 'sensors/<stream>', schema: 'SensorState', when: '`publish.rates.sensorsHz` times a second, and on change' },
  { topic: 'sets', schema: 'AlignedSetReport', when: 'for every aligned set' },
  {
    topic: 'measurements/<stream>',
    schema: 'Measurement',
    when: 'for every frame of the streams in `publish.measurements`; ZeroMQ only',
  },
  { topic: 'detections/<stream>', schema: 'Detections', when: 'for every picture that a detector has looked at' },
  {
    topic: 'shedding',
    schema: 'Shedding',
    when: 'when something is given up because the daemon cannot keep up, or taken up again',
  },
  { topic: 'sounds/<stream>', schema: 'Sounds', when: 'for every window of sound that a model has listened to' },
  { topic: 'speech/<stream>', schema: 'Speech', when: 'for every utterance that a model has written down' },
  { topic: 'decisions/<head>', schema: 'Decision', when: 'for every window that a fusion head has decided about' },
  { topic: 'replies', schema: 'Reply', when: 'for every command' },
  { topic: 'watch/<name>', schema: 'Sighting', when: 'when something that is watched for comes into view' },
  {
    topic: 'descriptions',
    schema: 'Description',
    when: 'every `perception.answers.describeSeconds`, where a model answers',
  },
  { topic: 'diag', schema: 'Diagnostics', when: '`publish.rates.diagHz` times a second' },
  { topic: 'diag/clocks', schema: 'ClockDiagnostics', when: '`publish.rates.diagHz` times a second' },
  { topic: 'diag/delays', schema: 'DelayDiagnostics', when: '`publish.rates.delaysHz` times a second' },
  {
    topic: 'diag/perception',
    schema: 'PerceptionDiagnostics',
    when: '`publish.rates.diagHz` times a second, where there are models',
  },
  {
    topic: 'diag/heads',
    schema: 'HeadDiagnostics',
    when: '`publish.rates.diagHz` times a second, where there are heads',
  },
  { topic: 'diag/host', schema: 'HostDiagnostics', when: '`publish.rates.diagHz` times a second' },
  { topic: 'state', schema: 'RobotState', when: 'when the daemon starts, stops and reconnects; retained' },
];

/**
 * Topic of a stream's state. A stream may be named after a topic of a recording (`/imu/data`): leading slashes go, and
 * what MQTT reserves becomes `_`.
 */
export function sensorTopic(stream: string): string {
  return `sensors/${levelsOf(stream)}`;
}

/** Topic of what a stream measures. */
export function measurementsTopic(stream: string): string {
  return `measurements/${levelsOf(stream)}`;
}

/** Topic of what a detector finds in a stream. */
export function detectionsTopic(stream: string): string {
  return `detections/${levelsOf(stream)}`;
}

/** Topic of what is heard in a stream. */
export function soundsTopic(stream: string): string {
  return `sounds/${levelsOf(stream)}`;
}

/** Topic of what is said into a stream. */
export function speechTopic(stream: string): string {
  return `speech/${levelsOf(stream)}`;
}

/** Topic of what a fusion head decides. */
export function decisionsTopic(head: string): string {
  return `decisions/${levelsOf(head)}`;
}

/** Topic of what a watch sees. */
export function sightingsTopic(name: string): string {
  return `watch/${levelsOf(name)}`;
}

function levelsOf(stream: string): string {
  const level = stream.replace(/^\/+|\/+$/g, '').replace(/\/{2,}/g, '/');
  return level.replace(/[+#\p{Cc}]/gu, '_') || '_';
}
