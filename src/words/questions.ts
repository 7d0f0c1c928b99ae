import { SIDES, SOUNDS, type Novelty, type StillTruth, type StillVocabulary } from '../contract/index.ts';
import { shuffled, type Random } from '../random/index.ts';
import { definite, indefinite, nounIs, nounOf, noveltyOf, plural, unique, type Noun } from './nouns.ts';
import { fill, type Phrased } from './phrasings.ts';
import {
  isSame,
  ofBoth,
  ofColour,
  ofCount,
  ofDirection,
  ofExistence,
  ofSound,
  type Replier,
  type Reply,
  type Why,
} from './replies.ts';
import { phrasing, RELATION_WORDS } from './say.ts';
import { COMPARISONS, inView, RELATIONS, type Relation } from './statements.ts';

/** What is asked for. */
export const FORMS = ['existence', 'count', 'colour', 'comparison', 'relation', 'sound', 'direction'] as const;
export type Form = (typeof FORMS)[number];

/** A question about a still. */
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

/** Answers of each form. */
export function answersOf({ colours }: StillVocabulary): Readonly<Record<Form, readonly string[]>> {
  const yesNo = ['yes', 'no'];
  return {
    existence: yesNo,
    count: ['1', '2', '3', '4'],
    colour: colours,
    comparison: yesNo,
    relation: yesNo,
    sound: SOUNDS,
    direction: SIDES,
  };
}

/** A question that both stills of a pair may be asked. */
interface Candidate {
  readonly form: Form;
  readonly phrased: Phrased;
  readonly nouns: readonly Noun[];
  readonly words: Readonly<Record<string, string>>;
  readonly reply: Replier;
}

/** Most questions of a kind that are asked of a pair. */
const MOST = {
  existence: 2,
  count: 1,
  colour: 2,
  presumed: 1,
  comparison: 2,
  relation: 3,
  presumedRelation: 1,
} as const;

/** Relations of which one holds where the opposite does not: asked of what may be missing, they are answered either way as often. */
const OPPOSED = RELATIONS.filter((relation) => relation !== 'on');

/**
 * Questions about the two stills of a pair. Both are asked the same, word by word, and one answers otherwise than the other: whoever
 * knows the question alone is right about one of the two. Only of sounds, which chance gives either, are both asked whatever they answer.
 * @param random the same for both stills
 */
export function questionsOf(
  pair: readonly [StillTruth, StillTruth],
  vocabulary: StillVocabulary,
  random: Random,
): Question[] {
  const { split } = pair[0];
  const asked = [...differing(pair, random), ...SOUNDING].map((its) => ({
    its,
    text: fill(phrasing(random, its.phrased, split), its.words),
  }));
  return asked.flatMap(({ its, text }) => {
    const replies = pair.map(its.reply);
    const kind = noveltyOf(its.nouns, vocabulary);
    return pair.flatMap((truth, i) => {
      const reply = replies[i];
      return reply === undefined ? [] : [questionOf(its, text, kind, truth, reply, vocabulary)];
    });
  });
}

const SOUNDING: readonly Candidate[] = [
  { form: 'sound', phrased: 'ask sound', nouns: [], words: {}, reply: ofSound },
  { form: 'direction', phrased: 'ask direction', nouns: [], words: {}, reply: ofDirection },
];

function questionOf(
  { form, nouns }: Candidate,
  text: string,
  kind: Novelty,
  { still }: StillTruth,
  reply: Reply,
  vocabulary: StillVocabulary,
): Question {
  if ('why' in reply) return { still, form, kind, text, answer: null, answerable: false, why: reply.why };
  // The answer, too, may be what makes it new.
  const named = form === 'colour' ? nouns.map((noun) => ({ ...noun, colour: reply.answer })) : nouns;
  return { still, form, kind: noveltyOf(named, vocabulary), text, answer: reply.answer, answerable: true };
}

