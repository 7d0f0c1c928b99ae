import { hashOf, type GoalThing, type StillSplit } from '../contract/index.ts';
import { below, type Random } from '../random/index.ts';
import { GOAL_PARAPHRASES } from './goal-paraphrases.ts';
import { definite, indefinite, wordsOf } from './nouns.ts';
import { expand } from './paraphrases.ts';
import { fill } from './phrasings.ts';

/**
 * Ways to say how things are to stand, by how many there are: {a}, {b} and {c} from left to right. As of all phrasings those with the least hashes
 * are kept out of the train split, one of three. The train split has a grammar besides: `goal-paraphrases.ts`.
 */
const PHRASINGS: readonly (readonly string[])[] = [
  [],
  [
    '{a}.',
    '{a} on the table.',
    'put {a} on the table.',
    'there is to be {a}.',
    'a table with {a} on it.',
    'i want {a}.',
  ],
  [
    '{a} to the left of {b}.',
    '{b} to the right of {a}.',
    'put {a} to the left of {b}.',
    'put {b} to the right of {a}.',
    '{a} on the left and {b} on the right.',
    '{b} on the right and {a} on the left.',
    'on the left {a}, on the right {b}.',
    'from left to right: {a} and {b}.',
    'from right to left: {b} and {a}.',
    'i want {a} left of {b}.',
    'i want {b} right of {a}.',
    '{a}, and to the right of it {b}.',
    '{b}, and to the left of it {a}.',
    '{b}, to the left of it {a}.',
    'on the right {b}, on the left {a}.',
  ],
  [
    '{a} on the left, {b} in the middle and {c} on the right.',
    '{c} on the right, {b} in the middle and {a} on the left.',
    'put {b} in the middle, {a} on the left and {c} on the right.',
    '{a} to the left of {b}, and {c} to the right of {b}.',
    '{b} to the left of {c}, and {a} to the left of {b}.',
    '{b} to the right of {a}, and {c} to the right of {b}.',
    'from left to right: {a}, {b} and {c}.',
    'from right to left: {c}, {b} and {a}.',
    'on the left {a}, in the middle {b}, on the right {c}.',
    'i want {b} between {a} on the left and {c} on the right.',
    '{a}, to the right of it {b}, and to the right of that {c}.',
    '{c}, to the left of it {b}, to the left of that {a}.',
    '{c}, left of it {b}, and left of that {a}.',
    'on the right {c}, in the middle {b}, on the left {a}.',
    'in the middle {b}, on the left {a}, on the right {c}.',
    'put {b} between {a} on the left and {c} on the right.',
  ],
];
const KEPT = 3;

/** The ways of a split. */
export function goalPhrasings(count: number, split: StillSplit): readonly string[] {
  const all = PHRASINGS[count];
  const kept = [...all]
    .sort((a, b) => hashOf(`phrasing goal ${a}`) - hashOf(`phrasing goal ${b}`))
    .slice(0, Math.floor(all.length / KEPT));
  return all.filter((phrasing) => kept.includes(phrasing) === (split === 'test'));
}

/** Of so many sentences of the train split one is of the list, the others of the grammar. */
const LISTED = 4;
/** So often another one is drawn where the grammar's holds one that is kept out. */
const TRIES = 5;
/** In so many sentences of the grammar things are "a red ball"; in one each "the red ball" and "red ball". */
const WITH_ARTICLE = 6;

/** A sentence that tells of things, from left to right, how they are to stand. */
export function goalSentence(things: readonly GoalThing[], split: StillSplit, random: Random): string {
  const ways = goalPhrasings(things.length, split);
  const listed = ways[below(random, ways.length)];
  if (split === 'test' || below(random, LISTED) === 0) return filled(listed, things, indefinite);
  const named = [definite, wordsOf][below(random, WITH_ARTICLE + 2)] ?? indefinite;
  return filled(goalParaphrase(things.length, random) ?? listed, things, named);
}

/** A way to say it that is of the grammar; undefined where all that were drawn hold one that is kept for the test split. */
export function goalParaphrase(count: number, random: Random): string | undefined {
  const rules = GOAL_PARAPHRASES[count];
  for (let i = 0; i < TRIES; i += 1) {
    const other = expand(random, rules[below(random, rules.length)]);
    if (!holdsKept(other, count)) return other;
  }
  return undefined;
}

/** Whether it holds, word by word, a way that is kept for the test split, or its mirror image: in training, pictures and words are mirrored. */
function holdsKept(phrasing: string, count: number): boolean {
  const its = bare(phrasing);
  return goalPhrasings(count, 'test')
    .flatMap((kept) => [bare(kept), bare(mirrored(kept, count))])
    .some((kept) => its.includes(kept));
}

/** What it says of things from right to left, with left and right exchanged. */
function mirrored(phrasing: string, count: number): string {
  const gaps = ['a', 'b', 'c'].slice(0, count);
  const other = (name: string): string => gaps[count - 1 - gaps.indexOf(name)];
  return phrasing
    .replace(/left|right/g, (side) => (side === 'left' ? 'right' : 'left'))
    .replace(/\{(\w)\}/g, (_, name: string) => `{${other(name)}}`);
}

/** Words and gaps, without what is between them; a thing that is named again is the same. */
function bare(phrasing: string): string {
  const words = phrasing.replaceAll('{the_', '{').match(/[a-z{}]+/g);
  return ` ${words?.join(' ') ?? ''} `;
}

function filled(phrasing: string, things: readonly GoalThing[], named: (thing: GoalThing) => string): string {
  const [a, b, c] = things.map(named);
  const [the_a, the_b, the_c] = things.map(definite);
  return fill(phrasing, { a, b, c, the_a, the_b, the_c });
}
