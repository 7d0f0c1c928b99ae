import { COLOURS, curve, dot, line, picture, rangeOf, text, thinned } from './svg.ts';

/** Something drawn over two axes. */
export interface Drawn {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** A line through the points, or dots. */
  readonly as: 'line' | 'dots';
  /** Half the length of a bar at each point, along y. */
  readonly bars?: readonly number[];
}

/** One of the charts of a picture, below one another. */
export interface Chart {
  readonly title: string;
  readonly x: string;
  /** Both axes in powers of ten; what is not above zero is left out. */
  readonly logarithmic?: boolean;
  readonly drawn: readonly Drawn[];
}

/** Sizes in px. */
const [WIDTH, HEIGHT, LEFT, TOP, BELOW] = [720, 260, 70, 40, 40];
const RIGHT = WIDTH - 30;

/** Charts below one another, as SVG. */
export function chartsPicture(title: string, charts: readonly Chart[]): string {
  const each = TOP + HEIGHT + BELOW;
  const content = charts.flatMap((chart, i) => chartAt(chart, 24 + i * each));
  return picture(WIDTH, 24 + charts.length * each, [text(LEFT, 18, title), ...content]);
}

function chartAt(chart: Chart, top: number): string[] {
  const scaled = chart.logarithmic === true ? Math.log10 : (value: number): number => value;
  const drawn = chart.drawn.map((one) => ({
    ...one,
    points: one.points.filter(([x, y]) => Number.isFinite(scaled(x)) && Number.isFinite(scaled(y))),
  }));
  const points = drawn.flatMap(({ points: all }) => all);
  if (points.length === 0) return [text(LEFT, top + TOP, `${chart.title}: nothing`)];
  const xs = widened(rangeOf(points.map(([x]) => scaled(x))));
  const ys = widened(rangeOf(points.map(([, y]) => scaled(y))));
  const across = (x: number): number => LEFT + ((x - xs[0]) / (xs[1] - xs[0])) * (RIGHT - LEFT);
  const down = (y: number): number => top + TOP + HEIGHT * (1 - (y - ys[0]) / (ys[1] - ys[0]));
  const shown = (value: number): string =>
    Number((chart.logarithmic === true ? 10 ** value : value).toPrecision(3)).toString();
  return [
    text(LEFT, top + 16, chart.title),
    ...ticksOf(ys, chart.logarithmic === true).flatMap((y) => [
      line([LEFT, down(y)], [RIGHT, down(y)], '#ddd'),
      text(6, down(y) + 4, shown(y)),
    ]),
    ...ticksOf(xs, chart.logarithmic === true).map((x) => text(across(x) - 10, top + TOP + HEIGHT + 16, shown(x))),
    text(RIGHT - 8 * chart.x.length, top + TOP + HEIGHT + 32, chart.x),
    ...drawn.flatMap((one, i) => {
      const colour = COLOURS[i % COLOURS.length];
      const label = text(LEFT + 8 + i * 110, top + TOP - 8, one.label, colour);
      return [label, ...strokes(one, colour)];
    }),
  ];

  function strokes({ points: all, as, bars }: Drawn, colour: string): string[] {
    const at = thinned(all).map(([x, y]) => [across(scaled(x)), down(scaled(y))] as const);
    const marks = as === 'dots' ? at.map((point) => dot(point, 2, colour)) : [curve(at, colour)];
    if (bars === undefined) return marks;
    return [
      ...marks,
      ...all.map(([x, y], i) => {
        const ends = [y - bars[i], y + bars[i]].map((end) => Math.max(ys[0], Math.min(ys[1], scaled(end) || ys[0])));
        const [from, to] = ends.map((end) => [across(scaled(x)), down(end)] as const);
        return line(from, to, colour);
      }),
    ];
  }
}

function widened([low, high]: readonly [number, number]): readonly [number, number] {
  const more = 0.04 * (high - low) || 1;
  return [low - more, high + more];
}

/** Some round values: 1, 2 or 5 times a power of ten apart; on a logarithmic axis powers of ten, or 1, 2 and 5 times these. */
function ticksOf([low, high]: readonly [number, number], logarithmic: boolean): number[] {
  const within = (values: readonly number[]): number[] => values.filter((value) => value >= low && value <= high);
  if (logarithmic) {
    const powers = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i);
    const whole = within(powers);
    return whole.length > 2
      ? whole
      : within(powers.flatMap((power) => [0, Math.log10(2), Math.log10(5)].map((n) => power + n)));
  }
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((one) => one >= rough) ?? rough;
  return within(Array.from({ length: 8 }, (_, i) => (Math.ceil(low / step) + i) * step));
}
