import type { Clip, StillThing } from '../../src/contract/index.ts';

/** What is said of the seconds of a clip, by rules of its own: see `parser.ts`. */
type Happening = (clip: Clip | undefined, strictly: boolean) => boolean;
type Motion = (thing: StillThing, clip: Clip | undefined, strictly: boolean) => boolean;

const happened =
  (name: string): Happening =>
  (clip, strictly) =>
    clip?.events.some(({ event, sensed }) => event === name && (sensed || !strictly)) === true;

const drove =
  (test: (way: number, turned: number, strictly: boolean) => boolean): Happening =>
  (clip, strictly) => {
    if (clip === undefined) return false;
    const { forward, left, turned } = clip.moved;
    return test(Math.sqrt(forward ** 2 + left ** 2), turned, strictly);
  };

const HAPPENINGS: readonly [RegExp, Happening][] = [
  [/someone approaches you/, happened('approach')],
  [/someone runs into you/, happened('collision')],
  [/a door slides/, happened('door')],
  [/something falls to the floor/, happened('dropped object')],
  [/\bdrive\b/, drove((way, _turned, strictly) => way > (strictly ? 0.25 : 0.05))],
  [/\bturn to the left/, drove((_way, turned, strictly) => turned > (strictly ? 0.25 : 0.12))],
  [/\bturn to the right/, drove((_way, turned, strictly) => -turned > (strictly ? 0.25 : 0.12))],
  [
    /\bstand still/,
    drove((way, turned, strictly) => way < (strictly ? 0.05 : 0.25) && Math.abs(turned) < (strictly ? 0.05 : 0.25)),
  ],
];

/** What tells whether a sentence about the robot or an event is true; `undefined`: it is about something else. */
export function happeningOf(text: string): Happening | undefined {
  return HAPPENINGS.find(([words]) => words.test(text))?.[1];
}

const MOTIONS: readonly [RegExp, (way: number, nearer: number, left: number, strictly: boolean) => boolean][] = [
  [/comes? nearer/, (_way, nearer, left, strictly) => nearer > (strictly ? Math.max(0.3, Math.abs(left)) : 0.15)],
  [/go(es)? away/, (_way, nearer, left, strictly) => -nearer > (strictly ? Math.max(0.3, Math.abs(left)) : 0.15)],
  [/moves? to the left/, (_way, nearer, left, strictly) => left > (strictly ? Math.max(0.3, Math.abs(nearer)) : 0.15)],
  [
    /moves? to the right/,
    (_way, nearer, left, strictly) => -left > (strictly ? Math.max(0.3, Math.abs(nearer)) : 0.15),
  ],
  [/stays? in place/, (way, _nearer, _left, strictly) => way < (strictly ? 0.15 : 0.35)],
];

/** What tells whether a thing moves as a sentence says; `undefined`: it says nothing of that. */
export function motionOf(text: string): Motion | undefined {
  const test = MOTIONS.find(([words]) => words.test(text))?.[1];
  if (test === undefined) return undefined;
  return ({ id, relative: [x, y], box, share, visible }, clip, strictly) => {
    const movement = clip?.movements.find((one) => one.id === id);
    if (movement === undefined || box === undefined) return false;
    if (strictly && (share < 0.01 || visible < 0.5)) return false;
    // In polar terms: the bearing of the thing, and its way along and across that.
    const bearing = Math.atan2(y, x);
    const [forward, left] = movement.went;
    const away = forward * Math.cos(bearing) + left * Math.sin(bearing);
    const across = left * Math.cos(bearing) - forward * Math.sin(bearing);
    return test(Math.sqrt(forward ** 2 + left ** 2), -away, across, strictly);
  };
}
