import type { Clip, ClipEventName, StillThing } from '../contract/index.ts';

/** How something moves, as the robot sees it at the end of a clip: by itself, wherever the robot drove. */
export const MOTIONS = ['nearer', 'away', 'left', 'right', 'still'] as const;
export type Motion = (typeof MOTIONS)[number];
/** How the robot moves. */
export const OWN_MOTIONS = ['forward', 'turn left', 'turn right', 'still'] as const;
export type OwnMotion = (typeof OWN_MOTIONS)[number];

/** Opposites. */
export const AGAINST: Readonly<Record<Motion, Motion>> = {
  nearer: 'away',
  away: 'nearer',
  left: 'right',
  right: 'left',
  still: 'nearer',
};

/** What went as far in a clip moved; what went no farther than the other stood still, m. */
const MOVED = 0.4;
const STOOD = 0.1;
/** By what factor the way in a direction is longer than the way across it. */
const MOSTLY = 1.5;
/** In so many pictures something must be seen for its motion to be told. */
const SEEN = 3;
/** From what angle on the robot turns, rad, and what does not count as turning; the same for its way, m. */
const TURNED = 0.3;
const STRAIGHT = 0.1;
const DRIVEN = 0.3;
const STAYED = 0.04;

/** Whether a thing moves in a way; `undefined` where one could argue. */
export function moves(motion: Motion, { id, relative }: StillThing, clip: Clip | undefined): boolean | undefined {
  const found = clip?.movements.find((one) => one.id === id);
  if (clip === undefined || found === undefined || found.seen < SEEN || clip.senses.camera !== 'well') return undefined;
  const [x, y] = found.went;
  const way = Math.hypot(x, y);
  if (motion === 'still') return way <= STOOD ? true : way >= MOVED ? false : undefined;
  // Along the line of sight and across it.
  const distance = Math.hypot(relative[0], relative[1]);
  const away = (x * relative[0] + y * relative[1]) / distance;
  const left = (y * relative[0] - x * relative[1]) / distance;
  const [along, across] = { nearer: [-away, left], away: [away, left], left: [left, away], right: [-left, away] }[
    motion
  ];
  if (along >= MOVED && along >= MOSTLY * Math.abs(across)) return true;
  return along <= STOOD ? false : undefined;
}

/** Whether the robot moves in a way; `undefined` where one could argue. */
export function movesSelf(motion: OwnMotion, clip: Clip | undefined): boolean | undefined {
  if (clip === undefined) return undefined;
  const { forward, left, turned } = clip.moved;
  const way = Math.hypot(forward, left);
  switch (motion) {
    case 'forward':
      return way >= DRIVEN ? true : way <= STAYED ? false : undefined;
    case 'still':
      if (way <= STAYED && Math.abs(turned) <= STAYED) return true;
      return way >= DRIVEN || Math.abs(turned) >= TURNED ? false : undefined;
    case 'turn left':
      return turned >= TURNED ? true : turned <= STRAIGHT ? false : undefined;
    case 'turn right':
      return turned <= -TURNED ? true : turned >= -STRAIGHT ? false : undefined;
  }
}

/** Whether something happened; `undefined` where it did, and no sense told, or where a sense is missing. */
export function happened(event: ClipEventName, clip: Clip | undefined): boolean | undefined {
  if (clip === undefined || clip.senses.camera !== 'well' || clip.senses.microphones !== 'well') return undefined;
  const found = clip.events.filter((one) => one.event === event);
  return found.some(({ sensed }) => sensed) ? true : found.length > 0 ? undefined : false;
}
