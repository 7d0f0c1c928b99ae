import type { Tensor } from '../contract/index.ts';
import { tokensOf } from './cache.ts';
import type { Sides } from './config.ts';

/** Where tokens stand, as a decoder takes it: `count` of them from number `from` on, those that are said later included. */
export type Positions = (from: number, count: number) => Tensor;

/** One token behind the other: int64 [1, count]. */
export const positionsInOne: Positions = (from, count) => tokensOf(Array.from({ length: count }, (_, i) => from + i));

/**
 * Positions in time, height and width: int64 [3, 1, count] (M-RoPE; Wang et al. 2024, "Qwen2-VL", section 2.1). A word stands at the same
 * number on all three axes. A picture is one moment: its features have the time of its beginning, and from there on their rows and
 * columns. What comes behind it goes on from the greatest number of any axis + 1, so that a picture of 16 x 12 features takes 16 numbers
 * and not 192; what is said goes on from the prompt in the same way.
 * @param places what a prompt is made of, in its order: features of a picture, rows and columns, or a word, [1, 1]
 */
export function positionsInThree(places: readonly Sides[]): Positions {
  const time: number[] = [];
  const height: number[] = [];
  const width: number[] = [];
  let next = 0;
  for (const [rows, columns] of places) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        time.push(next);
        height.push(next + row);
        width.push(next + column);
      }
    }
    next += Math.max(rows, columns);
  }
  const known = time.length;
  return (from, count) => {
    const data = new Int32Array(3 * count);
    for (const [axis, numbers] of [time, height, width].entries()) {
      for (let i = 0; i < count; i += 1) {
        const at = from + i;
        data[axis * count + i] = at < known ? numbers[at] : next + at - known;
      }
    }
    return { type: 'int64', shape: [3, 1, count], data };
  };
}
