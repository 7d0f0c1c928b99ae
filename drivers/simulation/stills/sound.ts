import { SIDES, SOUNDS, type SoundName, type StillSound } from '../../../src/contract/index.ts';
import { between, pick } from '../place/chance.ts';
import { SENTENCES } from '../place/people.ts';
import { drawPerson, type Split } from '../place/split.ts';
import { createRandom, type Random } from '../random.ts';
import type { Motion } from '../robot.ts';
import { crash, doorRumble, footstep, music } from '../sound/noises.ts';
import type { Sounding } from '../sound/propagation.ts';
import { speak } from '../sound/voice.ts';
import { triple } from './rounded.ts';

/** Length of a clip, s. */
export const CLIP_SECONDS = 1;
/** Share of stills whose microphones say nothing. */
const DEAF = 1 / 6;
/** How far from the middle of its side a source may be, rad, and its distances, m. */
const ASIDE = 0.6;
const NEAREST = 0.7;
const FARTHEST = 1.1;
/** Numbers by which what sounds in the test split differs, as in recorded worlds. */
const TEST = 2 ** 20;
const WALK = 0.5;

/** What sounds in a still, as a fact and as waves. */
export interface Heard {
  readonly truth: StillSound;
  readonly soundings: () => readonly Sounding[];
}

/** Heights of sources, m. */
const HEIGHTS: Readonly<Record<SoundName, number>> = {
  voice: 1.5,
  music: 0.8,
  footsteps: 0.02,
  door: 1,
  metal: 0.02,
  ceramic: 0.02,
  wood: 0.02,
  nothing: 0,
};

/** What sounds about a robot; `undefined`: its microphones say nothing. */
export function drawSound(seed: number, split: Split, still: number, robot: Motion): Heard | undefined {
  const random = createRandom(seed, `${split} sound ${still}`);
  if (random.uniform() < DEAF) return undefined;
  const label = pick(random, SOUNDS);
  const side = pick(random, SIDES);
  const bearing = (SIDES.indexOf(side) * Math.PI) / 2 + between(random, -ASIDE, ASIDE);
  const distance = between(random, NEAREST, FARTHEST);
  const relative = triple([distance * Math.cos(bearing), distance * Math.sin(bearing), HEIGHTS[label]]);
  if (label === 'nothing') return { truth: { label }, soundings: () => [] };
  const [c, s] = [Math.cos(robot.yaw), Math.sin(robot.yaw)];
  const at = [
    robot.x + c * relative[0] - s * relative[1],
    robot.y + s * relative[0] + c * relative[1],
    relative[2],
  ] as const;
  const who = drawPerson(random, split);
  const text = pick(random, SENTENCES[split]);
  const words = label === 'voice' ? { who, text } : {};
  return {
    truth: { label, side, relative, ...words },
    soundings: () =>
      soundings(label, random, split, who, text).map((one) => ({ ...one, from: at, to: at, gain: [1, 1] })),
  };
}

function soundings(
  label: Exclude<SoundName, 'nothing'>,
  random: Random,
  split: Split,
  who: number,
  text: string,
): Pick<Sounding, 'wave' | 'start'>[] {
  const which = 2 * Math.floor(random.uniform() * TEST) + (split === 'test' ? 1 : 0);
  switch (label) {
    case 'voice':
      return [{ wave: speak(text, who, which), start: between(random, -0.3, 0.1) }];
    case 'music':
      return [{ wave: music(which), start: between(random, -4, 0) }];
    case 'door':
      return [{ wave: doorRumble(), start: between(random, -1, 0) }];
    case 'footsteps': {
      const wave = footstep(who);
      const first = between(random, 0.02, 0.3);
      return [first, first + WALK * between(random, 0.9, 1.2)].map((start) => ({ wave, start }));
    }
    case 'metal':
    case 'ceramic':
    case 'wood':
      return [{ wave: crash(label, which), start: between(random, 0.05, 0.3) }];
  }
}
