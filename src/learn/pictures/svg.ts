/** Colours of curves, one after another. */
export const COLOURS = ['#4363d8', '#e6194b', '#3cb44b', '#f58231', '#911eb4', '#008080', '#9a6324', '#800000'];

/** A drawing in SVG on white. @param parts what is drawn, the first one first */
export function picture(width: number, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** A thin straight line. */
export function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map((value) => value.toFixed(1));
  return `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke="${colour}"/>`;
}

/** A line through points. @param isDashed to be told from another one of the same colour */
export function curve(points: readonly (readonly [x: number, y: number])[], colour: string, isDashed = false): string {
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const dashes = isDashed ? ' stroke-dasharray="5 4"' : '';
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>`;
}

/** A filled rectangle. @param opacity 0..1 */
export function bar(x: number, y: number, width: number, height: number, opacity: number): string {
  const sides = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"`;
  return `<rect ${sides} fill="${COLOURS[0]}" fill-opacity="${opacity}"/>`;
}

/** Words. @param anchor which end of them is at x */
export function text(x: number, y: number, words: string, anchor = 'start'): string {
  const safe = words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#222">${safe}</text>`;
}
