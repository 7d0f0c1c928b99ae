/** 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * 97.5 % point of Student's distribution, for 95 % intervals: Cornish and Fisher's expansion (Abramowitz and Stegun,
 * Handbook of Mathematical Functions, 26.7.5), within 1 % from 3 degrees of freedom on.
 */
export function studentPoint(freedom: number): number {
  const z2 = Z * Z;
  const g1 = (Z * (z2 + 1)) / 4;
  const g2 = (Z * ((5 * z2 + 16) * z2 + 3)) / 96;
  const g3 = (Z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / 384;
  const g4 = (Z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945)) / 92160;
  const r = 1 / freedom;
  return Z + r * (g1 + r * (g2 + r * (g3 + r * g4)));
}
