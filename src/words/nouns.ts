import type { Novelty, StillThing, StillVocabulary } from '../contract/index.ts';

/** What a phrase names: things of a class, or those of them with a colour. */
export interface Noun {
  readonly label: string;
  readonly colour?: string;
}

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const;
const PLURALS: Readonly<Record<string, string>> = { fish: 'fish', person: 'people', shelf: 'shelves' };
/** People have the colour of what they wear. */
const PERSON = 'person';

/** "a red mug", "an apple". */
export function indefinite(noun: Noun): string {
  const words = wordsOf(noun);
  return `${/^([aeio]|u[^n]|un[^i]|hour)/.test(words) ? 'an' : 'a'} ${words}`;
}

/** "the red mug". */
export function definite(noun: Noun): string {
  return `the ${wordsOf(noun)}`;
}

/** What is asked for the colour of: "the mug", "the person's shirt". */
export function wearerOf(noun: Noun): string {
  return noun.label === PERSON ? `${definite(noun)}'s shirt` : definite(noun);
}

/** "red mugs". */
export function plural(noun: Noun): string {
  return coloured(noun, pluralOf(noun.label));
}

/** "a red mug", "two red mugs". */
export function counted(noun: Noun, count: number): string {
  return count === 1 ? indefinite(noun) : `${numberWord(count)} ${plural(noun)}`;
}

export function numberWord(count: number): string {
  return NUMBERS[count] ?? String(count);
}

/** "red mug". */
export function wordsOf(noun: Noun): string {
  return coloured(noun, noun.label);
}

function coloured({ label, colour }: Noun, word: string): string {
  if (colour === undefined) return word;
  return label === PERSON ? `${word} in ${colour}` : `${colour} ${word}`;
}

function pluralOf(label: string): string {
  const irregular = PLURALS[label];
  if (irregular !== undefined) return irregular;
  if (/(s|x|ch|sh)$/.test(label)) return `${label}es`;
  return /[^aeiou]y$/.test(label) ? `${label.slice(0, -1)}ies` : `${label}s`;
}

/** Whether a noun names a thing. */
export function names({ label, colour }: Noun, thing: StillThing): boolean {
  return thing.label === label && (colour === undefined || thing.colour === colour);
}

/** The noun of a thing, as closely as it can be said. */
export function nounOf({ label, colour }: StillThing): Noun {
  return colour === undefined ? { label } : { label, colour };
}

/** What of nouns is not in the train split. */
export function noveltyOf(nouns: readonly Noun[], { classes }: StillVocabulary): Novelty {
  const known = nouns.map((noun) => ({ noun, its: classes.find(({ label }) => label === noun.label) }));
  if (known.some(({ its }) => its?.heldOut === true)) return 'class';
  const isNew = ({ noun, its }: (typeof known)[number]): boolean =>
    noun.colour !== undefined && its?.coloured === true && its.heldOutColours.includes(noun.colour);
  return known.some(isNew) ? 'combination' : 'seen';
}

/** Whether two nouns are the same. */
export function nounIs(a: Noun, b: Noun): boolean {
  return a.label === b.label && a.colour === b.colour;
}

/** Each noun once. */
export function unique(nouns: readonly Noun[]): Noun[] {
  return nouns.filter((noun, i) => nouns.findIndex((other) => nounIs(noun, other)) === i);
}
