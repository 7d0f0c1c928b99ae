import { describe, expect, it } from 'vitest';
import { askSubsets, shapleyPerDecision, type IsPresent } from '../../../src/learn/evaluate/subsets.ts';

/** Two samples, two classes: the first modality makes sample 0 sure, the second one sample 1; the third never counts. */
function ask(isPresent: IsPresent): Float32Array {
  const sure = [isPresent(0, 0) ? 0.9 : 0.5, isPresent(1, 1) ? 0.2 : 0.5];
  return Float32Array.from(sure.flatMap((p) => [p, 1 - p]));
}

describe('sets of modalities', () => {
  it('are all asked, up to six', async () => {
    const subsets = await askSubsets(ask, ['a', 'b', 'c']);
    expect(subsets.map(({ name }) => name)).toEqual(['none', 'a', 'b', 'a+b', 'c', 'a+c', 'b+c', 'a+b+c']);
    expect([...subsets[1].probabilities].map((p) => p.toFixed(1))).toEqual(['0.9', '0.1', '0.5', '0.5']);
  });

  it('beyond six are none, one, all but one and all', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const subsets = await askSubsets(ask, names);
    expect(subsets).toHaveLength(16);
    expect(subsets.at(-1)?.name).toBe('a+b+c+d+e+f+g');
    expect(shapleyPerDecision(subsets, 7, 2)).toBeUndefined();
  });

  it('tell how much each modality speaks for what was decided', async () => {
    const shares = shapleyPerDecision(await askSubsets(ask, ['a', 'b', 'c']), 3, 2) ?? [];
    const expected = [0.4, 0, 0, 0, 0.3, 0];
    expect(shares).toHaveLength(6);
    expected.forEach((share, i) => expect(shares[i]).toBeCloseTo(share, 6));
  });
});
