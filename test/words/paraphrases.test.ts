import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random/index.ts';
import { CLIP_PHRASED, phrasing, phrasingsOf, type Phrased } from '../../src/words/index.ts';

const ASKED = CLIP_PHRASED.filter((what) => what.startsWith('ask '));
const words = (text: string): string => ` ${text.match(/[a-z{}]+/g)?.join(' ') ?? ''} `;
const gapsOf = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap);

function drawn(what: Phrased, split: 'train' | 'test', count = 400): Set<string> {
  const random = createRandom(5);
  return new Set(Array.from({ length: count }, () => phrasing(random, what, split)));
}

describe('ways of asking', () => {
  it('are hundreds in the train split, with the same gaps in the same order, and no bracket is left', () => {
    for (const what of ASKED) {
      const all = [...drawn(what, 'train')];
      expect(all.length, what).toBeGreaterThan(200);
      const [gaps] = phrasingsOf(what, 'train').map(gapsOf);
      expect(all.filter((text) => gapsOf(text).join() !== gaps.join())).toEqual([]);
      expect(all.filter((text) => !/^[a-z{][a-z{}, :]*[?.]$/.test(text) || / {2}| [,:?.]/.test(text))).toEqual([]);
    }
  });

  it('hold none of the test split word by word, and are in it no others', () => {
    for (const what of CLIP_PHRASED) {
      const kept = phrasingsOf(what, 'test');
      expect([...drawn(what, 'test', 50)].filter((text) => !kept.includes(text))).toEqual([]);
      if (!ASKED.includes(what)) continue;
      const holds = (text: string): boolean => kept.some((its) => words(text).includes(words(its)));
      expect([...drawn(what, 'train')].filter(holds)).toEqual([]);
    }
  });
});
