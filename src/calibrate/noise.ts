import { allanDeviation, type AllanPoint } from './allan.ts';
import { evenly, paceOf } from './even.ts';
import { noiseModelOf, type NoiseModel } from './noise-model.ts';
import type { ImuSeries } from './series.ts';
import { secondsOfSpans, type Span } from './still.ts';

/** Noise of one axis of a sensor; units after the sensor's, rad/s or m/s². */
export interface ChannelNoise extends NoiseModel {
  readonly allan: readonly AllanPoint[];
  /** The least Allan deviation and its averaging time, s: what data sheets call in-run bias stability. */
  readonly least: { readonly deviation: number; readonly sigma: number; readonly seconds: number };
}

/** Noise of an IMU at rest. */
export interface ImuNoise {
  readonly rateHz: number;
  /** s of rest that it was read from, and in how many times. */
  readonly seconds: number;
  readonly spans: number;
  /** Readings that were missing, as a share of all. */
  readonly missing: number;
  /** Axes x, y, z. */
  readonly gyro: readonly ChannelNoise[];
  readonly accel: readonly ChannelNoise[];
}

/** Shortest and least rest in all that noise is read from, s. */
export const LEAST_NOISE_SECONDS = 10;

/**
 * The noise of each axis of an IMU from times of rest; see {@link noiseModelOf}.
 * @returns `undefined` for less rest than {@link LEAST_NOISE_SECONDS}
 */
export function imuNoiseOf({ times, gyro, accel }: ImuSeries, spans: readonly Span[]): ImuNoise | undefined {
  const seconds = secondsOfSpans(spans);
  if (!(seconds >= LEAST_NOISE_SECONDS)) return undefined;
  const longest = spans.reduce((best, span) => (span.end - span.first > best.end - best.first ? span : best));
  const period = paceOf(times, longest.first, longest.end);
  const records = spans.map(({ first, end }) => evenly(times, [...gyro, ...accel], first, end, period));
  const channels: ChannelNoise[] = [];
  for (let channel = 0; channel < 6; channel += 1) {
    const allan = allanDeviation(
      records.map(({ channels: values }) => values[channel]),
      period,
    );
    const model = noiseModelOf(allan, period);
    if (model === undefined) return undefined;
    const least = allan.reduce((best, point) => (point.deviation < best.deviation ? point : best));
    channels.push({ ...model, allan, least });
  }
  const readings = records.reduce((sum, { channels: [values] }) => sum + values.length, 0);
  return {
    rateHz: 1 / period,
    seconds,
    spans: spans.length,
    missing: records.reduce((sum, { filled }) => sum + filled, 0) / readings,
    gyro: channels.slice(0, 3),
    accel: channels.slice(3),
  };
}
