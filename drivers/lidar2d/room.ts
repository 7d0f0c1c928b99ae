/** Half of the length and of the width of the room that emulated scanners stand in the middle of, m. */
const HALF_LENGTH = 3;
const HALF_WIDTH = 2;

/** Distance to the wall in a direction, m. @param angle rad, counter-clockwise from straight ahead */
export function rangeIn(angle: number): number {
  const [x, y] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  return Math.min(HALF_LENGTH / Math.max(x, 1e-9), HALF_WIDTH / Math.max(y, 1e-9));
}
