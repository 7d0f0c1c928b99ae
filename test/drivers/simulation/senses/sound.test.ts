import { describe, expect, it } from 'vitest';
import { hear, SPEED_OF_SOUND, type Sounding } from '../../../../drivers/simulation/sound/propagation.ts';
import { speak, spokenSeconds, voiceOf } from '../../../../drivers/simulation/sound/voice.ts';
import { createWave, SAMPLE_RATE } from '../../../../drivers/simulation/sound/wave.ts';
import { placeOf } from '../../support/senses.ts';

const SAMPLES = 2048;
/** A tone that the rate holds well. */
const HERTZ = 700;
const tone = createWave(1, true, (sample) => Math.sin((2 * Math.PI * HERTZ * sample) / SAMPLE_RATE));

/** What one microphone hears outdoors, where floor and walls reflect but no ceiling does. */
function heard(from: readonly [number, number, number], ear: readonly number[], source: Partial<Sounding> = {}) {
  const { place } = placeOf(1, { outdoors: true });
  const out = new Float32Array(SAMPLES);
  const ears = { from: Float64Array.from(ear), to: Float64Array.from(ear) };
  hear(place, { wave: tone, start: 0, from, to: from, gain: [1, 1], ...source }, ears, 0.5, SAMPLES, out);
  return out;
}

const click = createWave(0.001, false, (sample) => (sample === 4 ? 1 : 0));

describe('propagation of sound', () => {
  const { world } = placeOf(1).place;
  const [cx, cy] = world.rooms[0];

  it('takes the distance over 343 m/s, and the pressure falls with one over the distance', () => {
    for (const distance of [0.5, 1, 1.7]) {
      const ear = [cx, cy, 1.2];
      const out = heard([cx + distance, cy, 1.2], ear, { wave: click, start: 0.5 });
      const at = 4 + (distance / SPEED_OF_SOUND) * SAMPLE_RATE;
      const first = out.findIndex((value) => Math.abs(value) > 1e-3);
      expect(Math.abs(first - at)).toBeLessThan(3);
      // What the click holds in all is what the cubic leaves of it, whatever the fraction.
      const sum = out.slice(Math.floor(at) - 3, Math.floor(at) + 5).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1 / distance, 1);
    }
  });

  it('comes back from floor and four walls by the image sources’ ways', () => {
    const out = heard([cx + 1, cy, 1.2], [cx, cy, 1.2], { wave: click, start: 0.5 });
    const [x0, x1] = [world.xs[0], world.xs[1]];
    const [y0, y1] = [world.ys[0], world.ys[1]];
    const ways = [
      cx + 1 - x0 + (cx - x0),
      2 * x1 - (cx + 1) - cx,
      Math.hypot(1, 2 * (cy - y0)),
      Math.hypot(1, 2 * (y1 - cy)),
      Math.hypot(1, 2.4),
    ];
    for (const way of ways) {
      const at = 4 + (way / SPEED_OF_SOUND) * SAMPLE_RATE;
      if (at > SAMPLES - 4) continue;
      const near = out.slice(Math.floor(at) - 1, Math.floor(at) + 3);
      expect(Math.max(...near.map(Math.abs))).toBeGreaterThan(0.1 / way);
    }
  });

  it('is delayed by fractions of a sample: the phase of a tone tells a millimetre', () => {
    const phaseOf = (out: Float32Array): number => {
      let [re, im] = [0, 0];
      out.forEach((value, n) => {
        re += value * Math.cos((2 * Math.PI * HERTZ * n) / SAMPLE_RATE);
        im += value * Math.sin((2 * Math.PI * HERTZ * n) / SAMPLE_RATE);
      });
      return Math.atan2(im, re);
    };
    // Near the source, where its reflections hardly count.
    const [a, b] = [0.3, 0.305].map((x) => phaseOf(heard([cx + x, cy, 1.2], [cx, cy, 1.2])));
    const turned = Math.abs(Math.atan2(Math.sin(b - a), Math.cos(b - a)));
    expect(turned / ((2 * Math.PI * HERTZ * 0.005) / SPEED_OF_SOUND)).toBeCloseTo(1, 0);
  });

  it('is dull through a wall', () => {
    const [, second] = world.rooms;
    const energy = (out: Float32Array): number => out.reduce((sum, value) => sum + value * value, 0);
    const apart = energy(heard([second[0], second[1], 1.2], [cx, cy, 1.2]));
    const together = energy(heard([cx - 1, cy, 1.2], [cx, cy, 1.2]));
    expect(apart).toBeLessThan(together / 100);
  });
});

describe('a synthesised voice', () => {
  it('lasts as long as is said, has the pitch of its speaker, and is the same again', () => {
    for (const who of [0, 5, 11, 23]) {
      const wave = speak('aaaaaaaa', who, 1);
      expect(wave.length / SAMPLE_RATE).toBeCloseTo(spokenSeconds('aaaaaaaa', who), 3);
      expect(speak('aaaaaaaa', who, 1)).toEqual(wave);
      // Autocorrelation over the middle, between 60 and 320 Hz.
      const middle = wave.samples.subarray(4000, 8000);
      let best = { lag: 0, value: -Infinity };
      for (let lag = 50; lag < 266; lag += 1) {
        let value = 0;
        for (let i = 0; i < middle.length - 266; i += 1) value += middle[i] * middle[i + lag];
        if (value > best.value) best = { lag, value };
      }
      const pitch = SAMPLE_RATE / best.lag;
      const ratio = pitch / voiceOf(who).pitch;
      // A period, or two of them.
      expect(Math.min(Math.abs(ratio - 1), Math.abs(2 * ratio - 1))).toBeLessThan(0.15);
    }
  });

  it('is everyone’s own', () => {
    const voices = Array.from({ length: 64 }, (_, who) => JSON.stringify(voiceOf(who)));
    expect(new Set(voices).size).toBe(64);
  });
});
