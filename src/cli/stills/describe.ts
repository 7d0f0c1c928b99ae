import { basename, resolve } from 'node:path';
import type { StillSplit, StillVocabulary } from '../../contract/index.ts';
import { phrasingsOf, type Phrased } from '../../words/index.ts';
import { LINES, type StillArray } from './part.ts';

/** What a set holds, beyond how many there are of what. */
export interface SetFacts {
  readonly vocabulary: StillVocabulary;
  readonly sampleRate: number;
  readonly arrays: Readonly<Record<string, StillArray>>;
  /** Answers of each form of question. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
  readonly phrased: readonly Phrased[];
}

/** What is said of arrays beyond type and shape, by their names. */
const MORE: Readonly<Record<string, object>> = { picture: { encoding: 'rgb8' }, depth: { unit: 'mm', none: 0 } };

/** The description of a set of stills, or of clips, as text. */
export function describeSet(
  out: string,
  { seed, split, stills }: { readonly seed: number; readonly split: StillSplit; readonly stills: number },
  { vocabulary, sampleRate, arrays, answers, phrased }: SetFacts,
  more: object = {},
): string {
  const all = Object.entries(arrays);
  const { classes, colours } = vocabulary;
  const description = {
    name: basename(resolve(out)),
    task: 'vision-language',
    seed,
    split,
    stills,
    classes: classes.map(({ label }) => label),
    colours,
    modalities: Object.fromEntries(
      all.map(([name, { type, sides, about }]) => [
        name,
        { type, shape: sides, ...MORE[name], ...(name === 'sound' ? { rateHz: sampleRate } : {}), ...about },
      ]),
    ),
    files: Object.fromEntries([
      ...all.map(([name]): [string, string] => [name, `${name}.npy`]),
      ...LINES.map((name): [string, string] => [name, `${name}.jsonl`]),
    ]),
    answers,
    heldOut: {
      classes: classes.filter(({ heldOut }) => heldOut).map(({ label }) => label),
      combinations: classes
        .filter(({ heldOut, coloured }) => coloured && !heldOut)
        .flatMap(({ label, heldOutColours }) => heldOutColours.map((colour) => `${colour} ${label}`)),
      phrasings: Object.fromEntries(phrased.map((what) => [what, phrasingsOf(what, 'test')])),
    },
    ...more,
  };
  return `${JSON.stringify(description, undefined, 2)}\n`;
}
