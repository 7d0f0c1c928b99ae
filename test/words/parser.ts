import type { StillThing, StillTruth, StillVocabulary } from '../../src/contract/index.ts';
import { happeningOf, motionOf } from './happenings.ts';

/**
 * Reads sentences about stills and checks them against the truth: written anew, with rules of its own, so that what the words say is
 * not judged by what wrote them.
 */

/** Things that a sentence names. */
export interface Phrase {
  readonly count: number;
  readonly colour?: string;
  readonly label: string;
  readonly at: number;
  readonly end: number;
}

const COUNTS = ['a', 'an', 'the', 'one', 'two', 'three', 'four', 'five', 'six'];
const SOUNDS: readonly [RegExp, string][] = [
  [/voice/, 'voice'],
  [/music/, 'music'],
  [/footsteps/, 'footsteps'],
  [/sliding door/, 'door'],
  [/metal that falls/, 'metal'],
  [/ceramic that falls/, 'ceramic'],
  [/wood that falls/, 'wood'],
  [/silent|quiet|nothing|no sound/, 'nothing'],
];
const SIDES: readonly [RegExp, string][] = [
  [/ahead/, 'front'],
  [/on the left/, 'left'],
  [/on the right/, 'right'],
  [/from behind/, 'behind'],
];
const RELATIONS: readonly [RegExp, string][] = [
  [/to the left of/, 'left'],
  [/to the right of/, 'right'],
  [/in front of/, 'front'],
  [/behind/, 'behind'],
  [/ on /, 'on'],
];

/** How the names of a vocabulary are spelt, longest first, and what finds them. */
const readers = new WeakMap<
  StillVocabulary,
  { readonly found: RegExp; readonly labels: ReadonlyMap<string, string> }
>();

function readerOf(vocabulary: StillVocabulary) {
  const known = readers.get(vocabulary);
  if (known !== undefined) return known;
  const all = vocabulary.classes.map(({ label }) => label).sort((a, b) => b.length - a.length);
  const labels = new Map(
    all.flatMap((label) =>
      [
        label.replace('person', 'people'),
        `${label}es`,
        `${label}s`,
        label.replace(/y$/, 'ies'),
        label.replace(/lf$/, 'lves'),
        label,
      ].map((spelling) => [spelling, label] as const),
    ),
  );
  const words = (list: Iterable<string>): string => [...list].join('|');
  const found = new RegExp(
    `\\b(?:(${words(COUNTS)}) )?(?:(${words(vocabulary.colours)}) )?(${words(labels.keys())})\\b(?: in (${words(vocabulary.colours)})\\b)?`,
    'g',
  );
  const reader = { found, labels };
  readers.set(vocabulary, reader);
  return reader;
}

/** Finds what is named. */
export function phrasesOf(text: string, vocabulary: StillVocabulary): Phrase[] {
  const { found, labels } = readerOf(vocabulary);
  return [...text.matchAll(found)].map((match) => {
    const [all, count = 'a', before, spelling, worn] = match;
    const colour = before ?? worn;
    return {
      count: Math.max(1, COUNTS.indexOf(count) - 2),
      label: labels.get(spelling) ?? spelling,
      at: match.index,
      end: match.index + all.length,
      ...(colour === undefined ? {} : { colour }),
    };
  });
}

const seen = (thing: StillThing): boolean => thing.box !== undefined && thing.share >= 0.01 && thing.visible >= 0.5;
const isNamed = (phrase: Phrase, thing: StillThing): boolean =>
  thing.box !== undefined &&
  thing.label === phrase.label &&
  (phrase.colour === undefined || thing.colour === phrase.colour);

/**
 * Whether a sentence may be called true of a still.
 * @param strictly only by what counts as seen, and by clear differences; else by anything that speaks for it
 */
