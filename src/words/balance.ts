/** By so much more than chance the commonest answer may be given. */
const MARGIN = 0.03;

/**
 * Chooses as many as possible of some things so that no kind of them is commoner than chance has it, but for a margin.
 * @param kindOf `undefined`: not to be chosen
 * @param kinds how many kinds there may be: chance is one in so many; 1: any number of each will do
 * @returns in rounds, each with at most one of a kind; none where there are too few kinds
 */
export function evenly<T>(things: readonly T[], kindOf: (thing: T) => string | undefined, kinds: number): T[][] {
  const byKind = new Map<string, T[]>();
  for (const thing of things) {
    const kind = kindOf(thing);
    if (kind !== undefined) byKind.set(kind, [...(byKind.get(kind) ?? []), thing]);
  }
  const groups = [...byKind.values()];
  const most = capOf(
    groups.map(({ length }) => length),
    kinds === 1 ? 1 : 1 / kinds + (kinds === 2 ? 0 : MARGIN),
  );
  return Array.from({ length: most }, (_, round) =>
    groups.filter(({ length }) => length > round).map((its) => its[round]),
  );
}

/** The largest number of each kind with which none is more than a share of all. */
function capOf(counts: readonly number[], share: number): number {
  for (let cap = Math.max(0, ...counts); cap > 0; cap -= 1) {
    const chosen = counts.map((count) => Math.min(cap, count));
    if (cap <= share * chosen.reduce((sum, count) => sum + count, 0) + 1e-9) return cap;
  }
  return 0;
}
