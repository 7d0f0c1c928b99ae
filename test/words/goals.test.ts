import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random/index.ts';
import { goalParaphrase, goalPhrasings, goalSentence } from '../../src/words/index.ts';

const COUNTS = [1, 2, 3];
const THINGS = [
  { label: 'ball', colour: 'red' },
  { label: 'box', colour: 'orange' },
  { label: 'hat', colour: 'green' },
].map((its) => ({ ...its, kind: 'seen' as const, place: [1, 0] as const }));
const words = (text: string): string =>
  ` ${
    text
      .replaceAll('{the_', '{')
      .match(/[a-z{}]+/g)
      ?.join(' ') ?? ''
  } `;

/** What it says when pictures are mirrored. */
function mirrored(text: string, count: number): string {
  const gaps = ['{a}', '{b}', '{c}'].slice(0, count);
  const swapped = text.replace(/left|right/g, (side) => (side === 'left' ? 'right' : 'left'));
  return swapped.replace(/\{\w\}/g, (gap) => gaps[count - 1 - gaps.indexOf(gap)]);
}

function drawn(count: number, draws = 1500): string[] {
  const random = createRandom(7);
  const all = Array.from({ length: draws }, () => goalParaphrase(count, random));
  return [...new Set(all.filter((its) => its !== undefined))];
}

describe('ways to say a goal, of the grammar', () => {
  const all = COUNTS.map((count) => drawn(count));

  it('are many, name every thing and no other, and no bracket is left', () => {
    for (const count of COUNTS) {
      const its = all[count - 1];
      expect(its.length).toBeGreaterThan(700);
      const gaps = ['a', 'b', 'c'].slice(0, count);
      const named = (text: string): string => [...new Set(words(text).match(/\{\w\}/g))].sort().join();
      expect(its.filter((text) => named(text) !== gaps.map((gap) => `{${gap}}`).join())).toEqual([]);
      expect(its.filter((text) => !/^[a-z{][a-z{}_, :;]*\.$/.test(text) || / {2}| [,:;.]|[a-z}]\{/.test(text))).toEqual(
        [],
      );
    }
  });

  it('hold none of the test split word by word, nor its mirror image', () => {
    for (const count of COUNTS) {
      const kept = goalPhrasings(count, 'test').flatMap((text) => [words(text), words(mirrored(text, count))]);
      expect(all[count - 1].filter((text) => kept.some((its) => words(text).includes(its)))).toEqual([]);
    }
  });
});

describe('sentences of goals', () => {
  it('are those of the list alone in the test split, always "a red ball"', () => {
    const random = createRandom(3);
    for (const count of COUNTS) {
      const named = (text: string): string =>
        ['a red ball', 'an orange box', 'a green hat'].reduce(
          (its, noun, i) => its.replaceAll(noun, `{${'abc'[i]}}`),
          text,
        );
      const found = Array.from({ length: 100 }, () => named(goalSentence(THINGS.slice(0, count), 'test', random)));
      expect([...new Set(found)].sort()).toEqual([...goalPhrasings(count, 'test')].sort());
    }
  });

  it('keep the bytes that they have in the test split', () => {
    const random = createRandom(1);
    expect(COUNTS.map((count) => goalSentence(THINGS.slice(0, count), 'test', random))).toMatchInlineSnapshot(`
      [
        "i want a red ball.",
        "put an orange box to the right of a red ball.",
        "from right to left: a green hat, an orange box and a red ball.",
      ]
    `);
  });

  it('are hardly ever said twice in the train split', () => {
    const random = createRandom(3);
    const found = new Set(Array.from({ length: 300 }, () => goalSentence(THINGS, 'train', random)));
    expect(found.size).toBeGreaterThan(200);
    for (const text of found)
      expect(['red ball', 'orange box', 'green hat'].every((noun) => text.includes(noun))).toBe(true);
  });
});
