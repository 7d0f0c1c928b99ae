import type { Spectrum } from './description.ts';
import type { Ops } from './ops.ts';
import { scalar } from './layers.ts';
import { unfold, type Sequence } from './sequence.ts';

/**
 * Power below which a band is as good as silent, in variances of the channel over the training set. Smaller: what is told of quiet
 * bands is the sensor's own noise; larger: fine vibrations are not told apart.
 */
const SILENT = 1e-3;
/** Logarithms of power come to -1..2 or so with this, as numbers that are learned from should be. */
const [RAISED, SHARE] = [2, 0.5];

/** Numbers that a spectrum tells of a frame: for each channel its mean, its bands, and all of them together. */
export function spectrumWidth(dims: number, { frame, bands }: Spectrum): number {
  return dims * (2 + Math.min(bands, Math.floor(frame / 2)));
}

/**
 * Logarithmic power of each channel in bands of frequency, frame by frame, and the channel's mean there: how rough, how fast and which
 * way, without the phase that never comes again. Nothing is learned in it: a frame times a constant matrix (a discrete Fourier
 * transform of the frame without its mean under Hann's window), squared and summed over bands (Welch 1967).
 * The bands are equally wide from the first multiple of one oscillation a frame to half the rate.
 * @returns [B, frames, {@link spectrumWidth}]; zeros where nothing of a frame is there
 */
export function spectrum<T>(ops: Ops<T>, sequence: Sequence<T>, sizes: Spectrum): Sequence<T> {
  const { frame, hop } = sizes;
  const dims = sequence.width;
  const { rows, mask, left } = unfold(ops, sequence, { kernel: frame, stride: hop });
  const channels = ops.reshape(ops.transpose(ops.reshape(rows, [-1, left, frame, dims]), [0, 1, 3, 2]), [-1, frame]);
  const bins = Math.floor(frame / 2);
  const waves = ops.matMul(channels, ops.constant([frame, 2 * bins], wavesOf(frame, bins)));
  const pools = poolsOf(bins, sizes.bands);
  const count = pools.length / (2 * bins);
  const power = ops.matMul(ops.mul(waves, waves), ops.constant([2 * bins, count], pools));
  const loud = ops.mul(ops.add(ops.log(ops.add(power, scalar(ops, SILENT))), scalar(ops, RAISED)), scalar(ops, SHARE));
  const mean = ops.mul(ops.sum(channels, 1), scalar(ops, 1 / frame));
  const width = spectrumWidth(dims, sizes);
  const features = ops.reshape(ops.concat([mean, loud], 1), [-1, left, width]);
  return { features: ops.mul(features, mask), mask, steps: left, width };
}

/**
 * [frame, cosines and sines of 1..bins oscillations a frame], without the mean, under Hann's window. White noise of variance 1
 * gives a power (both squares) of 1 in each.
 */
function wavesOf(frame: number, bins: number): Float32Array {
  const window = Float64Array.from({ length: frame }, (_, i) => Math.sin((Math.PI * (i + 1)) / (frame + 1)) ** 2);
  const size = Math.sqrt(window.reduce((sum, w) => sum + w * w, 0));
  const waves = new Float32Array(frame * 2 * bins);
  for (let wave = 0; wave < 2 * bins; wave += 1) {
    const turns = (2 * Math.PI * (1 + (wave % bins))) / frame;
    const column = window.map((w, i) => ((wave < bins ? Math.cos(turns * i) : Math.sin(turns * i)) * w) / size);
    const mean = column.reduce((sum, value) => sum + value, 0) / frame;
    column.forEach((value, i) => (waves[i * 2 * bins + wave] = value - mean));
  }
  return waves;
}

/** [squares of cosines and sines, bands and all together]: means of power over neighbouring frequencies. */
function poolsOf(bins: number, wanted: number): Float32Array {
  const bands = Math.min(wanted, bins);
  const pools = new Float32Array(2 * bins * (bands + 1));
  const edge = (band: number): number => Math.round((band * bins) / bands);
  for (let band = 0; band <= bands; band += 1) {
    const [from, to] = band === bands ? [0, bins] : [edge(band), edge(band + 1)];
    for (let bin = from; bin < to; bin += 1) {
      for (const row of [bin, bins + bin]) pools[row * (bands + 1) + band] = 1 / (to - from);
    }
  }
  return pools;
}
