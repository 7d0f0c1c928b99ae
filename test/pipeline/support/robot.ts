import { readConfig, type Section } from '../../../src/config/index.ts';
import type { InputBody, Publication } from '../../../src/contract/index.ts';
import { stampOf, type Measurement, type StreamDescriptor } from '../../../src/frame/index.ts';
import { createSequencer, type PipelineReport } from '../../../src/pipeline/index.ts';
import { decode } from '../../../src/publish/index.ts';
import { pipelineOf, prepareStreams } from '../../../src/replay/index.ts';

/** Unix time of the epoch, ns. */
export const EPOCH = 1_700_000_000_000_000_000n;

/**
 * A robot of three streams: `imu` of 100 Hz with a 32-bit counter of microseconds, `odom` of 50 Hz and `scan` of 10 Hz
 * (the pivot) with Unix stamps of the host's clock.
 */
export const STREAMS: readonly StreamDescriptor[] = [
  {
    id: 'imu',
    kind: 'imu',
    frameId: 'imu',
    clock: { domain: 'counter', hz: 1e6, bits: 32 },
    nominalRate: 100,
    role: 'sensor',
  },
  { id: 'odom', kind: 'odometry', frameId: 'odom', clock: { domain: 'unix' }, nominalRate: 50, role: 'sensor' },
  { id: 'scan', kind: 'scan', frameId: 'laser', clock: { domain: 'unix' }, nominalRate: 10, role: 'sensor' },
];

/** A frame on its way: what the device stamped, what it measured at `at`, and when it arrives. Times in ms. */
export interface Sent {
  readonly stream: 'imu' | 'odom' | 'scan';
  readonly at: number;
  readonly device: bigint;
  readonly arrives: number;
  readonly measurement: Measurement;
}

/** Time from the sample to the host, ms. Of the counter it cannot be known: IMU stamps are late by it. */
export const DELAY = { imu: 1, odom: 2, scan: 5 };
const PERIOD = { imu: 10, odom: 20, scan: 100 };

export const unixAt = (ms: number): bigint => EPOCH + BigInt(Math.round(ms * 1e6));
export const counterAt = (ms: number, start = 0): bigint => BigInt.asUintN(32, BigInt(start + Math.round(ms * 1000)));

/** What each sensor measures at a time: never twice the same, but for the wheels, which turn evenly. */
function measuredAt(stream: Sent['stream'], ms: number): Measurement {
  const shiver = 0.01 * Math.sin(ms * 1.7);
  switch (stream) {
    case 'imu':
      return { kind: 'imu', angularVelocity: [0, shiver, 0.2], linearAcceleration: [shiver, 0.06, 9.80665] };
    case 'odom':
      return { kind: 'odometry', childFrameId: 'base_link', twist: { linear: [0.3, 0, 0], angular: [0, 0, 0.2] } };
    case 'scan':
      return {
        kind: 'scan',
        angleMin: -3,
        angleMax: 3,
        angleIncrement: 1,
        timeIncrement: 0,
        scanTime: 0,
        rangeMin: 0,
        rangeMax: 12,
        ranges: Float32Array.from({ length: 7 }, (_, ray) => 2 + ray + shiver),
      };
  }
}

/** One frame as it should be. */
export function sent(stream: Sent['stream'], at: number): Sent {
  const device = stream === 'imu' ? counterAt(at) : unixAt(at);
  return { stream, at, device, arrives: at + DELAY[stream], measurement: measuredAt(stream, at) };
}

/** The frames of all streams over a time, each stream beginning a little after the one before. */
export function healthy(untilMs: number): Sent[] {
  const frames: Sent[] = [];
  for (const stream of ['imu', 'odom', 'scan'] as const) {
    for (let at = PERIOD[stream] / 2; at < untilMs; at += PERIOD[stream]) frames.push(sent(stream, at));
  }
  return frames;
}

/** A change of a stream's condition as it was published. */
export interface Change {
  readonly stream: string;
  readonly state: string;
  /** ms. */
  readonly at: number;
}

/** What a run came to. */
export interface Run {
  readonly report: PipelineReport;
  readonly digest: string;
  /** A line a set: moment, age when it was complete, inputs of each member or why there is none. */
  readonly sets: readonly SetLine[];
  readonly changes: readonly Change[];
  readonly publications: readonly Publication[];
  /** Most frames held at any time. */
  readonly mostHeld: number;
}

