import { createContacts } from '../place/contacts.ts';
import { fallSeconds, thingAt } from '../place/objects.ts';
import { mouthHeight, stanceOf, STRETCH, type Someone } from '../place/people.ts';
import type { Place } from '../place/place.ts';
import type { Motion } from '../robot.ts';
import { crash, doorRumble, footstep, knock, motors, music } from './noises.ts';
import { KNOCKING, knocksOf, radioOf } from './furnishings.ts';
import type { Sounding } from './propagation.ts';
import { speak } from './voice.ts';
import { SAMPLE_RATE, type Wave } from './wave.ts';

/** What sounds in a block of time. Blocks must be asked for one after the other. */
export type Sources = (from: number, to: number, robotFrom: Motion, robotTo: Motion) => readonly Sounding[];

type Point = readonly [number, number, number];

/** Longest way of sound, as time, s: what ended that long ago may still be heard. */
const LATE = 0.15;
/** Length of a step, m. */
const STEP = 0.7;
const STEP_SECONDS = 0.12;
/** Loudness of a blow at 1 m/s as a share of a dropped object's, and height of the robot's body, m. */
export const BLOW = 0.6;
const BODY = 0.6;
/** How long a blow is heard, s. */
const HEARD = 1;
/** Height of the robot's motors, m, and its fastest speed, m/s. */
const MOTOR = 0.1;
const FASTEST = 0.6;
const GAINS_STEADY = [1, 1] as const;

/** How loud the robot's motors are, as a share of what they are at full speed. */
export function effortOf({ speed, turn }: Motion): number {
  return (Math.abs(speed) + 0.3 * Math.abs(turn)) / FASTEST;
}

/** Everything in a place that sounds: voices, steps, what falls or is put down, blows, doors, a radio, the robot itself. */
export function createSources(place: Place): Sources {
  const { seed, people, things, doors, world } = place;
  const steps = people.map(({ who }) => footstep(who));
  const rumble = doorRumble();
  const own = motors();
  const stand = radioOf(place);
  const radio = stand === undefined ? undefined : { wave: music(stand.tune), at: stand.at };
  const spoken = new Map<string, Wave>();
  const doorGain = new Float64Array(doors.count);
  const at = new Float64Array(3);
  const crashes = new Map<number, Wave>();
  const contacts = createContacts(place);
  const blow = knock('soft', seed);
  let blows: Sounding[] = [];
  const knocks = knocksOf(place);
  function said(someone: Someone, text: string, number: number): Wave {
    const key = `${someone.id} ${number}`;
    let wave = spoken.get(key);
    if (wave === undefined) {
      wave = speak(text, someone.who, number);
      spoken.set(key, wave);
      // The oldest goes: at most two at a time are heard of each.
      const oldest = spoken.size > 3 * people.length ? spoken.keys().next().value : undefined;
      if (oldest !== undefined) spoken.delete(oldest);
    }
    return wave;
  }

  function voices(someone: Someone, from: number, to: number, list: Sounding[]): void {
    const mouth = mouthHeight(someone);
    for (let stretch = Math.max(0, Math.floor(from / STRETCH) - 1); stretch * STRETCH < to; stretch += 1) {
      const words = someone.says(stretch);
      if (words === undefined || words.start >= to) continue;
      const wave = said(someone, words.text, words.number);
      if (words.start + wave.length / SAMPLE_RATE + LATE < from) continue;
      const a = stanceOf(someone, from);
      const b = stanceOf(someone, to);
      const ends: [Point, Point] = [
        [a.x + 0.1 * Math.cos(a.yaw), a.y + 0.1 * Math.sin(a.yaw), mouth],
        [b.x + 0.1 * Math.cos(b.yaw), b.y + 0.1 * Math.sin(b.yaw), mouth],
      ];
      list.push({ wave, start: words.start, from: ends[0], to: ends[1], gain: GAINS_STEADY });
    }
  }

  function walking(someone: Someone, wave: Wave, from: number, to: number, list: Sounding[]): void {
    const period = STEP / someone.walks.speed;
    for (let k = Math.max(0, Math.floor((from - STEP_SECONDS - LATE) / period)); k * period < to; k += 1) {
      const { x, y, speed } = stanceOf(someone, k * period);
      if (speed === 0) continue;
      const foot: Point = [x, y, 0.02];
      list.push({ wave, start: k * period, from: foot, to: foot, gain: GAINS_STEADY });
    }
  }

  /** Things put down, and people who have run into the robot before this block. */
  function struck(from: number, to: number, robot: Motion, list: Sounding[]): void {
    for (let stretch = Math.max(0, Math.floor((from - HEARD) / KNOCKING)); stretch * KNOCKING < to; stretch += 1) {
      const one = knocks(stretch);
      if (one === undefined || one.start >= to || one.start + HEARD + LATE <= from) continue;
      list.push({ wave: one.wave(), start: one.start, from: one.at, to: one.at, gain: [one.gain, one.gain] });
    }
    if (!place.varied) return;
    blows = blows.filter(({ start }) => start + HEARD > from);
    list.push(...blows);
    const body: Point = [robot.x, robot.y, BODY];
    for (const { since, closing } of contacts(to, robot)) {
      const gain = BLOW * closing;
      if (since === to) blows.push({ wave: blow, start: to, from: body, to: body, gain: [gain, gain] });
    }
  }

  return (from, to, robotFrom, robotTo) => {
    const list: Sounding[] = [];
    struck(from, to, robotTo, list);
    people.forEach((someone, i) => {
      voices(someone, from, to, list);
      walking(someone, steps[i], from, to, list);
    });
    for (const thing of things) {
      const lands = thing.falls + fallSeconds(thing);
      if (lands >= to || lands + 1 + LATE < from) continue;
      let wave = crashes.get(thing.id);
      if (wave === undefined) crashes.set(thing.id, (wave = crash(thing.kind.matter, seed + thing.id)));
      thingAt(thing, lands, at);
      const floor: Point = [at[0], at[1], 0.02];
      list.push({ wave, start: lands, from: floor, to: floor, gain: GAINS_STEADY });
    }
    for (let door = 0; door < doors.count; door += 1) {
      const gain = doors.movesAt(door, to, robotTo) ? 1 : 0;
      if (gain + doorGain[door] > 0) {
        const [x, y] = world.doors[door].at;
        const middle: Point = [x, y, 1];
        list.push({ wave: rumble, start: 0, from: middle, to: middle, gain: [doorGain[door], gain] });
      }
      doorGain[door] = gain;
    }
    if (radio !== undefined) {
      list.push({ wave: radio.wave, start: 0, from: radio.at, to: radio.at, gain: GAINS_STEADY });
    }
    const ends: [Point, Point] = [
      [robotFrom.x, robotFrom.y, MOTOR],
      [robotTo.x, robotTo.y, MOTOR],
    ];
    const gain = [effortOf(robotFrom), effortOf(robotTo)] as const;
    list.push({ wave: own, start: 0, from: ends[0], to: ends[1], gain });
    return list;
  };
}
