import type { AllanPoint } from './allan.ts';
import { inverseOf, times } from './linear.ts';
import type { Measured } from './measured.ts';

/** The noises of one channel; units after the readings', u. */
export interface NoiseModel {
  /** White noise: the angle (or velocity) random walk, u/√Hz. */
  readonly white: Measured;
  /** Flicker: the bias instability, u. Its Allan deviation is flat, at 0.664 of it. */
  readonly flicker: NoiseTerm;
  /** Random walk of the bias: rate random walk, u/s/√Hz. */
  readonly walk: NoiseTerm;
  /** Shortest averaging time that the noises were read from, s: below it the sensor's filter shapes the deviation. */
  readonly from: number;
}

/** A noise that the record may be too short to see: `undefined`, and less than `below` with 95 % probability. */
export type NoiseTerm =
  { readonly value: number; readonly sigma: number } | { readonly value: undefined; readonly below: number };

/** Variances of white, flicker and walk. */
type Terms = readonly boolean[];
const MODELS: readonly Terms[] = [
  [true, true, true],
  [true, false, true],
  [true, true, false],
  [true, false, false],
];
/** Squared deviation of flicker of unit instability: IEEE Std 952-1997, C.1.3. */
const FLICKER = (2 * Math.LN2) / Math.PI;
/** A term counts as seen from so many standard deviations on; the 95 % point of the normal distribution on one side. */
const SEEN = 2;
const ONE_SIDE = 1.645;
/** Misfits that chance makes once in a hundred: normal quantile. Less misfit (three sigma) that leaving out a point must bring. */
const ODD = 2.33;
const CURED = 9;
/** Averaging times that may be left out because of the sensor's own filter are shorter, s; and points that must stay. */
const LONGEST_FILTER = 1;
const LEAST_POINTS = 4;
/** Frequencies of the quadrature, in each octave; how far below the longest time's own it begins. */
const PER_OCTAVE = 64;
const BELOW = 64;
const ROUNDS = 6;

/** A fit of some of the terms. */
interface Fit {
  readonly x: Float64Array;
  readonly covariance: Float64Array;
  readonly misfit: number;
  readonly freedom: number;
}

/**
 * Reads the noises from an Allan deviation: the squared deviations at all averaging times are fitted by N²/τ + (2 ln 2/π) B² + K² τ/3
 * (IEEE Std 952-1997, annex C: slopes -1/2, 0 and +1/2). Neighbouring times share their readings; so they are weighed with their full
 * covariance, which follows from the spectrum that the fit implies (generalised least squares on moments of wavelets: S. Guerrier et
 * al., JASA 108, 2013; the Allan variance is twice that of the Haar wavelet). Terms that come out negative are left out. Where
 * the shortest times do not fit, because the sensor filters or rounds its readings, they are left out, and what misfit stays widens the standard
 * deviations.
 * @param period s
 * @returns `undefined` for fewer than four points
 */
export function noiseModelOf(points: readonly AllanPoint[], period: number): NoiseModel | undefined {
  let used = points;
  let read = readingOf(used, period);
  while (read !== undefined && isOdd(read.best) && used.length > LEAST_POINTS && used[1].seconds <= LONGEST_FILTER) {
    const fewer = readingOf(used.slice(1), period);
    if (fewer === undefined || read.best.misfit - fewer.best.misfit < CURED) break;
    [used, read] = [used.slice(1), fewer];
  }
  if (read === undefined) return undefined;
  const { full, best } = read;
  const wide = Math.max(1, best.misfit / Math.max(1, best.freedom));
  const term = (i: number): NoiseTerm => {
    const [value, sigma] = [best.x[i], Math.sqrt(best.covariance[4 * i] * wide)];
    if (value > SEEN * sigma) return { value: Math.sqrt(value), sigma: sigma / 2 / Math.sqrt(value) };
    const most = Math.max(0, full.x[i]) + ONE_SIDE * Math.sqrt(full.covariance[4 * i] * wide);
    return { value: undefined, below: Math.sqrt(most) };
  };
  const white = Math.sqrt(best.x[0]);
  return {
    white: { value: white, sigma: Math.sqrt(best.covariance[0] * wide) / 2 / white },
    flicker: term(1),
    walk: term(2),
    from: used[0].seconds,
  };
}

