import { createRandom } from '../../src/random/index.ts';
import { createStreamClock, type Stamped } from '../../src/clock/clock.ts';
import { DEFAULT_CLOCK, type ClockConfig } from '../../src/clock/config.ts';
import { stampOf, type Arrival, type DeviceClock } from '../../src/frame/index.ts';

/** Unix time of the epoch, ns. */
export const EPOCH = 1_700_000_000_000_000_000n;
export const unixMs = (time: number): bigint => EPOCH + BigInt(Math.round(time * 1e6));

/** The clock of a stream. */
export function clockFor(clock: DeviceClock, config: Partial<ClockConfig> = {}, nominalRate?: number) {
  const stream = { id: 'imu', kind: 'imu', frameId: 'imu', clock, nominalRate, role: 'sensor' } as const;
  return createStreamClock(stream, { ...DEFAULT_CLOCK, ...config }, EPOCH);
}

export function arrival(device: bigint | undefined, receivedMs: number): Arrival {
  return {
    stream: 'imu',
    frameId: 'imu',
    device,
    received: stampOf(Math.round(receivedMs * 1e6)),
    measurement: { kind: 'imu' },
  };
}

/** The stamp in ms, or why there is none. */
export const ms = (stamped: Stamped): number | string =>
  stamped.verdict === 'stamped' ? stamped.stamp / 1e6 : stamped.reason;

/** Seeded chance. */
export function chance(seed: number) {
  const uniform = createRandom(seed);
  return { uniform, exponential: () => -Math.log(1 - uniform()) };
}

/** A sample on its way to the host: when it was taken, which one it is, when it arrived. Times in ms. */
export interface Sample {
  readonly at: number;
  readonly number: number;
  readonly received: number;
}

/** How samples are made and delivered. Times in ms. */
export interface Delivery {
  readonly seed: number;
  readonly period: number;
  readonly count: number;
  /** Mean of the exponentially distributed delay on top of 2 ms. */
  readonly jitter?: number;
  /** Mean time between stalls, and how long one is at most (at least 0.3 of it); what piled up comes 0.7 ms apart. */
  readonly stallEvery?: number;
  readonly stall?: number;
  /** Share of samples lost. */
  readonly loss?: number;
}

/** The least time from a sample to its arrival, ms. */
export const LEAST_DELAY = 2;

/** Samples taken at a steady period, delivered in order through stalls and bursts. */
export function delivered({
  seed,
  period,
  count,
  jitter = 0.5,
  stallEvery = 0,
  stall = 680,
  loss = 0,
}: Delivery): Sample[] {
  const { uniform, exponential } = chance(seed);
  const samples: Sample[] = [];
  let stallFrom = stallEvery > 0 ? 10 * period + stallEvery * exponential() : Infinity;
  let stallTo = stallFrom + stall * (0.3 + 0.7 * uniform());
  let before = -Infinity;
  for (let number = 0; number < count; number += 1) {
    const at = number * period;
    if (uniform() < loss) continue;
    let received = at + LEAST_DELAY + jitter * exponential();
    while (received >= stallTo) {
      stallFrom = stallTo + stallEvery * exponential();
      stallTo = stallFrom + stall * (0.3 + 0.7 * uniform());
    }
    if (received >= stallFrom) received = stallTo;
    received = Math.max(received, before + 0.7);
    before = received;
    samples.push({ at, number, received });
  }
  return samples;
}
