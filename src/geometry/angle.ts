/** Wraps an angle to -π (exclusive) .. π (inclusive). */
export function wrapAngle(radians: number): number {
  const turned = radians % (2 * Math.PI);
  if (turned > Math.PI) return turned - 2 * Math.PI;
  if (turned <= -Math.PI) return turned + 2 * Math.PI;
  return turned;
}