/** The fit of all terms, and the fullest one without a negative term. */
function readingOf(
  points: readonly AllanPoint[],
  period: number,
): { readonly full: Fit; readonly best: Fit } | undefined {
  if (points.length < LEAST_POINTS) return undefined;
  const table = tableOf(points, period);
  const full = fit(points, table, MODELS[0]);
  const best = MODELS.map((terms) => fit(points, table, terms)).find((one) => one?.x.every((value) => value >= 0));
  return full && best && { full, best };
}

/** The deviation that a model implies at an averaging time. */
export function impliedDeviation({ white, flicker, walk }: NoiseModel, seconds: number): number {
  const [b, k] = [flicker.value ?? 0, walk.value ?? 0];
  return Math.sqrt(white.value ** 2 / seconds + FLICKER * b * b + (k * k * seconds) / 3);
}

/** Whether the misfit is more than chance makes (E. B. Wilson, M. M. Hilferty 1931). */
function isOdd({ misfit, freedom: n }: Fit): boolean {
  if (n < 1) return false;
  return ((misfit / n) ** (1 / 3) - (1 - 2 / (9 * n))) / Math.sqrt(2 / (9 * n)) > ODD;
}

/** What the averaging times let through, by frequency. */
interface Table {
  readonly frequency: Float64Array;
  /** Of the quadrature, both signs of the frequency together, Hz. */
  readonly width: Float64Array;
  /** Squared gain of each averaging time. */
  readonly gain: readonly Float64Array[];
}

function tableOf(points: readonly AllanPoint[], period: number): Table {
  const most = 0.5 / period;
  const least = 1 / (BELOW * points[points.length - 1].seconds);
  const count = Math.ceil(PER_OCTAVE * Math.log2(most / least));
  const step = Math.log(most / least) / count;
  const frequency = Float64Array.from({ length: count }, (_, i) => least * Math.exp(step * (i + 0.5)));
  const gain = points.map(({ samples }) =>
    frequency.map((f) => {
      const sine = Math.sin(Math.PI * f * samples * period);
      return (2 * sine ** 4) / (samples * Math.sin(Math.PI * f * period)) ** 2;
    }),
  );
  return { frequency, width: frequency.map((f) => 2 * f * step), gain };
}

/** Generalised least squares; what is not among the terms is zero. */
function fit(points: readonly AllanPoint[], table: Table, terms: Terms): Fit | undefined {
  const columns = [0, 1, 2].filter((i) => terms[i]);
  const n = columns.length;
  const design = points.map(({ seconds }) => [1 / seconds, FLICKER, seconds / 3]);
  const y = points.map(({ deviation }) => deviation ** 2);
  const x = new Float64Array([y[0] * points[0].seconds, 0, 0]);
  const covariance = new Float64Array(9);
  let misfit = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const weights = inverseOf(covarianceOf(points, table, x), points.length);
    if (weights === undefined) return undefined;
    const normal = new Float64Array(n * n);
    const right = new Float64Array(n);
    columns.forEach((a, i) => {
      const weighed = times(
        weights,
        design.map((row) => row[a]),
      );
      columns.forEach(
        (b, j) =>
          (normal[i * n + j] = dot(
            weighed,
            design.map((row) => row[b]),
          )),
      );
      right[i] = dot(weighed, y);
    });
    const inverse = inverseOf(normal, n);
    if (inverse === undefined) return undefined;
    const found = times(inverse, right);
    x.fill(0);
    columns.forEach((a, i) => {
      x[a] = found[i];
      columns.forEach((b, j) => (covariance[3 * a + b] = inverse[i * n + j]));
    });
    const left = y.map((value, i) => value - dot(design[i], x));
    misfit = dot(times(weights, left), left);
  }
  return { x, covariance, misfit, freedom: points.length - n };
}

/** Covariance of the squared deviations of Gaussian noise with the spectrum of these variances. */
function covarianceOf(points: readonly AllanPoint[], { frequency, width, gain }: Table, x: Float64Array): Float64Array {
  const [white, flicker, walk] = x.map((value) => Math.max(0, value));
  const floor = Math.max(white, 1e-12 * points[0].deviation ** 2);
  const spectrum = frequency.map((f) => floor + flicker / (2 * Math.PI * f) + walk / (2 * Math.PI * f) ** 2);
  const period = points[0].seconds / points[0].samples;
  const n = points.length;
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = i; j < n; j += 1) {
      let sum = 0;
      for (let k = 0; k < width.length; k += 1) sum += gain[i][k] * gain[j][k] * spectrum[k] ** 2 * width[k];
      out[i * n + j] = (2 * sum) / (period * Math.max(points[i].differences, points[j].differences));
      out[j * n + i] = out[i * n + j];
    }
  }
  return out;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}
