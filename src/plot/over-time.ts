import { curve, line, picture, rangeOf, text, thinned } from './svg.ts';

/** Sizes of a page, px. */
const WIDTH = 720;
export const [LEFT, RIGHT] = [70, WIDTH - 30];
/** Height of a chart, and the room between two parts. */
export const [CHART, GAP] = [160, 44];

/** A value over time. */
export interface Course {
  readonly points: readonly { readonly time: number; readonly value: number }[];
  readonly colour: string;
}

/** A picture of so many px height, under a title. */
export function page(height: number, title: string, parts: readonly string[]): string {
  return picture(WIDTH, height, [text(LEFT, 18, title), ...parts]);
}

/** Values over time (s since the first), none negative, {@link CHART} px high; its title stands above. */
export function overTime(courses: readonly Course[], top: number, title: string): string[] {
  const all = courses.flatMap(({ points }) => points);
  const [start, end] = all.length === 0 ? [0, 0] : rangeOf(all.map(({ time }) => time));
  const seconds = Math.max(end - start, 1e-9);
  const most = Math.max(all.length === 0 ? 0 : rangeOf(all.map(({ value }) => value))[1], 1e-9);
  const x = (time: number): number => LEFT + ((time - start) / seconds) * (RIGHT - LEFT);
  const y = (value: number): number => top + CHART * (1 - value / most);
  return [
    text(LEFT, top - 10, title),
    ...[0, most / 2, most].flatMap((level) => [
      line([LEFT, y(level)], [RIGHT, y(level)], '#ddd'),
      text(6, y(level) + 4, level.toPrecision(3)),
    ]),
    ...[0, seconds / 2, seconds].map((at) => text(x(start + at) - 12, top + CHART + 16, at.toPrecision(3))),
    ...courses.map(({ points, colour }) =>
      curve(
        thinned(points).map(({ time, value }) => [x(time), y(value)]),
        colour,
      ),
    ),
  ];
}
