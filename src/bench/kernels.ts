import type sharp from 'sharp';
import { medianOf } from '../geometry/index.ts';
import { ImageToTensor, LogMel, YAMNET_MEL } from '../perception/index.ts';
import { createRandom } from '../random/index.ts';

/** What the kernels of perception do here. */
export interface KernelFigures {
  /** A 640x480 RGB picture to 416x416 normalised planar floats, ms (median). */
  readonly image: {
    readonly ms: number;
    /** The same by sharp (libvips, linear kernel, raw in and out), and a plain loop from its bytes to the floats. */
    readonly sharpMs: number;
    /** sharpMs over ms, the median of the rounds: at 1 both are equally fast. */
    readonly sharpOverOurs: number;
  };
  /** Log-mel spectrogram of YAMNet: one second of 16 kHz sound, ms (median), and seconds of sound a second. */
  readonly mel: { readonly ms: number; readonly timesRealTime: number };
}

const FROM = { width: 640, height: 480 };
const TO = { width: 416, height: 416 };
const MEAN = [123.675, 116.28, 103.53];
const STD = [58.395, 57.12, 57.375];
/** Runs of each in a round: rounds of both take turns, so that what else the machine does meets both. */
const RUNS = 10;

/**
 * Benchmarks the kernels.
 * @param rounds more make the medians steadier
 */
export async function benchKernels(rounds: number): Promise<KernelFigures> {
  const { default: load } = await import('sharp');
  const random = createRandom(1);
  const data = Uint8Array.from({ length: FROM.width * FROM.height * 3 }, () => random() * 256);
  const ours = imageByOurs(data);
  const theirs = imageBySharp(data, load);
  const mel = melOf(random);
  load.cache(false);
  const image: number[] = [];
  const bySharp: number[] = [];
  const sound: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const a = await timed(ours);
    const b = await timed(theirs);
    const c = await timed(mel);
    // The first round warms up.
    if (round < 0) continue;
    image.push(a);
    bySharp.push(b);
    sound.push(c);
  }
  const melMs = medianOf(sound);
  return {
    image: {
      ms: rounded(medianOf(image)),
      sharpMs: rounded(medianOf(bySharp)),
      sharpOverOurs: rounded(medianOf(image.map((ms, i) => bySharp[i] / ms))),
    },
    mel: { ms: rounded(melMs), timesRealTime: Math.round(1000 / melMs) },
  };
}

function imageByOurs(data: Uint8Array): () => void {
  const kernel = new ImageToTensor({
    ...TO,
    fit: 'stretch',
    channels: 'rgb',
    layout: 'planar',
    type: 'float32',
    mean: MEAN,
    std: STD,
  });
  const out = new Float32Array(kernel.size);
  const picture = { ...FROM, format: 'rgb8', rowStride: FROM.width * 3, data } as const;
  return () => void kernel.write(picture, out);
}

function imageBySharp(data: Uint8Array, load: typeof sharp): () => Promise<void> {
  const plane = TO.width * TO.height;
  const out = new Float32Array(plane * 3);
  const gain = STD.map((value) => 1 / value);
  const offset = MEAN.map((value, c) => -value / STD[c]);
  return async () => {
    const small = await load(data, { raw: { ...FROM, channels: 3 } })
      .resize(TO.width, TO.height, { fit: 'fill', kernel: 'linear' })
      .raw()
      .toBuffer();
    for (let i = 0, at = 0; i < plane; i += 1, at += 3) {
      out[i] = small[at] * gain[0] + offset[0];
      out[plane + i] = small[at + 1] * gain[1] + offset[1];
      out[2 * plane + i] = small[at + 2] * gain[2] + offset[2];
    }
  };
}

/** One second of sound: the 98 windows that fit. */
function melOf(random: () => number): () => void {
  const mel = new LogMel(YAMNET_MEL);
  const samples = Float32Array.from({ length: 16_000 }, () => random() - 0.5);
  const out = new Float32Array(mel.framesIn(samples.length) * YAMNET_MEL.bands);
  return () => void mel.write(samples, out);
}

/** ms of one run. */
async function timed(action: () => void | Promise<void>): Promise<number> {
  const started = performance.now();
  for (let run = 0; run < RUNS; run += 1) await action();
  return (performance.now() - started) / RUNS;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
