import { Type, type Static } from '@sinclair/typebox';
import { Count, Counts, Provenance, Time, head } from './common.ts';

export const SENSOR_STATES = ['starting', 'ok', 'degraded', 'suspect', 'stale', 'lost'] as const;
/** What has become of a stream. */
export type SensorStateName = (typeof SENSOR_STATES)[number];

/** How a stream is. */
export const Condition = Type.Object({
  state: Type.Unsafe<SensorStateName>(
    Type.Union(
      SENSOR_STATES.map((word) => Type.Literal(word)),
      {
        description:
          'starting: nothing yet; ok; degraded: works with losses or off its rate; suspect: its values cannot be ' +
          'trusted; stale: silent for longer than it should be; lost: closed or gone',
      },
    ),
  ),
  since: Type.Object(Time.properties, { description: 'when it entered this state' }),
  why: Type.Optional(Type.String({ description: 'why it is not ok, for people' })),
});
export type Condition = Static<typeof Condition>;

export const SensorState = Type.Object(
  {
    ...head,
    stream: Type.String({ description: "the stream's own name; in the topic, signs that MQTT reserves are replaced" }),
    kind: Type.String({ description: 'what it measures: imu, odometry, scan, …' }),
    frame_id: Type.String({ description: 'coordinate frame of its measurements' }),
    ...Condition.properties,
    rate: Type.Optional(Type.Number({ minimum: 0, description: 'Hz, received of late' })),
    age: Type.Optional(Type.Number({ description: "s from the latest frame's own time to timestamp" })),
    received: Count('frames received'),
    used: Count('frames that reached a result'),
    held: Count('frames that wait inside: received = used + held + all dropped'),
    dropped: Counts('frames given up, by reason'),
    lost: Counts('frames lost before they were received, by reason'),
    incidents: Counts(
      'what has happened to it, and how often: stale (fell silent), frozen (the same values again and again), device ' +
        'restart, clock step (its time of day was set), clock drift (it is not the host’s clock after all)',
    ),
    clock_domain: Type.Unsafe<'unix' | 'counter' | 'sequence' | 'none'>(
      Type.Union(
        (['unix', 'counter', 'sequence', 'none'] as const).map((word) => Type.Literal(word)),
        { description: 'where its device stamps come from; a sequence numbers the samples and tells no time' },
      ),
    ),
    provenance: Provenance,
  },
  { title: 'SensorState', description: 'One stream: whether it works and what became of its frames.' },
);
export type SensorState = Static<typeof SensorState>;

export const SetMember = Type.Object(
  {
    stream: Type.String(),
    how: Type.Unsafe<'nearest' | 'held' | 'interpolated' | 'window'>(
      Type.Union(
        [Type.Literal('nearest'), Type.Literal('held'), Type.Literal('interpolated'), Type.Literal('window')],
        {
          description:
            'nearest: one frame; held: the latest before; interpolated: between two; window: all frames since the previous set',
        },
      ),
    ),
    offset: Type.Optional(Type.Number({ description: "s from the set's moment to the frame, for nearest and held" })),
    deviation: Type.Number({ minimum: 0, description: "standard deviation of the member's time, s" }),
    fraction: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'of the way from the first frame to the second' }),
    ),
    inputs: Type.Array(Type.Integer({ minimum: 1 }), { description: 'numbers of the frames' }),
  },
  { title: 'SetMember', description: "One stream's part in an aligned set." },
);
export type SetMember = Static<typeof SetMember>;

export const AlignedSetReport = Type.Object(
  {
    ...head,
    number: Type.Integer({ minimum: 1, description: 'number of the set within the session' }),
    completed: Type.Object(Time.properties, { description: 'when it was complete; timestamp is the moment it is of' }),
    policy: Type.String({ description: 'pivot, approximate, exact, epsilon, latest or slop' }),
    pivot: Type.Optional(Type.String({ description: 'stream that sets the moments, where the policy has one' })),
    spread: Type.Number({
      minimum: 0,
      description: 's between the earliest and the latest of its moment and its nearest members',
    }),
    members: Type.Array(SetMember, { description: 'in the order of the configured streams' }),
    missing: Type.Array(
      Type.Object({
        stream: Type.String(),
        reason: Type.String(),
        nearest: Type.Optional(
          Type.Number({ minimum: 0, description: 's from the moment to its nearest frame, where there was one' }),
        ),
      }),
      { description: 'streams without a part in it, and why' },
    ),
    waited_for: Type.Optional(
      Type.Object(
        { stream: Type.String(), seconds: Type.Number({ minimum: 0 }) },
        { description: 'the stream that the set could not go out before, and for how long it alone was waited for, s' },
      ),
    ),
    provenance: Provenance,
  },
  { title: 'AlignedSetReport', description: 'Which frames were found to belong to one moment.' },
);
export type AlignedSetReport = Static<typeof AlignedSetReport>;

