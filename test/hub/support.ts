import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from '../../src/contract/index.ts';

/** The micro models of models/recipes/dual-encoder. */
export const FAMILIES = ['clip', 'siglip'] as const;

/** Folder of a micro model. */
export function microModel(family: string): string {
  return join(import.meta.dirname, 'models', family);
}

/** A copy of a micro model that may be changed. */
export function copyOf(family: string, folder: string): string {
  const copy = join(folder, family);
  cpSync(microModel(family), copy, { recursive: true });
  return copy;
}

/** As the recipe draws it. */
export function drawn(width: number, height: number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isLit = (Math.floor(x / 5) + Math.floor(y / 7)) % 3 === 0;
      data.set([(x * 7 + y * 3) % 256, isLit ? 255 : 0, (x * y) % 256], 3 * (y * width + x));
    }
  }
  return { width, height, format: 'rgb8', rowStride: width * 3, data };
}
