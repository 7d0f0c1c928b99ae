import { createChannel, clockOf, type Channel } from '../../../drivers/simulation/channel.ts';
import type { StreamConfig } from '../../../drivers/simulation/config.ts';
import { createRandom } from '../../../drivers/simulation/random.ts';
import { readConfig, type Section } from '../../../src/config/index.ts';
import type { InputBody } from '../../../src/contract/index.ts';
import { stampOf, type Measurement, type MeasurementKind, type StreamDescriptor } from '../../../src/frame/index.ts';
import { createSequencer, type PipelineReport } from '../../../src/pipeline/index.ts';
import { decode } from '../../../src/publish/index.ts';
import { pipelineOf, prepareStreams } from '../../../src/replay/index.ts';
import { VIRTUAL_EPOCH } from '../../../src/cli/simulate.ts';

/** A stream of a robot whose sensors are cheap, so that a million frames are: only its channel matters. */
export interface ChannelStream extends Partial<StreamConfig> {
  readonly kind: 'imu' | 'magneticField' | 'twist';
}

const IDEAL: StreamConfig = {
  enabled: true,
  rate: 50,
  noise: 0,
  clock: 'counter32',
  driftPpm: 0,
  wallStepEverySeconds: 0,
  wallStepMs: 3_600_000,
  latencyMs: 0,
  jitterMs: 0,
  dropShare: 0,
  burstEverySeconds: 0,
  burstMs: 100,
};

/** One member of a set that a pipeline published, against the truth. Times in ms. */
export interface JudgedMember {
  readonly set: number;
  readonly stream: string;
  /** How far its samples were truly from where the set has them, at most. */
  readonly wrongBy: number;
}

/** What a run of channels through the whole pipeline came to. */
export interface ChannelRun {
  readonly report: PipelineReport;
  readonly frames: number;
  readonly sets: number;
  readonly members: readonly JudgedMember[];
  /** Frames that the channels sent and that they lost, by stream. */
  readonly sent: ReadonlyMap<string, number>;
  readonly lost: ReadonlyMap<string, number>;
}

function measurementOf(kind: MeasurementKind, seconds: number): Measurement {
  const shiver = 0.01 * Math.sin(seconds * 1700);
  if (kind === 'imu') {
    return { kind, angularVelocity: [0, shiver, 0.2], linearAcceleration: [shiver, 0.06, 9.80665] };
  }
  if (kind === 'magneticField') return { kind, field: [2e-5, shiver * 1e-6, -4e-5] };
  return { kind: 'twist', twist: { linear: [0.3, shiver, 0], angular: [0, 0, 0.2] } };
}

/**
 * Runs channels of the simulated robot for some seconds of virtual time, or until so many frames, through the pipeline,
 * and judges every member of every set by when its samples were truly taken.
 */
export function runChannels(
  streams: Readonly<Record<string, ChannelStream>>,
  { seconds, seed = 1, config = {} }: { seconds: number; seed?: number; config?: Section },
): ChannelRun {
  const sampledAt = new WeakMap<Measurement, number>();
  const descriptors: StreamDescriptor[] = [];
  const channels: Channel[] = Object.entries(streams).map(([id, { kind, ...said }]) => {
    const its = { ...IDEAL, ...said };
    const stream = { id, kind, frameId: id, clock: clockOf(its.clock), nominalRate: its.rate, role: 'sensor' } as const;
    descriptors.push(stream);
    const sample = (at: number): Measurement => {
      const measurement = measurementOf(kind, at);
      sampledAt.set(measurement, at);
      return measurement;
    };
    return createChannel(stream, { kind, frameId: id, duration: 0, sample }, its, createRandom(seed, id));
  });

  /** True time of the samples by input, ms: of the last minutes. */
  const truths = new Map<number, number>();
  const members: JudgedMember[] = [];
  const sent = new Map<string, number>();
  const lost = new Map<string, number>();
  let frames = 0;
  let sets = 0;
  let before = -Infinity;
  const preparation = prepareStreams(descriptors, readConfig(config, []), VIRTUAL_EPOCH);
  const pipeline = pipelineOf(preparation, ({ schema, payload }) => {
    if (schema !== 'AlignedSetReport') return;
    const set = decode(payload, 'AlignedSetReport');
    sets += 1;
    const truthOf = (input: number): number => truths.get(input) ?? NaN;
    const pivot = truthOf(set.members.find(({ stream }) => stream === set.pivot)?.inputs[0] ?? NaN);
    for (const { stream, how, inputs, offset = 0, fraction = 0 } of set.members) {
      const [first, last] = [truthOf(inputs[0]), truthOf(inputs.at(-1) ?? NaN)];
      const wrongBy =
        how === 'nearest'
          ? Math.abs(first - pivot - offset * 1e3)
          : how === 'interpolated'
            ? Math.abs(first + fraction * (last - first) - pivot)
            : Math.max(before - first, last - pivot, 0);
      members.push({ set: set.number, stream, wrongBy });
    }
    before = pivot;
  });
  const sequencer = createSequencer({ step: (input) => pipeline.step(input) });

  const admit = (body: InputBody): void => {
    if (body.kind === 'frame') {
      const { measurement, stream } = body.arrival;
      truths.set(sequencer.count() + 1, (sampledAt.get(measurement) ?? NaN) * 1e3);
      truths.delete(sequencer.count() - 50_000);
      sent.set(stream, (sent.get(stream) ?? 0) + 1);
      frames += 1;
    } else if (body.kind === 'stream' && body.event.what === 'dropped') {
      lost.set(body.stream, (lost.get(body.stream) ?? 0) + body.event.count);
    }
    sequencer.admit(body);
  };
  let tick = 0;
  for (;;) {
    const next = channels.reduce((a, b) => (b.due() < a.due() ? b : a));
    if (next.due() > seconds * 1e9) break;
    for (; tick <= next.due(); tick += 10e6) admit({ kind: 'tick', at: stampOf(tick) });
    next.take().forEach(admit);
  }
  return { report: pipeline.report(), frames, sets, members, sent, lost };
}
