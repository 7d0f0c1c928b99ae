import { describe, expect, it } from 'vitest';
import type { StillThing, StillTruth } from '../../src/contract/index.ts';
import { groupsTold, holds } from '../../src/words/index.ts';

const thing = (id: number, label: string, colour?: string, more: Partial<StillThing> = {}): StillThing => ({
  id,
  label,
  ...(colour === undefined ? {} : { colour }),
  kind: 'seen',
  size: [0.2, 0.2, 0.2],
  position: [1, 0, 0],
  relative: [1, 0, 0],
  box: [20 * id, 20, 20 * id + 18, 40],
  share: 0.02,
  visible: 1,
  ...more,
});
const truthOf = (...things: StillThing[]): StillTruth => ({ things }) as unknown as StillTruth;

describe('what a list tells of a still', () => {
  const truth = truthOf(
    thing(1, 'can', 'red'),
    thing(2, 'candle', 'red'),
    thing(3, 'mug', 'blue'),
    thing(4, 'mug', 'blue'),
  );

  it('is the kinds of things that it names, in their number', () => {
    expect(groupsTold('in view: two blue mugs and a red candle.', truth)).toEqual([
      { noun: { label: 'candle', colour: 'red' }, count: 1 },
      { noun: { label: 'mug', colour: 'blue' }, count: 2 },
    ]);
    expect(groupsTold('a red can and a red candle.', truth).map(({ noun }) => noun.label)).toEqual(['can', 'candle']);
  });

  it('is not what is there in another number, or is hardly seen', () => {
    expect(groupsTold('three blue mugs.', truth)).toEqual([]);
    expect(groupsTold('a red can.', truthOf(thing(1, 'can', 'red', { share: 0.001 })))).toEqual([]);
  });

  it('holds of that still, and not of one in which a thing has another colour', () => {
    const groups = groupsTold('two blue mugs and a red can.', truth);
    expect(holds({ about: 'groups', groups }, truth)).toBe(true);
    const other = truthOf(thing(1, 'can', 'green'), thing(3, 'mug', 'blue'), thing(4, 'mug', 'blue'));
    expect(holds({ about: 'groups', groups }, other)).toBe(false);
  });
});
