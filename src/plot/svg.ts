/** Strokes and words of an SVG picture. Everything is in px, from the upper left. */

/** Colours of what is drawn beside one another. */
export const COLOURS = ['#4363d8', '#e6194b', '#3cb44b', '#f58231', '#911eb4', '#008080', '#9a6324', '#800000'];
const INK = '#222';
/** More points than this are drawn as every so manieth: no screen shows more. */
const MOST_POINTS = 2000;

export type Point = readonly [x: number, y: number];

/** A picture on white. @param parts what is drawn, the first one first */
export function picture(width: number, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** A straight line. */
export function line(from: Point, to: Point, colour = INK, width = 1): string {
  const [[a, b], [c, d]] = [from, to].map(([x, y]) => [x.toFixed(1), y.toFixed(1)]);
  return `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke="${colour}" stroke-width="${width}"/>`;
}

/** A line through points. @param isDashed to be told from another one of the same colour */
export function curve(points: readonly Point[], colour: string, width = 1.5, isDashed = false): string {
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const dashes = isDashed ? ' stroke-dasharray="5 4"' : '';
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${width}"${dashes}/>`;
}

/** A filled rectangle. @param opacity 0..1 */
export function bar(x: number, y: number, width: number, height: number, opacity: number): string {
  const sides = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"`;
  return `<rect ${sides} fill="${COLOURS[0]}" fill-opacity="${opacity}"/>`;
}

export function dot([x, y]: Point, radius: number, colour: string): string {
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}" fill="${colour}"/>`;
}

/** Words. @param anchor which part of them is at x */
export function text(x: number, y: number, words: string, colour = INK, anchor = 'start'): string {
  const safe = words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${safe}</text>`;
}

/** As many of the items as a screen shows, evenly, the last one among them. */
export function thinned<T>(items: readonly T[]): readonly T[] {
  const each = Math.ceil(items.length / MOST_POINTS);
  return each <= 1 ? items : items.filter((_, i) => i % each === 0 || i === items.length - 1);
}

/** The least and the largest. */
export function rangeOf(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}
