import { hashOf } from '../../../src/contract/index.ts';
import { CLASSES, COLOURS, isTestCombination } from '../place/split.ts';
import type { StillClass } from './classes/class.ts';

/**
 * What stills of the train split never show: classes and combinations of class and colour. What recorded worlds keep for
 * their test split is kept here too; about everything else a hash of its name decides, so that what is added changes nothing
 * for what is there.
 */

/** Of the classes that recorded worlds do not have, one in so many is kept. */
const ONE_IN = 7;
/** Colours of such a class that are kept. */
const COLOURS_KEPT = 2;
/** The table is what other furniture is told apart from, and stands in most stills. */
const NEVER_KEPT = ['table'];

/** Whether only the test split shows a class. */
export function isHeldOutClass({ label, testOnly }: StillClass): boolean {
  if (CLASSES.some((its) => its.label === label)) return testOnly === true;
  return !NEVER_KEPT.includes(label) && hashOf(`class ${label}`) % ONE_IN === 0;
}

/** Colours in which only the test split shows a class. */
export function heldOutColours(label: string): readonly string[] {
  const colours = Object.keys(COLOURS);
  const index = CLASSES.findIndex((its) => its.label === label);
  if (index >= 0) return colours.filter((_, colour) => isTestCombination(index, colour));
  return colours
    .map((colour) => ({ colour, drawn: hashOf(`combination ${colour} ${label}`) }))
    .sort((a, b) => a.drawn - b.drawn)
    .slice(0, COLOURS_KEPT)
    .map(({ colour }) => colour);
}
