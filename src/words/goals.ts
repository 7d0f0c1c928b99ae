import { hashOf, type GoalThing, type StillSplit } from '../contract/index.ts';
import { below, type Random } from '../random/index.ts';
import { indefinite } from './nouns.ts';
import { fill } from './phrasings.ts';

/**
 * Ways to say how things are to stand, by how many there are: {a}, {b} and {c} from left to right. As of all phrasings those with the least hashes
 * are kept out of the train split, one of three.
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

/** A sentence that tells of things, from left to right, how they are to stand. */
export function goalSentence(things: readonly GoalThing[], split: StillSplit, random: Random): string {
  const ways = goalPhrasings(things.length, split);
  const [a, b, c] = things.map(indefinite);
  return fill(ways[below(random, ways.length)], { a, b, c });
}
