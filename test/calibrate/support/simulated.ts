import { createRandom } from '../../../drivers/simulation/random.ts';
import { createSource } from '../../../drivers/simulation/source.ts';
import { collectImu, collectPlaces, collectWheels, turnedImu } from '../../../src/calibrate/series.ts';
import { stillSpans, type Span } from '../../../src/calibrate/still.ts';
import type { ImuSeries, PlaceSeries, WheelSeries } from '../../../src/calibrate/series.ts';
import { inverse, type Quat } from '../../../src/geometry/index.ts';
import { simulated } from '../../drivers/support/simulation.ts';

/** A run of the simulated robot whose frames come at once, and what its wheels truly are. */
export interface Run {
  readonly imu: ImuSeries;
  readonly wheels: WheelSeries;
  readonly truth: PlaceSeries;
  readonly spans: readonly Span[];
  /** True base and radius over those that the odometry is computed with. */
  readonly base: number;
  readonly radius: number;
  /** What unequal radii turn, rad/m. */
  readonly turn: number;
}

/** Half the distance between the wheels, m; the shares that the driver draws its errors with, and the slip of its turns. */
const HALF_TRACK = 0.2;
const [RADIUS, TRACK, TURN_SLIP] = [0.006, 0.015, 0.02];
const AT_ONCE = { latencyMs: 0, jitterMs: 0, dropShare: 0, driftPpm: 0 };

/** @param mount T_base_imu's rotation; the driver has none, so its readings are turned */
export function runOf(seed: number, seconds: number, mount: Quat = [1, 0, 0, 0]): Run {
  const off = { enabled: false };
  const source = createSource(
    simulated({ seed, streams: { mag: off, scan: off, imu: AT_ONCE, wheels: AT_ONCE, truth: AT_ONCE } }),
  );
  const [imu, wheels, truth] = [collectImu(), collectWheels(), collectPlaces()];
  for (const body of source.inputs(seconds)) {
    if (body.kind !== 'frame') continue;
    const { stream, received, measurement } = body.arrival;
    const frame = { stamp: received, measurement };
    if (stream === 'imu') imu.take(frame);
    else if (stream === 'wheels') wheels.take(frame);
    else if (stream === 'truth') truth.take(frame);
  }
  const random = createRandom(seed, 'wheels');
  const [left, right] = [1 + RADIUS * random.gaussian(), 1 + RADIUS * random.gaussian()];
  const track = 1 + TRACK * random.gaussian();
  const turned = turnedImu(imu.series(), inverse(mount));
  return {
    imu: turned,
    wheels: wheels.series(),
    truth: truth.series(),
    spans: stillSpans(turned, wheels.series()),
    base: ((1 + TURN_SLIP) * (left + right)) / 2 / track,
    radius: 2 / (left + right),
    turn: (right - left) / (2 * HALF_TRACK * track),
  };
}
