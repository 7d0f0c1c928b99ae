import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATALOGUE, FURTHER } from '../../drivers/simulation/stills/catalogue.ts';

/** Columns of `lexicon.csv` after noun and writer: metres, then grades (`models/recipes/generative/lexicon.py`). */
const METRES = 3;
const GRADES = 37;
const WRITERS = ['a', 'b', 'c'];

const lines = readFileSync('models/recipes/generative/lexicon.csv', 'utf8').trim().split('\n');
const rows = lines.map((line) => {
  const [noun, writer, ...numbers] = line.split(',');
  return { noun, writer, numbers: numbers.map(Number) };
});

test('every writer of the lexicon says 40 numbers of every noun, in their ranges', () => {
  const nouns = [...new Set(rows.map(({ noun }) => noun))];
  expect(rows.map(({ noun, writer }) => [noun, writer])).toEqual(
    nouns.flatMap((noun) => WRITERS.map((writer) => [noun, writer])),
  );
  const isOdd = ({ numbers }: { numbers: number[] }): boolean =>
    numbers.length !== METRES + GRADES ||
    !numbers.slice(0, METRES).every((metres) => metres > 0 && metres <= 100) ||
    !numbers.slice(METRES).every((grade) => grade >= 0 && grade <= 1);
  expect(rows.filter(isOdd)).toEqual([]);
});

test('the lexicon tells of every class of stills, of further ones, and of many other things', () => {
  const nouns = new Set(rows.map(({ noun }) => noun));
  const labels = [...CATALOGUE, ...FURTHER].map(({ label }) => label);
  expect(labels.filter((label) => !nouns.has(label))).toEqual([]);
  expect(nouns.size).toBeGreaterThan(3 * CATALOGUE.length);
});