export const Diagnostics = Type.Object(
  {
    ...head,
    inputs: Count('inputs admitted so far'),
    sets: Count('aligned sets completed so far'),
    publications: Count('messages handed to the publishers so far, diag/host apart'),
    sensors: Type.Record(Type.String(), Type.Object(Condition.properties), {
      description: 'how each stream is, by its own name: `sensors/<stream>` says more',
    }),
    dropped: Type.Record(Type.String(), Type.Record(Type.String(), Type.Integer({ minimum: 0 })), {
      description: 'frames given up so far, by stage and reason',
    }),
    provenance: Provenance,
  },
  { title: 'Diagnostics', description: 'What the pipeline has done so far: the same in every replay.' },
);
export type Diagnostics = Static<typeof Diagnostics>;

export const HostDiagnostics = Type.Object(
  {
    ...head,
    cpu: Type.Number({ minimum: 0, description: 'cores used of late: 1 is one core fully busy' }),
    memory: Type.Object({
      rss: Count('bytes of memory resident'),
      heap_used: Count('bytes used of the JavaScript heap'),
      external: Count('bytes of buffers outside that heap'),
    }),
    event_loop_delay: Type.Object(
      { mean: Type.Number(), p99: Type.Number(), max: Type.Number() },
      { description: 's that work waited for the main thread of late' },
    ),
    uptime: Type.Number({ minimum: 0, description: 's since the daemon started' }),
    publishers: Type.Record(
      Type.String(),
      Type.Object({
        connected: Type.Boolean(),
        sent: Count('messages sent so far'),
        queued: Count('messages that wait'),
        dropped: Counts('messages given up so far, by reason'),
      }),
      { description: 'by name of the publisher' },
    ),
    recording: Type.Optional(
      Type.Object(
        {
          state: Type.Unsafe<'recording' | 'paused' | 'ended'>(
            Type.Union([Type.Literal('recording'), Type.Literal('paused'), Type.Literal('ended')]),
          ),
          why: Type.Optional(Type.String({ description: 'why it is paused: `no space`, `ENOSPC`, `EROFS`, …' })),
          file: Type.String({ description: 'the file that is being written, or was last' }),
          files: Count('files so far: a further one is begun after a pause'),
          bytes: Count('bytes in all files'),
          recorded: Count('inputs in the files'),
          waiting: Count('inputs that wait for the disk'),
          lost: Counts('inputs lost to the recording, by reason'),
        },
        { description: 'left out where nothing is recorded' },
      ),
    ),
    models: Type.Optional(
      Type.Object(
        {
          done: Count('answers given so far'),
          failed: Counts(
            'questions without an answer so far, by reason: busy (no room), error (the model refused), deadline (it hung; the ' +
              'worker was killed), died (the worker did), memory (it held too much and was killed)',
          ),
          waiting: Count('questions that wait for the worker'),
          running: Count('questions that it works on'),
          ready: Count('workers that are ready: 0 while one starts'),
          replaced: Count('workers lost and replaced so far'),
        },
        { description: 'the worker process that runs the models; left out where there are none' },
      ),
    ),
    provenance: Provenance,
  },
  { title: 'HostDiagnostics', description: 'How the machine fares. Not part of the digest: differs from run to run.' },
);
export type HostDiagnostics = Static<typeof HostDiagnostics>;

export const RobotState = Type.Object(
  {
    ...head,
    state: Type.Unsafe<'online' | 'offline'>(Type.Union([Type.Literal('online'), Type.Literal('offline')])),
    since: Type.Optional(
      Type.Object(Time.properties, { description: 'when it came about; left out where nobody was there to see it' }),
    ),
    why: Type.Optional(Type.String({ description: 'why it is offline, for people' })),
    version: Type.String({ description: 'version of Sensorium' }),
    boot: Type.String({ description: 'names this start of the daemon: sequence numbers begin anew with it' }),
    provenance: Provenance,
  },
  {
    title: 'RobotState',
    description:
      'Whether the daemon runs. Retained over MQTT; the broker itself sends offline when the daemon vanishes: that ' +
      'message has the time at which the connection was made, and no since.',
  },
);
export type RobotState = Static<typeof RobotState>;
