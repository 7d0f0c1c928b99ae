import type { StillTruth, StillVocabulary } from '../contract/index.ts';
import { shuffled, type Random } from '../random/index.ts';
import {
  aboutColour,
  aboutComparison,
  aboutCount,
  aboutExistence,
  aboutRelation,
  OPPOSED,
  questionOf,
  SOUNDING,
  type Candidate,
  type Question,
} from './candidates.ts';
import { nounIs, nounOf, unique, type Noun } from './nouns.ts';
import { fill } from './phrasings.ts';
import { isSame } from './replies.ts';
import { phrasing } from './say.ts';
import { COMPARISONS, inView, RELATIONS, type Relation } from './statements.ts';

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
    return pair.flatMap((truth, i) => {
      const reply = replies[i];
      return reply === undefined ? [] : [questionOf(its, text, truth, reply, vocabulary)];
    });
  });
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
