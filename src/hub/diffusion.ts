import { normal, type Random } from '../random/index.ts';

/** What a network says is left of something noisy when the noise is taken away. */
export type Denoise = (noisy: Float32Array, time: number) => Promise<Float32Array>;

/** The first moment: pure noise, but for a trace, so that the network is asked for nothing that it was not trained on. */
const FIRST = 0.998;

/**
 * Makes something of noise, step by step: the network says what would be left without the noise, and so much of the noise as belongs to the next moment is put
 * back (DDIM, Song et al. 2021, without new noise; cosine schedule, Nichol and Dhariwal 2021). The same chance gives the same numbers.
 * @param length of what is made
 * @param steps how often the network is asked; too few: blurred, more than some dozens: slower, and no better
 * @param bound the network's answers are kept within ±bound
 */
export async function sample(
  random: Random,
  length: number,
  steps: number,
  bound: number,
  denoise: Denoise,
): Promise<Float32Array> {
  let x = Float32Array.from({ length }, () => normal(random));
  for (let step = 0; step < steps; step += 1) {
    const [now, next] = [step, step + 1].map((its) => FIRST * (1 - its / steps));
    const [a, s] = levels(now);
    const [b, r] = levels(next);
    const clean = await denoise(x, now);
    x = Float32Array.from(x, (value, i) => {
      const its = Math.min(bound, Math.max(-bound, clean[i]));
      return b * its + (r * (value - a * its)) / s;
    });
  }
  return x;
}

/**
 * Rids what was made of the grain that is left of steps too large or a network too small: the mean of what the network says of several copies, each with noise
 * of its own. What the noise of one made it say is not what that of another does.
 * @param copies too few: grain is left; more are slower
 * @param time of the noise, 0..1; too early: grain is left, too late: what is small is lost
 */
export async function settle(
  random: Random,
  made: Float32Array,
  copies: number,
  time: number,
  denoise: Denoise,
): Promise<Float32Array> {
  const [a, s] = levels(time);
  const mean = new Float32Array(made.length);
  for (let copy = 0; copy < copies; copy += 1) {
    const noisy = made.map((value) => a * value + s * normal(random));
    const clean = await denoise(noisy, time);
    clean.forEach((value, i) => {
      mean[i] += value / copies;
    });
  }
  return mean;
}

/** Shares of what is made and of noise at a time in 0..1. */
function levels(time: number): readonly [number, number] {
  const angle = (time * Math.PI) / 2;
  return [Math.cos(angle), Math.sin(angle)];
}
