import {
  CHART,
  curve,
  GAP,
  LEFT,
  line,
  overTime,
  page,
  rangeOf,
  RIGHT,
  text,
  thinned,
  type Point,
} from '../../plot/index.ts';
import type { AbsoluteError } from './error.ts';

/** Height of the view from above, px. */
const PLAN = 420;
const [TRUTH, ESTIMATE] = ['#999', '#4363d8'];

/**
 * A picture of an aligned trajectory: truth and estimate from above, in the two axes that the truth moves most in, and the
 * error over time below.
 */
export function trajectoryPicture({ pairs, errors }: AbsoluteError, title: string): string {
  const top = GAP + PLAN + 2 * GAP;
  const points = errors.map(({ time, distance }) => ({ time, value: distance }));
  return page(top + CHART + GAP, title, [
    ...fromAbove(pairs),
    ...overTime([{ points, colour: ESTIMATE }], top, 'error of position (m) over time (s)'),
  ]);
}

function fromAbove(pairs: AbsoluteError['pairs']): string[] {
  const ranges = [0, 1, 2].map((axis) => rangeOf(pairs.map(({ truth }) => truth.position[axis])));
  const flattest = ranges
    .map(([low, high]) => high - low)
    .reduce((least, span, i, all) => (span < all[least] ? i : least), 2);
  const [a, b] = [0, 1, 2].filter((axis) => axis !== flattest);
  const drawn = pairs.flatMap(({ truth, estimate }) => [truth, estimate]);
  const [left, right] = rangeOf(drawn.map(({ position }) => position[a]));
  const [low, high] = rangeOf(drawn.map(({ position }) => position[b]));
  const scale = Math.min((RIGHT - LEFT) / Math.max(right - left, 1e-9), PLAN / Math.max(high - low, 1e-9));
  const at = ({ position }: { readonly position: readonly number[] }): Point => [
    LEFT + (position[a] - left) * scale,
    GAP + PLAN - (position[b] - low) * scale,
  ];
  const metre = lengthOf((right - left) / 4);
  const y = GAP + PLAN + 22;
  return [
    curve(
      thinned(pairs).map(({ truth }) => at(truth)),
      TRUTH,
      3,
    ),
    curve(
      thinned(pairs).map(({ estimate }) => at(estimate)),
      ESTIMATE,
      1.5,
    ),
    line([LEFT, y], [LEFT + metre * scale, y]),
    text(LEFT, y + 16, `${metre} m along ${'xyz'[a]}; ${'xyz'[b]} upwards`),
    text(RIGHT - 170, y, 'truth', TRUTH),
    text(RIGHT - 120, y, 'estimate', ESTIMATE),
  ];
}

/** 1, 2 or 5 times a power of ten, the largest not above a length. */
function lengthOf(length: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(length, 1e-9)));
  return Number((power * ([5, 2, 1].find((step) => step * power <= length) ?? 1)).toPrecision(1));
}
