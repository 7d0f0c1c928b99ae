import {
  SIDES,
  SOUNDS,
  type ClipEventName,
  type Novelty,
  type StillTruth,
  type StillVocabulary,
} from '../contract/index.ts';
import type { Motion, OwnMotion } from './motions.ts';
import { definite, indefinite, noveltyOf, plural, wearerOf, type Noun } from './nouns.ts';
import type { Phrased } from './phrasings.ts';
import {
  ofBoth,
  ofColour,
  ofCount,
  ofDirection,
  ofExistence,
  ofHappening,
  ofMotion,
  ofSound,
  type Replier,
  type Reply,
  type Why,
} from './replies.ts';
import { EVENT_WORDS, MOTION_WORDS, OWN_WORDS, RELATION_WORDS } from './say.ts';
import { RELATIONS, type Statement } from './statements.ts';

/** What is asked for of stills; of clips, motions and events too. */
export const FORMS = ['existence', 'count', 'colour', 'comparison', 'relation', 'sound', 'direction'] as const;
export type Form = (typeof FORMS)[number] | 'motion' | 'event';

/** A question about a still or a clip. */
export interface Question {
  readonly still: number;
  readonly form: Form;
  readonly kind: Novelty;
  readonly text: string;
  /** `null`: it cannot be told, for the reason `why`. */
  readonly answer: string | null;
  readonly answerable: boolean;
  readonly why?: Why;
}

/** Something that may be asked, without its phrasing. */
export interface Candidate {
  readonly form: Form;
  readonly phrased: Phrased;
  readonly nouns: readonly Noun[];
  readonly words: Readonly<Record<string, string>>;
  readonly reply: Replier;
}

/** Answers of each form to questions about stills. */
export function answersOf({ colours }: StillVocabulary): Readonly<Record<(typeof FORMS)[number], readonly string[]>> {
  return {
    existence: YES_NO,
    count: COUNTS,
    colour: colours,
    comparison: YES_NO,
    relation: YES_NO,
    sound: SOUNDS,
    direction: SIDES,
  };
}

/** Answers of each form to questions about clips: of recorded rooms four of a kind are hardly ever in view. */
export function clipAnswersOf(vocabulary: StillVocabulary): Readonly<Record<Form, readonly string[]>> {
  return { ...answersOf(vocabulary), count: COUNTS.slice(0, 3), motion: YES_NO, event: YES_NO };
}

const YES_NO = ['yes', 'no'];
const COUNTS = ['1', '2', '3', '4'];

/** Relations of which one holds where the opposite does not: asked of what may be missing, they are answered either way as often. */
export const OPPOSED = RELATIONS.filter((relation) => relation !== 'on');

/** What is asked of every still and clip. */
export const SOUNDING: readonly Candidate[] = [
  { form: 'sound', phrased: 'ask sound', nouns: [], words: {}, reply: ofSound },
  { form: 'direction', phrased: 'ask direction', nouns: [], words: {}, reply: ofDirection },
];

/** A question in its words, with what a still has to say to it. */
export function questionOf(
  { form, nouns }: Candidate,
  text: string,
  { still }: StillTruth,
  reply: Reply,
  vocabulary: StillVocabulary,
): Question {
  if ('why' in reply) {
    return { still, form, kind: noveltyOf(nouns, vocabulary), text, answer: null, answerable: false, why: reply.why };
  }
  // The answer, too, may be what makes it new.
  const named = form === 'colour' ? nouns.map((noun) => ({ ...noun, colour: reply.answer })) : nouns;
  return { still, form, kind: noveltyOf(named, vocabulary), text, answer: reply.answer, answerable: true };
}

export function aboutExistence(noun: Noun): Candidate {
  const words = { one: indefinite(noun) };
  return { form: 'existence', phrased: 'ask existence', nouns: [noun], words, reply: ofExistence(noun) };
}

export function aboutCount(noun: Noun): Candidate {
  return { form: 'count', phrased: 'ask count', nouns: [noun], words: { plural: plural(noun) }, reply: ofCount(noun) };
}

export function aboutColour(noun: Noun): Candidate {
  const words = { the: wearerOf(noun) };
  return { form: 'colour', phrased: 'ask colour', nouns: [noun], words, reply: ofColour(noun.label) };
}

export function aboutRelation(statement: Extract<Statement, { about: 'relation' }>): Candidate {
  const { one, other, relation } = statement;
  const words = { one: definite(one), other: definite(other), relation: RELATION_WORDS[relation] };
  return { form: 'relation', phrased: 'ask relation', nouns: [one, other], words, reply: ofBoth(statement) };
}

export function aboutComparison(statement: Extract<Statement, { about: 'comparison' }>): Candidate {
  const { one, other, by } = statement;
  const words = { one: definite(one), other: definite(other) };
  const phrased = by === 'bigger' ? 'ask bigger' : 'ask nearer';
  return { form: 'comparison', phrased, nouns: [one, other], words, reply: ofBoth(statement) };
}

export function aboutMotion(noun: Noun, motion: Motion): Candidate {
  const words = { the: definite(noun), motion: MOTION_WORDS[motion][0] };
  const reply = ofMotion({ about: 'motion', noun, motion });
  return { form: 'motion', phrased: 'ask motion', nouns: [noun], words, reply };
}

export function aboutOwnMotion(motion: OwnMotion): Candidate {
  const reply = ofHappening({ about: 'own motion', motion });
  return { form: 'motion', phrased: 'ask own motion', nouns: [], words: { motion: OWN_WORDS[motion] }, reply };
}

export function aboutEvent(event: ClipEventName): Candidate {
  const reply = ofHappening({ about: 'event', event });
  return { form: 'event', phrased: 'ask event', nouns: [], words: { event: EVENT_WORDS[event] }, reply };
}
