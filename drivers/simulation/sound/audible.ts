import type { SceneSound } from '../../../src/frame/index.ts';
import { SENSE_MOUNTS } from '../config.ts';
import { createContacts } from '../place/contacts.ts';
import { fallSeconds } from '../place/objects.ts';
import { mouthHeight, STRETCH, stanceOf, type Someone } from '../place/people.ts';
import type { Place } from '../place/place.ts';
import { roomAt } from '../place/rooms.ts';
import type { Motion } from '../robot.ts';
import { KNOCKING, knocksOf, radioOf } from './furnishings.ts';
import { LOUDEST } from './noises.ts';
import { NEAREST, THROUGH } from './propagation.ts';
import { BLOW, effortOf } from './sources.ts';
import { LOUDEST_VOICE, spokenSeconds } from './voice.ts';

/** What sounds at a time (s). Times must be asked for one after the other. */
export type Audible = (seconds: number, robot: Motion) => SceneSound[];

/** How long a blow rings loudly, and a thing that falls, with its two blows more, s. */
const RINGS = 0.25;
const BOUNCES = 0.4;
/** Fainter than the noise of the microphones nothing is told, as a share of full scale. */
const FAINTEST = 1e-3;
const FOOT = 0.02;
const BODY = 0.6;
const HEIGHT = SENSE_MOUNTS.microphones.translation[2];

/** What someone says at a time (s). */
export function sayingAt(someone: Someone, seconds: number): string | undefined {
  const said = someone.says(Math.floor(seconds / STRETCH));
  if (said === undefined || seconds < said.start) return undefined;
  return seconds < said.start + spokenSeconds(said.text, someone.who) ? said.text : undefined;
}

/**
 * The truth about what sounds in a place: what it is, where, and how loud its direct sound is at the microphones. The very
 * sources that `sources.ts` makes waves of.
 */
export function createAudible(place: Place): Audible {
  const { people, things, doors, world, varied } = place;
  const radio = radioOf(place);
  const knocks = knocksOf(place);
  const contacts = createContacts(place);
  return (seconds, robot) => {
    const sounds: SceneSound[] = [];
    const here = roomAt(world, robot.x, robot.y);
    const add = (sound: string, [x, y, z]: SceneSound['position'], level: number, more?: Partial<SceneSound>): void => {
      const distance = Math.hypot(x - robot.x, y - robot.y, z - HEIGHT);
      const through = roomAt(world, x, y) === here ? 1 : THROUGH;
      const loudness = (through * level) / Math.max(NEAREST, distance);
      if (loudness < FAINTEST) return;
      sounds.push({ sound, position: [x, y, z], loudness: Math.round(loudness * 1e4) / 1e4, ...more });
    };
    for (const someone of people) {
      const { x, y, speed } = stanceOf(someone, seconds);
      const text = sayingAt(someone, seconds);
      if (text !== undefined) add('voice', [x, y, mouthHeight(someone)], LOUDEST_VOICE, { who: someone.who, text });
      if (speed > 0) add('footsteps', [x, y, FOOT], LOUDEST.footsteps);
    }
    for (const thing of things) {
      const since = seconds - thing.falls - fallSeconds(thing);
      if (since >= 0 && since < BOUNCES) add(thing.kind.matter, [thing.toX, thing.toY, FOOT], LOUDEST.falling);
    }
    for (let door = 0; door < doors.count; door += 1) {
      const [x, y] = world.doors[door].at;
      if (doors.movesAt(door, seconds, robot)) add('door', [x, y, 1], LOUDEST.door);
    }
    const knock = knocks(Math.floor(seconds / KNOCKING));
    if (knock !== undefined && seconds >= knock.start && seconds < knock.start + RINGS)
      add('knock', knock.at, knock.gain * LOUDEST.falling);
    for (const { since, closing } of varied ? contacts(seconds, robot) : []) {
      if (seconds - since < RINGS) add('blow', [robot.x, robot.y, BODY], BLOW * closing * LOUDEST.falling);
    }
    if (radio !== undefined) add('music', radio.at, LOUDEST.music);
    add('motors', [robot.x, robot.y, FOOT], effortOf(robot) * LOUDEST.motors);
    return sounds;
  };
}
