import type { GoalPlace, GoalState } from '../../../src/contract/index.ts';
import { between } from '../place/chance.ts';
import type { Random } from '../random.ts';
import { rounded } from '../stills/rounded.ts';

/** States of a goal, the first and the last included. */
export const STATES = 12;
/** Where things stand at first, m ahead of the camera, and how far to the side, as a share of that: within the picture. */
const NEAREST = 0.66;
const FARTHEST = 1.15;
const ASIDE = 0.46;
/** Two things never stand nearer to one another, m, unless none of so many draws is better. */
const CLEAR = 0.22;
const DRAWS = 30;

/**
 * How things get to their places: drawn anew anywhere on the table, then moved one at a time, each on a straight line and in as many
 * steps as chance gives it.
 * @param goal place of each
 */
export function movesTo(random: Random, goal: readonly GoalPlace[]): readonly GoalState[] {
  let best: readonly GoalState[] = [];
  let clearest = -Infinity;
  for (let draw = 0; draw < DRAWS && clearest < CLEAR; draw += 1) {
    const from = goal.map((): GoalPlace => {
      const ahead = between(random, NEAREST, FARTHEST);
      return [ahead, ahead * between(random, -ASIDE, ASIDE)];
    });
    const states = statesOf(random, from, goal);
    const clear = Math.min(...states.map(({ places }) => nearestOf(places)));
    if (clear > clearest) [best, clearest] = [states, clear];
  }
  return best;
}

function statesOf(random: Random, from: readonly GoalPlace[], goal: readonly GoalPlace[]): readonly GoalState[] {
  // Each thing takes a step at least; who takes the others, and when, is left to chance.
  const steps = Array.from({ length: STATES - 1 }, (_, i) => (i < goal.length ? i : -1));
  const movers = steps
    .map((its) => ({ its: its < 0 ? Math.floor(random.uniform() * goal.length) : its, at: random.uniform() }))
    .sort((a, b) => a.at - b.at)
    .map(({ its }) => its);
  const all = goal.map((_, thing) => movers.filter((its) => its === thing).length);
  const done = goal.map(() => 0);
  const state = (): GoalState => {
    const places = goal.map((to, i): GoalPlace => {
      const share = done[i] / all[i];
      return [between2(from[i][0], to[0], share), between2(from[i][1], to[1], share)];
    });
    const metres = places.map((place, i) => distance(place, goal[i]));
    return { places, remaining: rounded(metres.reduce((sum, its) => sum + its, 0)) };
  };
  const states = [state()];
  for (const mover of movers) {
    done[mover] += 1;
    states.push(state());
  }
  return states;
}

function between2(from: number, to: number, share: number): number {
  return rounded(from + (to - from) * share);
}

function distance([a, b]: GoalPlace, [c, d]: GoalPlace): number {
  return Math.hypot(a - c, b - d);
}

/** Distance of the two that are nearest to one another. */
function nearestOf(places: readonly GoalPlace[]): number {
  return Math.min(...places.flatMap((one, i) => places.slice(i + 1).map((other) => distance(one, other))));
}
