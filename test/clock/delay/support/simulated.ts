import { createRandom } from '../../../../drivers/simulation/random.ts';
import { SIMULATION_EPOCH } from '../../../../drivers/simulation/channel.ts';
import { createSource } from '../../../../drivers/simulation/source.ts';
import { createDelayMonitor, type Delay, type DelayOptions } from '../../../../src/clock/delay/index.ts';
import { createStreamClock, DEFAULT_CLOCK } from '../../../../src/clock/index.ts';
import {
  stampOf,
  type Arrival,
  type Frame,
  type InputNumber,
  type Measurement,
  type OdometryMeasurement,
  type StreamDescriptor,
} from '../../../../src/frame/index.ts';
import { yawOf } from '../../../../src/geometry/index.ts';
import { simulated } from '../../../drivers/support/simulation.ts';

/** Late sensors of a simulated robot: ms that each stamp is late by, on top of what the channel costs anyway. */
export interface Lateness {
  readonly imu?: number;
  readonly wheels?: number;
  readonly fix?: number;
  readonly velocity?: number;
}

/** Least time to the host of the simulated channels, ms: what a clock that follows the least delay cannot see. */
const CHANNEL = { imu: 1.5, wheels: 4 };
/** A satellite receiver made from the truth: every fifth of 50 Hz; noise of position (m) and velocity (m/s). */
const EVERY = 5;
const METRES_PER_DEGREE = 111_320;

const descriptor = (id: string, kind: StreamDescriptor['kind'], nominalRate: number): StreamDescriptor => ({
  id,
  kind,
  frameId: id,
  clock: { domain: 'none' },
  nominalRate,
  role: 'sensor',
});

/** How good the made-up receiver is. */
export interface Receiver {
  readonly position: number;
  readonly velocity: number;
}

/**
 * A run of the simulated robot, its device times put on the host's clock by the clock stage, and a satellite receiver
 * made from its truth.
 */
export function runOf(
  seed: number,
  seconds: number,
  late: Lateness = {},
  receiver: Receiver = { position: 0.03, velocity: 0.05 },
  options: DelayOptions = { rotations: new Map([['imu', [1, 0, 0, 0]]]) },
): Delay[] {
  const config = simulated({ seed, streams: { mag: { enabled: false }, scan: { enabled: false } } });
  const source = createSource(config);
  const streams = [...source.streams, descriptor('fix', 'fix', 10), descriptor('velocity', 'twist', 10)];
  const monitor = createDelayMonitor(streams, options);
  const clocks = new Map(
    source.streams.map((stream) => {
      const latencyMs = -(late[stream.id as 'imu' | 'wheels'] ?? 0);
      return [stream.id, createStreamClock(stream, { ...DEFAULT_CLOCK, latencyMs }, SIMULATION_EPOCH)];
    }),
  );
  const random = createRandom(seed, 'receiver');
  let truths = 0;
  let before: OdometryMeasurement | undefined;
  const give = (stream: string, stamp: number, measurement: Measurement): void =>
    monitor.take({
      input: 0 as InputNumber,
      stream,
      frameId: stream,
      stamp: stampOf(Math.round(stamp)),
      deviation: 0,
      received: stampOf(Math.round(stamp)),
      measurement,
    } satisfies Frame);

  function receive(stamp: number, truth: OdometryMeasurement): void {
    const { pose, twist } = truth;
    if (pose === undefined || twist === undefined) return;
    const [x, y] = pose.position.map((value) => value + receiver.position * random.gaussian());
    give('fix', stamp + (late.fix ?? 0) * 1e6, {
      kind: 'fix',
      latitude: y / METRES_PER_DEGREE,
      longitude: x / METRES_PER_DEGREE,
      quality: 'fix',
      service: 1,
    });
    const yaw = yawOf(pose.orientation);
    const [vx, vy] = [Math.cos(yaw), Math.sin(yaw)].map(
      (part) => part * twist.linear[0] + receiver.velocity * random.gaussian(),
    );
    give('velocity', stamp + (late.velocity ?? 0) * 1e6, {
      kind: 'twist',
      twist: { linear: [vx, vy, 0], angular: [0, 0, 0] },
    });
  }

  for (const input of source.inputs(seconds)) {
    if (input.kind !== 'frame') continue;
    const arrival: Arrival = input.arrival;
    const stamped = clocks.get(arrival.stream)?.stamp(arrival);
    if (stamped?.verdict !== 'stamped') continue;
    if (arrival.stream === 'truth') {
      before = arrival.measurement as OdometryMeasurement;
      if (truths % EVERY === 0) receive(stamped.stamp, before);
      truths += 1;
    } else give(arrival.stream, stamped.stamp, arrival.measurement);
  }
  return monitor.delays();
}

/** What a pair's delay is in truth, ms. */
export function truthOf(delay: Pick<Delay, 'of' | 'against'>, late: Lateness): number {
  const lateness = (stream: string): number =>
    (late[stream as keyof Lateness] ?? 0) + (CHANNEL[stream as keyof typeof CHANNEL] ?? 0);
  return lateness(delay.of) - lateness(delay.against);
}
