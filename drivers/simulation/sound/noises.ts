import type { Matter } from '../place/split.ts';
import { createRandom } from '../random.ts';
import { createResonator, createWave, levelled, SAMPLE_RATE, type Wave } from './wave.ts';

/** The largest sample of each sound at 1 m, as a share of full scale; motors at full speed. */
export const LOUDEST = { footsteps: 0.05, falling: 0.5, door: 0.12, motors: 0.03, music: 0.1 } as const;

/** A foot on the floor: a thump that differs from person to person. */
export function footstep(who: number): Wave {
  const random = createRandom(who, 'step');
  const thump = createResonator(90 + 80 * random.uniform(), 60);
  const scrape = createResonator(1500 + 2500 * random.uniform(), 1500);
  const wave = createWave(0.12, false, (sample) => {
    const decay = Math.exp(-sample / (0.018 * SAMPLE_RATE));
    const noise = (2 * random.uniform() - 1) * decay;
    return thump.next(noise) + 0.25 * scrape.next(noise);
  });
  return levelled(wave, LOUDEST.footsteps);
}

/** Resonances of what falls, Hz, and how long they ring, s. */
const RINGING: Readonly<Record<Matter, { readonly hertz: readonly number[]; readonly seconds: number }>> = {
  metal: { hertz: [1450, 2870, 4330, 6120], seconds: 0.25 },
  ceramic: { hertz: [2210, 3650, 5480], seconds: 0.08 },
  wood: { hertz: [310, 720, 1180], seconds: 0.05 },
  soft: { hertz: [95, 180], seconds: 0.06 },
};
/** Times of the blows after the first, s, and how strong they are. */
const BOUNCES = [
  [0, 1],
  [0.16, 0.45],
  [0.26, 0.2],
] as const;

/** Something falls on the floor and bounces twice. */
export function crash(matter: Matter, which: number): Wave {
  return struck(matter, which, BOUNCES);
}

/** A single blow: something is put down, or someone runs into the robot. */
export function knock(matter: Matter, which: number): Wave {
  return struck(matter, which, BOUNCES.slice(0, 1));
}

function struck(matter: Matter, which: number, blows: readonly (readonly [number, number])[]): Wave {
  const random = createRandom(which, `crash ${matter}`);
  const { hertz, seconds } = RINGING[matter];
  const tuned = hertz.map((one) => one * (0.85 + 0.3 * random.uniform()));
  const wave = createWave(0.9, false, (sample) => {
    let sum = 0;
    // By index: iterators would leave a megabyte of garbage for each sound.
    for (let blow = 0; blow < blows.length; blow += 1) {
      const since = sample / SAMPLE_RATE - blows[blow][0];
      if (since < 0) continue;
      const noise = Math.exp(-since / 0.004) * (2 * random.uniform() - 1);
      let ring = noise;
      for (let i = 0; i < tuned.length; i += 1) {
        ring += Math.sin(2 * Math.PI * tuned[i] * since) * Math.exp(-since / seconds);
      }
      sum += blows[blow][1] * ring;
    }
    return sum;
  });
  return levelled(wave, LOUDEST.falling);
}

/** A sliding door: a rumble and the hum of its motor, without end. */
export function doorRumble(): Wave {
  const random = createRandom(0, 'door');
  const rumble = createResonator(160, 120);
  const wave = createWave(1.5, true, (sample) => {
    // Whole cycles fit the loop, so that its seam is not heard.
    const hum = Math.sin((2 * Math.PI * 200 * sample) / 32_768) + 0.5 * Math.sin((2 * Math.PI * 602 * sample) / 32_768);
    return rumble.next(2 * random.uniform() - 1) + 0.15 * hum;
  });
  return levelled(wave, LOUDEST.door);
}

/** The robot's own motors: at full speed. */
export function motors(): Wave {
  const random = createRandom(0, 'motors');
  const whine = createResonator(900, 300);
  const wave = createWave(1.5, true, (sample) => {
    const hum =
      Math.sin((2 * Math.PI * 410 * sample) / 32_768) + 0.4 * Math.sin((2 * Math.PI * 1230 * sample) / 32_768);
    return 0.4 * whine.next(2 * random.uniform() - 1) + 0.1 * hum;
  });
  return levelled(wave, LOUDEST.motors);
}

/** Semitones of a pentatonic scale. */
const SCALE = [0, 2, 4, 7, 9, 12, 14];

/** Music from a radio: two voices of plucked tones, a new tune for each seed, without end. */
export function music(seed: number): Wave {
  const random = createRandom(seed, 'music');
  const root = 180 + 120 * random.uniform();
  const beat = Math.round((0.22 + 0.15 * random.uniform()) * SAMPLE_RATE);
  const size = 2 ** 17;
  const notes = Array.from({ length: Math.ceil(size / beat) }, () => ({
    high: root * 2 ** (SCALE[Math.floor(random.uniform() * SCALE.length)] / 12 + 1),
    low: root * 2 ** (SCALE[Math.floor(random.uniform() * 4)] / 12),
  }));
  const wave = createWave((size - 8) / SAMPLE_RATE, true, (sample) => {
    const { high, low } = notes[Math.floor(sample / beat)];
    const since = (sample % beat) / SAMPLE_RATE;
    const pluck = Math.exp(-since / 0.15) * Math.min(1, since / 0.004);
    const tone = (hertz: number): number =>
      Math.sin(2 * Math.PI * hertz * since) + 0.4 * Math.sin(4 * Math.PI * hertz * since);
    return pluck * (tone(high) + 0.7 * tone(low));
  });
  return levelled(wave, LOUDEST.music);
}
