import type { AudioMeasurement, ImageMeasurement, Measurement } from '../../frame/index.ts';
import { meterOfCloud, meterOfDepth, meterOfScan } from './distances.ts';
import { PIXEL_STEP, Tally, type KindOf, type Meter } from './tally.ts';

/**
 * Numbers that a threshold could be laid through: for each kind of measurement a few, over the time from one look to the next.
 * They are as simple as can be on purpose. What they tell of an event, no model need be learned for.
 */

/** Makers of meters by the kind of what they measure: the modalities. */
export const METERS: { readonly [Kind in Measurement['kind']]?: () => Meter<KindOf<Kind>> } = {
  imu: meterOfImu,
  odometry: meterOfOdometry,
  scan: meterOfScan,
  cloud: meterOfCloud,
  image: meterOfImage,
  depth: meterOfDepth,
  audio: meterOfAudio,
  text: meterOfText,
};

/** Jolt: largest change of specific force between samples, m/s²; shaking: its mean; turn: largest rate, rad/s. */
function meterOfImu(): Meter<KindOf<'imu'>> {
  const jolt = new Tally();
  const turn = new Tally();
  let before: readonly number[] | undefined;
  return {
    saw({ linearAcceleration, angularVelocity }) {
      const was = before;
      if (linearAcceleration !== undefined && was !== undefined) {
        jolt.add(Math.hypot(...linearAcceleration.map((value, axis) => value - was[axis])));
      }
      before = linearAcceleration ?? was;
      if (angularVelocity !== undefined) turn.add(Math.hypot(...angularVelocity));
    },
    take() {
      const { mean, most } = jolt.take();
      return { jolt: most, shaking: mean, turn: turn.take().most };
    },
  };
}

/** Speed and how much it falls within the window, m/s. */
function meterOfOdometry(): Meter<KindOf<'odometry'>> {
  const speed = new Tally();
  return {
    saw({ twist }) {
      if (twist !== undefined) speed.add(Math.hypot(...twist.linear));
    },
    take() {
      const { mean, most, least } = speed.take();
      return { speed: mean, braking: most - least };
    },
  };
}

/** Raw pictures of 8 bits a channel: their first channel's mean, and the mean and largest change from one to the next. */
function meterOfImage(): Meter<ImageMeasurement> {
  const light = new Tally();
  const change = new Tally();
  let before: Float64Array | undefined;
  return {
    saw({ encoding, width = 0, height = 0, rowStride = 0, data }) {
      if (!['rgb8', 'bgr8', 'mono8'].includes(encoding)) return;
      const channels = encoding === 'mono8' ? 1 : 3;
      const looked: number[] = [];
      for (let v = 0; v < height; v += PIXEL_STEP) {
        for (let u = 0; u < width; u += PIXEL_STEP) looked.push(data[v * rowStride + channels * u]);
      }
      const now = Float64Array.from(looked);
      const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      light.add(mean(now));
      const was = before;
      if (was?.length === now.length) change.add(mean(now.map((value, i) => Math.abs(value - was[i]))));
      before = now;
    },
    take() {
      const { mean, most } = change.take();
      return { light: light.take().mean, change: mean, 'largest change': most };
    },
  };
}

/** Level: the loudest block, and the mean of all, dB of full scale; onset: largest rise from block to block; crossings of zero. */
function meterOfAudio(): Meter<AudioMeasurement> {
  const level = new Tally();
  const onset = new Tally();
  const hiss = new Tally();
  let before = NaN;
  return {
    saw({ data, channels }) {
      let squares = 0;
      let crossings = 0;
      const many = Math.floor(data.length / channels);
      for (let n = 0; n < many; n += 1) {
        const sample = data[n * channels];
        squares += sample * sample;
        if (n > 0 && sample < 0 !== data[(n - 1) * channels] < 0) crossings += 1;
      }
      const now = 10 * Math.log10((squares + 1) / many / 2 ** 30);
      level.add(now);
      onset.add(now - before);
      hiss.add(crossings / many);
      before = now;
    },
    take() {
      const { mean, most } = level.take();
      return { level: mean, 'loudest block': most, onset: onset.take().most, crossings: hiss.take().most };
    },
  };
}

/** Words heard. */
function meterOfText(): Meter<KindOf<'text'>> {
  let words = 0;
  return {
    saw({ text }) {
      words += text.split(' ').length;
    },
    take() {
      const taken = words;
      words = 0;
      return { words: taken };
    },
  };
}