/** Questions that have another answer in either still. */
function differing(pair: readonly [StillTruth, StillTruth], random: Random): Candidate[] {
  const things = pair.map((truth) => inView(truth).filter(({ label }) => label !== 'table'));
  const labels = things.map((all) => unique(all.map(({ label }): Noun => ({ label }))));
  const coloured = things.map((all) => unique(all.filter(({ colour }) => colour !== undefined).map(nounOf)));
  const common = labels[0].filter((noun) => labels[1].some((other) => nounIs(noun, other)));
  const alone = [0, 1].map((i) => labels[i].filter((noun) => !common.some((other) => nounIs(noun, other))));
  const bothColoured = coloured[0].filter((noun) => coloured[1].some((other) => nounIs(noun, other)));
  // A colour is said only where a class alone does not say which one is meant.
  const isAmbiguous = ({ label }: Noun): boolean =>
    things.some((all) => all.filter((thing) => thing.label === label).length > 1);
  const told = [...common, ...bothColoured.filter(isAmbiguous)];
  const couples = (ones: readonly Noun[], others: readonly Noun[]) =>
    ones.flatMap((one) => others.filter((other) => !nounIs(one, other)).map((other) => ({ one, other })));

  /** Some of those whose answers differ. */
  const some = (all: readonly Candidate[], most: number): Candidate[] =>
    shuffled(random, all)
      .filter(({ reply }) => {
        const [a, b] = pair.map(reply);
        return a !== undefined && b !== undefined && !isSame(a, b);
      })
      .slice(0, most);

  const relations = (all: ReturnType<typeof couples>, of: readonly Relation[]): Candidate[] =>
    all.flatMap((both) => of.map((relation) => aboutRelation({ about: 'relation', relation, ...both })));
  const comparisons = couples(told, told).flatMap((both) =>
    COMPARISONS.map((by) => aboutComparison({ about: 'comparison', by, ...both })),
  );
  return [
    ...alone.flatMap((nouns) => some(nouns.map(aboutExistence), MOST.existence / 2)),
    ...coloured.flatMap((nouns) => some(nouns.map(aboutExistence), MOST.existence / 2)),
    ...some(common.map(aboutCount), MOST.count),
    ...some(common.map(aboutColour), MOST.colour),
    ...alone.flatMap((nouns) => some(nouns.map(aboutColour), MOST.presumed)),
    ...some(comparisons, MOST.comparison),
    ...some(relations(couples(told, told), RELATIONS), MOST.relation),
    ...alone.flatMap((nouns) =>
      some(relations([...couples(told, nouns), ...couples(nouns, told)], OPPOSED), MOST.presumedRelation),
    ),
  ];
}

function aboutExistence(noun: Noun): Candidate {
  const words = { one: indefinite(noun) };
  return { form: 'existence', phrased: 'ask existence', nouns: [noun], words, reply: ofExistence(noun) };
}

function aboutCount(noun: Noun): Candidate {
  return { form: 'count', phrased: 'ask count', nouns: [noun], words: { plural: plural(noun) }, reply: ofCount(noun) };
}

function aboutColour(noun: Noun): Candidate {
  const words = { the: definite(noun) };
  return { form: 'colour', phrased: 'ask colour', nouns: [noun], words, reply: ofColour(noun.label) };
}

function aboutRelation(statement: Extract<Parameters<typeof ofBoth>[0], { about: 'relation' }>): Candidate {
  const { one, other, relation } = statement;
  const words = { one: definite(one), other: definite(other), relation: RELATION_WORDS[relation] };
  return { form: 'relation', phrased: 'ask relation', nouns: [one, other], words, reply: ofBoth(statement) };
}

function aboutComparison(statement: Extract<Parameters<typeof ofBoth>[0], { about: 'comparison' }>): Candidate {
  const { one, other, by } = statement;
  const words = { one: definite(one), other: definite(other) };
  const phrased = by === 'bigger' ? 'ask bigger' : 'ask nearer';
  return { form: 'comparison', phrased, nouns: [one, other], words, reply: ofBoth(statement) };
}
