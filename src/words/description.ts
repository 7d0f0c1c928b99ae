import { SIDES, SOUNDS, type StillTruth, type StillVocabulary } from '../contract/index.ts';
import { definite, indefinite, nounIs, nounOf, unique, wordsOf, type Noun } from './nouns.ts';
import { SIDE_WORDS, SOUND_WORDS } from './say.ts';
import { clearlyNearer, inView, isClear, type Statement } from './statements.ts';

const LIST = 'from left to right i see';
const NEAREST = 'is the nearest';
const NOTHING = 'i see nothing.';
const SILENT = 'i hear nothing.';

/** What a still is described as: its things from left to right, which of them is the nearest, and what is heard. */
export function descriptionOf(truth: StillTruth): string {
  const things = inView(truth)
    .filter((thing) => isClear(thing) && thing.label !== 'table')
    .sort((a, b) => middleOf(a.box) - middleOf(b.box));
  const names = things.map((thing) => indefinite(nounOf(thing)));
  const last = names.pop();
  const list = names.length === 0 ? last : `${names.join(', ')} and ${last}`;
  const nearest = clearlyNearer(things);
  const { sound } = truth;
  return [
    last === undefined ? NOTHING : `${LIST} ${list}.`,
    ...(nearest === undefined ? [] : [`${definite(nounOf(nearest))} ${NEAREST}.`]),
    ...(sound === undefined ? [] : [sound.label === 'nothing' ? SILENT : heard(sound.label, sound.side)]),
  ].join(' ');
}

function heard(label: keyof typeof SOUND_WORDS, side: keyof typeof SIDE_WORDS | undefined): string {
  return `i hear ${SOUND_WORDS[label]}${side === undefined ? '' : ` ${SIDE_WORDS[side]}`}.`;
}

/**
 * What a description says, one fact after the other: that there is a thing of a class, that it has a colour, how many there are, which of two
 * neighbours is on the left, that one is nearer than the others, and what is heard from which side. What is said again is no fact more, and what it
 * cannot read it passes over.
 */
export function factsIn(text: string, vocabulary: StillVocabulary): Statement[] {
  const facts: Statement[] = [];
  for (const sentence of text
    .toLowerCase()
    .split('.')
    .map((its) => its.trim())) {
    if (sentence.startsWith(LIST)) facts.push(...factsOfList(sentence.slice(LIST.length), vocabulary));
    else if (sentence.startsWith('i hear ')) facts.push(...factsOfSound(sentence));
    else if (sentence.endsWith(NEAREST)) {
      const one = nounIn(sentence.slice(0, -NEAREST.length), vocabulary);
      const others = unique(facts.flatMap((fact) => (fact.about === 'count' ? [fact.noun] : [])));
      for (const other of one === undefined ? [] : others) {
        if (one !== undefined && !nounIs(one, other)) facts.push({ about: 'comparison', by: 'nearer', one, other });
      }
    }
  }
  return facts.filter((fact, i) => facts.findIndex((other) => isSameFact(fact, other)) === i);
}

/** Whether two facts are the same. */
export function isSameFact(a: Statement, b: Statement): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function factsOfList(list: string, vocabulary: StillVocabulary): Statement[] {
  const nouns = list
    .split(/,| and /)
    .map((name) => nounIn(name, vocabulary))
    .filter((noun) => noun !== undefined);
  const kinds = unique(nouns);
  const labels = unique(kinds.map(({ label }) => ({ label })));
  return [
    ...labels.map((noun): Statement => ({ about: 'thing', noun })),
    ...kinds.filter(({ colour }) => colour !== undefined).map((noun): Statement => ({ about: 'thing', noun })),
    ...kinds.map((noun): Statement => ({
      about: 'count',
      noun,
      count: nouns.filter((its) => nounIs(its, noun)).length,
    })),
    ...nouns
      .slice(1)
      .map((other, i): Statement => ({ about: 'relation', relation: 'left', one: nouns[i], other }))
      .filter((fact) => fact.about === 'relation' && !nounIs(fact.one, fact.other)),
  ];
}

function factsOfSound(sentence: string): Statement[] {
  if (`${sentence}.` === SILENT) return [{ about: 'sound', label: 'nothing' }];
  const label = SOUNDS.find((its) => its !== 'nothing' && sentence.includes(SOUND_WORDS[its]));
  const side = SIDES.find((its) => sentence.endsWith(SIDE_WORDS[its]));
  if (label === undefined) return [];
  return [{ about: 'sound', label }, ...(side === undefined ? [] : [{ about: 'sound', label, side } as const])];
}

/** What a name of a list stands for: the noun that is told by it ("a red mug", but "a person in red"). */
function nounIn(name: string, { classes, colours }: StillVocabulary): Noun | undefined {
  const words = name.trim().replace(/^(an?|the) /, '');
  return classes
    .filter(({ label }) => words.includes(label))
    .flatMap(({ label }): Noun[] => [{ label }, ...colours.map((colour) => ({ label, colour }))])
    .find((noun) => wordsOf(noun) === words);
}

function middleOf(box: readonly [number, number, number, number] | undefined): number {
  return box === undefined ? NaN : box[0] + box[2];
}
