import type { Nearness, Standing } from '../contract/index.ts';

/** What a network of arrangements tells, and of what. */
export interface ArrangementLayout {
  /** Rows and columns. */
  readonly cells: readonly [rows: number, columns: number];
  readonly classes: readonly string[];
  readonly colours: readonly string[];
}

/** What is told of a thing by words. */
export type Named = Pick<Standing, 'label' | 'colour'>;

/** Less sure than that is not there: too low, shadows and handles are things; too high, what is half hidden is not. */
const LEAST = 0.35;
/** No more are told, the surest: a picture of something else has many. */
const MOST = 6;
/** Two nearer than that, m, of the same class, are one: a handle is not another kettle. */
const SAME = 0.2;
/** Slots of a table, from left to right, that words can tell of. */
export const SLOTS = 3;
/** Numbers of a cell before classes and colours: whether something is there, and its place. */
const BEFORE = 3;

/** What stands where, by the numbers of each cell, row by row: the surest first. */
export function standingIn(cells: ArrayLike<number>, layout: ArrangementLayout): Standing[] {
  const { classes, colours } = layout;
  const [rows, columns] = layout.cells;
  const width = BEFORE + classes.length + colours.length;
  const at = (row: number, column: number): number =>
    row < 0 || column < 0 || row >= rows || column >= columns ? -Infinity : cells[(row * columns + column) * width];
  const found: Standing[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const score = 1 / (1 + Math.exp(-at(row, column)));
      if (score < LEAST || isBeside(at, row, column)) continue;
      const from = (row * columns + column) * width;
      found.push({
        label: classes[largestFrom(cells, from + BEFORE, classes.length)],
        colour: colours[largestFrom(cells, from + BEFORE + classes.length, colours.length)],
        place: [cells[from + 1], cells[from + 2]],
        score,
      });
    }
  }
  found.sort((a, b) => b.score - a.score);
  return found
    .filter((its, i) => !found.slice(0, i).some((other) => other.label === its.label && distance(other, its) < SAME))
    .slice(0, MOST);
}

/**
 * What words say is to stand on a table, from left to right.
 * @param told of each of {@link SLOTS} slots the shares of each class and of none, then of each colour and of none
 */
export function namedIn(told: ArrayLike<number>, { classes, colours }: ArrangementLayout): Named[] {
  const width = classes.length + 1 + colours.length + 1;
  const named: Named[] = [];
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const label = largestFrom(told, slot * width, classes.length + 1);
    const colour = largestFrom(told, slot * width + classes.length + 1, colours.length + 1);
    if (label < classes.length && colour < colours.length) {
      named.push({ label: classes[label], colour: colours[colour] });
    }
  }
  return named;
}

/** What words say is to stand somewhere, at the places of a picture; none where the picture has more things, or fewer. */
export function placed(named: readonly Named[], shown: readonly Standing[]): Standing[] | undefined {
  if (named.length !== shown.length) return undefined;
  const fromLeft = [...shown].sort((a, b) => b.place[1] - a.place[1]);
  return fromLeft.map(({ place, score }, i) => ({ ...named[i], place, score }));
}

/** Whether a neighbour is surer. */
function isBeside(at: (row: number, column: number) => number, row: number, column: number): boolean {
  const its = at(row, column);
  for (let v = -1; v <= 1; v += 1) for (let u = -1; u <= 1; u += 1) if (at(row + v, column + u) > its) return true;
  return false;
}

function largestFrom(values: ArrayLike<number>, from: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i += 1) if (values[from + i] > values[from + best]) best = i;
  return best;
}

function distance({ place: a }: Standing, { place: b }: Standing): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** What a thing costs, m, that is not there; that is of another class, or colour, than wanted: about half of a table's width. */
const MISSING = 0.5;
const OTHER_CLASS = 0.35;
const OTHER_COLOUR = 0.25;
/** So many metres make an arrangement e times less near. */
const SCALE = 0.5;

/** How near what stands there is to what is wanted: each wanted thing goes to the thing that makes the sum of all least. What is there besides does not matter. */
export function nearnessOf(wanted: readonly Standing[], there: readonly Standing[]): Nearness {
  let best: { readonly sum: number; readonly missing: readonly Standing[] } = { sum: Infinity, missing: wanted };
  const assign = (i: number, sum: number, used: number, missing: readonly Standing[]): void => {
    if (sum >= best.sum) return;
    if (i === wanted.length) {
      best = { sum, missing };
      return;
    }
    there.forEach((its, k) => {
      if ((used & (1 << k)) === 0) assign(i + 1, sum + costOf(wanted[i], its), used | (1 << k), missing);
    });
    assign(i + 1, sum + MISSING, used, [...missing, wanted[i]]);
  };
  assign(0, 0, 0, []);
  return { remaining: best.sum, nearness: Math.exp(-best.sum / SCALE), missing: best.missing };
}

function costOf(wanted: Standing, its: Standing): number {
  const other = (wanted.label === its.label ? 0 : OTHER_CLASS) + (wanted.colour === its.colour ? 0 : OTHER_COLOUR);
  return distance(wanted, its) + other;
}
