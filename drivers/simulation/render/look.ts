import type { Rendering } from './renderer.ts';

/** Box and pixels of something in a picture. */
export interface Seen {
  left: number;
  top: number;
  right: number;
  bottom: number;
  pixels: number;
}

/** What is to be seen in a picture, by number. */
export function look({ owner, width, height }: Rendering): Map<number, Seen> {
  const found = new Map<number, Seen>();
  for (let v = 0, i = 0; v < height; v += 1) {
    let its = 0;
    let seen: Seen | undefined;
    for (let u = 0; u < width; u += 1, i += 1) {
      if (owner[i] === 0) continue;
      if (owner[i] !== its || seen === undefined) {
        its = owner[i];
        seen = found.get(its);
        if (seen === undefined) {
          seen = { left: u, top: v, right: u, bottom: v, pixels: 0 };
          found.set(its, seen);
        }
      }
      seen.pixels += 1;
      if (u < seen.left) seen.left = u;
      if (u > seen.right) seen.right = u;
      seen.bottom = v;
    }
  }
  return found;
}
