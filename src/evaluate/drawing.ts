/** Sizes of a picture, px. */
export const WIDTH = 720;
export const [LEFT, RIGHT] = [70, WIDTH - 30];
/** Height of a chart, and the room between two parts. */
export const [CHART, GAP] = [160, 44];
/** More points than this are drawn as every so manieth: no screen shows more. */
const MOST_POINTS = 2000;

/** A value over time. */
export interface Curve {
  readonly points: readonly { readonly time: number; readonly value: number }[];
  readonly colour: string;
}

/** A picture (SVG) of so many px height. */
export function page(height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    text(LEFT, 18, title),
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** Values over time (s since the first), none negative, {@link CHART} px high; its title stands above. */
export function chart(curves: readonly Curve[], top: number, title: string): string[] {
  const all = curves.flatMap(({ points }) => points);
  const [start, end] = all.length === 0 ? [0, 0] : rangeOf(all.map(({ time }) => time));
  const seconds = Math.max(end - start, 1e-9);
  const most = Math.max(all.length === 0 ? 0 : rangeOf(all.map(({ value }) => value))[1], 1e-9);
  const x = (time: number): number => LEFT + ((time - start) / seconds) * (RIGHT - LEFT);
  const y = (value: number): number => top + CHART * (1 - value / most);
  return [
    text(LEFT, top - 10, title),
    ...[0, most / 2, most].flatMap((level) => [
      line([`${LEFT},${y(level).toFixed(1)}`, `${RIGHT},${y(level).toFixed(1)}`], '#ddd', 1),
      text(6, y(level) + 4, level.toPrecision(3)),
    ]),
    ...[0, seconds / 2, seconds].map((at) => text(x(start + at) - 12, top + CHART + 16, at.toPrecision(3))),
    ...curves.map(({ points, colour }) => {
      const places = thinned(points).map(({ time, value }) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`);
      return line(places, colour, 1.5);
    }),
  ];
}

/** As many as can be seen, evenly, and the last. */
export function thinned<T>(items: readonly T[]): readonly T[] {
  const each = Math.ceil(items.length / MOST_POINTS);
  return each <= 1 ? items : items.filter((_, i) => i % each === 0 || i === items.length - 1);
}

/** Least and most. */
export function rangeOf(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

export function line(points: readonly string[], colour: string, width: number): string {
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
}

export function text(x: number, y: number, words: string, colour = '#222'): string {
  const safe = words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${colour}">${safe}</text>`;
}
