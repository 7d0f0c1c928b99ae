/** Strokes and words of an SVG picture. Points are `x,y` in px. */

/** More points than this are drawn as every so manieth: no screen shows more. */
const MOST_POINTS = 2000;

/** A picture of this size in px on white. */
export function picture(width: number, height: number, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...content,
    '</svg>\n',
  ].join('\n');
}

/** A line through points. */
export function line(points: readonly string[], colour: string, width: number): string {
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
}

/** A dot. */
export function dot(x: number, y: number, radius: number, colour: string): string {
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}" fill="${colour}"/>`;
}

/** Words, from x on. */
export function text(x: number, y: number, words: string, colour = '#222'): string {
  const safe = words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${colour}">${safe}</text>`;
}

/** As many of the items as a screen shows, the last one among them. */
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
