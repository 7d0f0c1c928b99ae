import type { Part } from '../place/parts.ts';
import { CLASSES, COLOURS, type Split } from '../place/split.ts';
import { FURTHER_CLASSES } from './classes/further/index.ts';
import { FURNISHINGS } from './classes/furnishings.ts';
import { HOUSEHOLD } from './classes/household.ts';
import { KITCHEN } from './classes/kitchen.ts';
import { TOYS } from './classes/toys.ts';
import type { StillClass } from './classes/class.ts';
import { heldOutColours, isHeldOutClass } from './held-out.ts';

/** Least share of an object's front that has the object's own colour, for the object to be said to have it. */
const MOSTLY = 0.5;

/** Everyday objects of recorded worlds with a level top. */
const LEVEL = ['book', 'box'];

/** A class with the rules that hold for it. */
export interface CatalogueEntry extends StillClass {
  /** Only the test split holds it. */
  readonly heldOut: boolean;
  /** Its objects are said to have a colour; others, such as plants, are mostly of one that is always the same. */
  readonly coloured: boolean;
  /** Colours that only the test split holds it in. */
  readonly heldOutColours: readonly string[];
}

/** What recorded worlds hold, and more: every class that stills show. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...CLASSES.map((its): StillClass => ({ ...its, stands: 'table', bears: LEVEL.includes(its.label) })),
  ...KITCHEN,
  ...HOUSEHOLD,
  ...TOYS,
  ...FURNISHINGS,
].map((its) => ({
  ...unkept(its),
  heldOut: isHeldOutClass(its),
  heldOutColours: heldOutColours(its.label),
}));

/** Classes that no test shows, and that no model has to name: the more there are, the better is learned what words say of looks. */
export const FURTHER: readonly CatalogueEntry[] = FURTHER_CLASSES.map(unkept);

/** A class of which nothing is kept from training. */
export function unkept(its: StillClass): CatalogueEntry {
  return { ...its, heldOut: false, coloured: ownShare(its.parts) >= MOSTLY, heldOutColours: [] };
}

/** Share of the front of an object that has its own colour, of parts as wide and high as they are, one beside the other. */
export function ownShare(parts: readonly Part[]): number {
  const front = (part: Part): number => {
    if (part.solid === 'ring') return (Math.PI * part.across * part.thick * (part.arc[1] - part.arc[0])) / 360;
    if (part.solid === 'rod') return part.thick * Math.hypot(part.to[0] - part.from[0], part.to[2] - part.from[2]);
    return part.size[0] * part.size[2];
  };
  const sum = (some: readonly Part[]): number => some.reduce((total, part) => total + front(part), 0);
  return sum(parts.filter(({ colour }) => colour === undefined)) / sum(parts);
}

/** Colours that a split holds a class in, those that are new in the test split aside or alone. */
export function coloursOf(its: CatalogueEntry, isNew: boolean): string[] {
  return Object.keys(COLOURS).filter((colour) => its.heldOutColours.includes(colour) === isNew);
}

/** Classes that a split may show. */
export function classesOf(split: Split): readonly CatalogueEntry[] {
  return split === 'test' ? CATALOGUE : CATALOGUE.filter(({ heldOut }) => !heldOut);
}