export function isTrue(text: string, truth: StillTruth, vocabulary: StillVocabulary, strictly: boolean): boolean {
  const sound = SOUNDS.find(([words]) => words.test(text))?.[1];
  if (isHappening(text)) return happeningOf(text)?.(truth.clip, strictly) === true;
  // A door that is heard is no thing that is seen.
  const phrases = phrasesOf(text.replace('sliding door', 'sliding ----'), vocabulary);
  if (sound !== undefined && phrases.length === 0) {
    const side = SIDES.find(([words]) => words.test(text))?.[1];
    return truth.sound?.label === sound && (side === undefined || truth.sound.side === side);
  }
  const moves = motionOf(text);
  if (moves !== undefined) {
    return truth.things.some((thing) => isNamed(phrases[0], thing) && moves(thing, truth.clip, strictly));
  }
  const named = (phrase: Phrase): StillThing[] =>
    truth.things.filter((thing) => isNamed(phrase, thing) && (!strictly || seen(thing)));
  if (phrases.length === 2) {
    const words = text.slice(phrases[0].end, phrases[1].at);
    const [ones, others] = phrases.map(named);
    const test =
      testOf(words, strictly, truth.clip === undefined ? phrases[1].label : '') ??
      // A question may say before both what is compared.
      (text.endsWith('?') ? testOf(comparedIn(text), strictly, '') : undefined);
    if (test !== undefined) return ones.some((p) => others.some((q) => p !== q && test(p, q)));
  }
  const onTable = truth.clip === undefined && / on an? (\w+ )?table/.test(text);
  const listed = phrases.filter(({ label }, i) => !(onTable && label === 'table' && i === phrases.length - 1));
  return listed.every((phrase) => {
    const all = truth.things.filter((thing) => isNamed(phrase, thing));
    const clear = all.filter(seen);
    // One thing may be told of several; a list says how many there are.
    const isOne = listed.length === 1 && phrase.count === 1 && !LIST.test(text) && !onTable;
    if (isOne) return (strictly ? clear : all).length > 0;
    return strictly
      ? clear.length === phrase.count && all.length === clear.length
      : all.length === phrase.count || clear.length === phrase.count;
  });
}

/** Whether a sentence tells of the robot itself, or of an event. */
export function isHappening(text: string): boolean {
  return happeningOf(text) !== undefined;
}

/** What begins or makes a list, of one thing even. */
const LIST = /^(to be seen:|in view:|a view of|the robot sees|a picture of|(a|an) (?!.* is )[\w ]+\.$)/;

/** What a question compares, in the words of a caption. */
function comparedIn(text: string): string {
  if (/\b(size|sizes|volume|bulk|voluminous|greater|exceed|room|space than|more space)\b/.test(text)) return 'bigger';
  return /\b(distance|distant|far|remote|less way|less space|nearer|closer|before|sooner|earlier|ahead of)\b/.test(text)
    ? 'nearer'
    : '';
}

type Test = (p: StillThing, q: StillThing) => boolean;

function testOf(words: string, strictly: boolean, on: string): Test | undefined {
  const middle = ({ box = [0, 0, 0, 0] }: StillThing): number => (box[0] + box[2]) / 2;
  const ahead = ({ relative }: StillThing): number => relative[0];
  const away = ({ relative: [x, y] }: StillThing): number => Math.sqrt(x * x + y * y);
  const bulk = ({ size: [a, b, c] }: StillThing): number => Math.cbrt(a * b * c);
  const [pixels, metres, more] = strictly ? [10, 0.1, 1.2] : [0, 0, 1];
  if (/bigger|larger|more size/.test(words)) return (p, q) => bulk(p) > more * bulk(q);
  if (/nearer|closer|less distance/.test(words)) return (p, q) => away(q) - away(p) > metres;
  const relation = RELATIONS.find(([its]) => its.test(`${words}`))?.[1];
  switch (relation) {
    case 'left':
      return (p, q) => middle(q) - middle(p) > pixels;
    case 'right':
      return (p, q) => middle(p) - middle(q) > pixels;
    case 'front':
      return (p, q) => ahead(q) - ahead(p) > metres;
    case 'behind':
      return (p, q) => ahead(p) - ahead(q) > metres;
    case 'on':
      return on === 'table' ? undefined : (p, q) => p.on === q.id;
    default:
      return undefined;
  }
}
