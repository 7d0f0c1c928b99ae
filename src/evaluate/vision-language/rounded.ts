/** To two decimals, as reports tell figures. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