export interface SetLine {
  /** ms. */
  readonly at: number;
  readonly age: number;
  /** Times of the members' samples by stream, ms. */
  readonly members: Readonly<Record<string, readonly number[]>>;
  readonly missing: Readonly<Record<string, string>>;
}

/** Options of {@link run}. */
export interface RunOptions {
  readonly untilMs: number;
  readonly config?: Section;
  /** No ticks after the first and before the second of these: the process itself stands still. */
  readonly stopped?: readonly [number, number];
}

/** Runs frames, in order of arrival, and ticks every 10 ms through the whole pipeline. */
export function run(frames: readonly Sent[], { untilMs, config = {}, stopped }: RunOptions): Run {
  const publications: Publication[] = [];
  const preparation = prepareStreams(STREAMS, readConfig(config, []), EPOCH);
  const pipeline = pipelineOf(preparation, (publication) => publications.push(publication));
  const sampledAt: number[] = [];
  const sequencer = createSequencer({ step: (input) => pipeline.step(input) });
  let mostHeld = 0;
  const admit = (body: InputBody, at = NaN): void => {
    sampledAt[sequencer.count() + 1] = at;
    sequencer.admit(body);
    const held = pipeline.report().streams.reduce((sum, { account }) => sum + account.held, 0);
    mostHeld = Math.max(mostHeld, held);
  };
  const ticks = Array.from({ length: Math.floor(untilMs / 10) }, (_, i) => i * 10).filter(
    (at) => stopped === undefined || at <= stopped[0] || at >= stopped[1],
  );
  const inOrder = [...frames].sort((a, b) => a.arrives - b.arrives);
  let next = 0;
  for (const tick of [...ticks, untilMs]) {
    for (; next < inOrder.length && inOrder[next].arrives <= tick; next += 1) {
      const { stream, device, arrives, measurement, at } = inOrder[next];
      const received = stampOf(Math.round(arrives * 1e6));
      const { frameId } = STREAMS.find(({ id }) => id === stream) as StreamDescriptor;
      admit({ kind: 'frame', arrival: { stream, frameId, device, received, measurement } }, at);
    }
    admit({ kind: 'tick', at: stampOf(tick * 1e6) });
  }
  const report = pipeline.report();
  const changes = changesOf(publications);
  return { report, digest: pipeline.digest(), sets: setsOf(publications, sampledAt), changes, publications, mostHeld };
}

/** Time since the epoch, ms. */
export const msOf = ({ sec, nsec }: { sec: number; nsec: number }): number =>
  Number(BigInt(sec) * 1_000_000_000n + BigInt(nsec) - EPOCH) / 1e6;

function setsOf(publications: readonly Publication[], sampledAt: readonly number[]): SetLine[] {
  return publications.flatMap((publication) => {
    if (publication.schema !== 'AlignedSetReport') return [];
    const { timestamp, completed, members, missing } = decode(publication.payload, 'AlignedSetReport');
    const at = msOf(timestamp);
    return [
      {
        at,
        age: msOf(completed) - at,
        members: Object.fromEntries(
          members.map(({ stream, inputs }) => [stream, inputs.map((input) => sampledAt[input])]),
        ),
        missing: Object.fromEntries(missing.map(({ stream, reason }) => [stream, reason])),
      },
    ];
  });
}

function changesOf(publications: readonly Publication[]): Change[] {
  const states = new Map<string, string>();
  const changes: Change[] = [];
  for (const publication of publications) {
    if (publication.schema !== 'SensorState') continue;
    const { stream, state, timestamp } = decode(publication.payload, 'SensorState');
    if (states.get(stream) !== state) changes.push({ stream, state, at: msOf(timestamp) });
    states.set(stream, state);
  }
  return changes;
}

/** Everything that was counted against each stream: frames given up and what happened to it, by reason. */
export function counted({ report }: Run): Record<string, Record<string, number>> {
  const all = report.streams.map(({ descriptor, account, health }): [string, Record<string, number>] => [
    descriptor.id,
    { ...account.dropped, ...health.incidents },
  ]);
  return Object.fromEntries(all.filter(([, counts]) => Object.keys(counts).length > 0));
}

/** Frames of each stream that are not accounted for: none. */
export function unaccounted({ report }: Run): number {
  return report.streams.reduce((sum, { account: { received, used, held, dropped } }) => {
    const given = Object.values(dropped).reduce((all, count) => all + count, 0);
    return sum + Math.abs(received - used - held - given);
  }, 0);
}
