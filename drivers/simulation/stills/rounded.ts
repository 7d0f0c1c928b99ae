/** To a tenth of a mm, or a tenth of a thousandth. */
export function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** The same of three. */
export function triple([x, y, z]: readonly [number, number, number]): readonly [number, number, number] {
  return [rounded(x), rounded(y), rounded(z)];
}
