import { describe, expect, it } from 'vitest';
import { ARCHITECTURES } from '../../../src/learn/head/description.ts';
import { architectureWith } from '../../../src/learn/head/sizes.ts';
import { KINDS } from '../support/heads.ts';

const NONE = { hidden: undefined, width: undefined, heads: undefined, layers: undefined };

describe('sizes of architectures', () => {
  it.each(KINDS)('are those of %s unless others are wanted', (kind) => {
    expect(architectureWith(kind, NONE)).toEqual(ARCHITECTURES[kind]);
    expect(architectureWith(kind, { ...NONE, hidden: 7 })).toEqual({ ...ARCHITECTURES[kind], hidden: 7 });
  });

  it('may all be said of a transformer', () => {
    const sizes = { hidden: 96, width: 48, heads: 6, layers: 3 };
    expect(architectureWith('transformer', sizes)).toEqual({ kind: 'transformer', ...sizes });
  });

  it('may have late heads learn apart, and no others', () => {
    expect(architectureWith('late', NONE, false, true)).toEqual({ ...ARCHITECTURES.late, apart: true });
    expect(() => architectureWith('early', NONE, false, true)).toThrow('--apart: modalities of early learn together');
  });

  it.each([
    ['late', { ...NONE, width: 8 }, '--width: late has no width (E_USAGE)'],
    ['early', { ...NONE, hidden: 9000 }, '--hidden: expected at most 8192, got 9000 (E_USAGE)'],
    ['transformer', { ...NONE, width: 30 }, '--heads: expected a divisor of the width 30, got 4 (E_USAGE)'],
  ] as const)('that make no sense for %s are refused', (kind, sizes, line) => {
    expect(() => architectureWith(kind, sizes)).toThrow(line);
  });
});
