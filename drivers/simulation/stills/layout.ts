import { between } from '../place/chance.ts';
import type { Random } from '../random.ts';
import type { Actor, Cast } from './cast.ts';

/** Where an actor stands: ahead of the camera and to the left of its axis, m, and how it is turned to it, rad. */
export interface Spot {
  readonly ahead: number;
  readonly left: number;
  readonly turned: number;
  /** The actor that it stands on. */
  readonly on?: number;
  /** Width, depth and height, m. */
  readonly size: readonly [number, number, number];
}

/** Half of the angle over which actors are spread, rad. */
const SPREAD = 0.43;
/** How far they turn away from the camera, rad. */
const TURNED = 0.6;
/** Shares of the depth within which a nearer and a farther one stand. */
const NEAR = 0.25;
const FAR = 0.7;

/** Size of an actor, m. */
export function sizeOf({ its, grown }: Actor, factor = 1): Spot['size'] {
  const [width, depth, height] = its.size;
  return [width * grown * factor, depth * grown * factor, height * grown * factor];
}

/**
 * Places actors side by side, each in a sector of its own as far as there is room, in an order and at distances by chance but for
 * what the cast wants.
 * @param near nearest and `far` farthest place, m ahead
 * @param factor on all sizes
 */
export function layOut(random: Random, cast: Cast, near: number, far: number, factor: number): Spot[] {
  const { actors, leftOf, nearerThan, on } = cast;
  const sizes = actors.map((actor) => sizeOf(actor, factor));
  const aheads = actors.map(() => between(random, near, far));
  if (nearerThan !== undefined) {
    const [nearer, farther] = nearerThan;
    aheads[nearer] = near + (far - near) * NEAR * random.uniform();
    aheads[farther] = near + (far - near) * between(random, FAR, 1);
  }
  const order = shuffled(
    random,
    [...actors.keys()].filter((actor) => actor !== on?.[0]),
  );
  if (leftOf !== undefined) {
    const [left, right] = leftOf.map((actor) => order.indexOf(actor));
    if (left > right) [order[left], order[right]] = [order[right], order[left]];
  }
  const widths = order.map((actor) => (1.1 * Math.max(sizes[actor][0], 0.8 * sizes[actor][1])) / aheads[actor]);
  const room = 2 * SPREAD - widths.reduce((sum, width) => sum + width, 0);
  // What is left is dealt out by chance; where there is too little, they overlap evenly.
  const gaps = Array.from({ length: order.length + 1 }, () => (room > 0 ? random.exponential() : 1));
  const scale = room / (room > 0 ? gaps.reduce((sum, gap) => sum + gap, 0) : gaps.length);
  const spots: Spot[] = [];
  let bearing = SPREAD;
  order.forEach((actor, i) => {
    bearing -= gaps[i] * scale + widths[i] / 2;
    const ahead = aheads[actor];
    const turned = between(random, -TURNED, TURNED);
    spots[actor] = { ahead, left: ahead * Math.tan(bearing), turned, size: sizes[actor] };
    bearing -= widths[i] / 2;
  });
  if (on !== undefined) {
    const [top, base] = on;
    spots[top] = { ...spots[base], on: base, turned: between(random, -TURNED, TURNED), size: sizes[top] };
  }
  return spots;
}

function shuffled(random: Random, list: number[]): number[] {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random.uniform() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}
