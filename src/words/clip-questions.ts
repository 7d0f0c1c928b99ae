import { CLIP_EVENTS, type StillTruth, type StillVocabulary } from '../contract/index.ts';
import { shuffled, type Random } from '../random/index.ts';
import { evenly } from './balance.ts';
import {
  aboutColour,
  aboutComparison,
  aboutCount,
  aboutEvent,
  aboutExistence,
  aboutMotion,
  aboutOwnMotion,
  aboutRelation,
  clipAnswersOf,
  OPPOSED,
  questionOf,
  SOUNDING,
  type Candidate,
  type Form,
  type Question,
} from './candidates.ts';
import { MOTIONS, OWN_MOTIONS } from './motions.ts';
import { nounIs, nounOf, unique, type Noun } from './nouns.ts';
import { fill } from './phrasings.ts';
import type { Reply } from './replies.ts';
import { phrasing } from './say.ts';
import { COMPARISONS, inView, isClear } from './statements.ts';

/** Most questions of a form that a clip is asked. */
const MOST: Readonly<Record<Form, number>> = {
  existence: 2,
  count: 1,
  colour: 2,
  comparison: 2,
  relation: 3,
  sound: 1,
  direction: 1,
  motion: 3,
  event: 2,
};
/** Questions that cannot be answered, for each that can. */
const UNANSWERED = 0.2;

/** A clip, and what it has to say to a question. */
interface Asked {
  readonly truth: StillTruth;
  readonly reply: Reply;
}

/**
 * Questions about clips, chosen from all that could be asked of all of them so that no answer to the same words is commoner than
 * chance has it, but for 3 points: whoever knows the question alone knows nothing of the answer.
 * @returns by the number of the clip
 */
export function clipQuestionsOf(
  truths: readonly StillTruth[],
  vocabulary: StillVocabulary,
  random: Random,
): Question[] {
  const answers = clipAnswersOf(vocabulary);
  const asked = new Map<string, number>();
  const questions: Question[] = [];
  for (const candidate of shuffled(random, candidatesOf(truths))) {
    const { form } = candidate;
    const room = ({ still }: StillTruth): boolean => (asked.get(`${form} ${still}`) ?? 0) < MOST[form];
    const all = shuffled(random, truths.filter(room)).flatMap((truth): Asked[] => {
      const reply = candidate.reply(truth);
      return reply === undefined ? [] : [{ truth, reply }];
    });
    const known = ({ reply }: Asked): string | undefined =>
      'answer' in reply && answers[form].includes(reply.answer) ? reply.answer : undefined;
    const rounds = evenly(all, known, answers[form].length);
    const answered = rounds.flat().length;
    const silent = evenly(all, ({ reply }) => ('why' in reply ? reply.why : undefined), 1);
    const unanswered = shuffled(random, silent.flat()).slice(0, Math.round(UNANSWERED * answered));
    // What is asked in one round is asked in the same words.
    const perRound = rounds.length === 0 ? 1 : Math.ceil(unanswered.length / rounds.length);
    rounds.forEach((round, i) => {
      const text = fill(phrasing(random, candidate.phrased, truths[0].split), candidate.words);
      for (const { truth, reply } of [...round, ...unanswered.slice(i * perRound, (i + 1) * perRound)]) {
        questions.push(questionOf(candidate, text, truth, reply, vocabulary));
        const key = `${form} ${truth.still}`;
        asked.set(key, (asked.get(key) ?? 0) + 1);
      }
    });
  }
  return questions.sort((a, b) => a.still - b.still);
}

/** Everything that could be asked of some clip with an answer. */
function candidatesOf(truths: readonly StillTruth[]): Candidate[] {
  const clear = truths.map((truth) => inView(truth).filter(isClear));
  const labels = unique(clear.flat().map(({ label }): Noun => ({ label })));
  const coloured = unique(clear.flat().map(nounOf)).filter(({ colour }) => colour !== undefined);
  // Pairs that some clip shows both of: all else is asked of nothing.
  const couples = new Map<string, readonly [Noun, Noun]>();
  for (const things of clear) {
    const nouns = unique(things.map(({ label }): Noun => ({ label })));
    for (const one of nouns) {
      for (const other of nouns) if (!nounIs(one, other)) couples.set(`${one.label} ${other.label}`, [one, other]);
    }
  }
  const movers = unique(
    truths.flatMap(({ clip, things }) =>
      things.filter(({ id }) => clip?.movements.some((one) => one.id === id)).map(({ label }): Noun => ({ label })),
    ),
  );
  const pairs = [...couples.values()].map(([one, other]) => ({ one, other }));
  return [
    ...[...labels, ...coloured].map(aboutExistence),
    ...labels.map(aboutCount),
    ...unique(coloured.map(({ label }): Noun => ({ label }))).map(aboutColour),
    ...pairs.flatMap((pair) => OPPOSED.map((relation) => aboutRelation({ about: 'relation', relation, ...pair }))),
    ...pairs.map((pair) => aboutRelation({ about: 'relation', relation: 'on', ...pair })),
    ...pairs.flatMap((pair) => COMPARISONS.map((by) => aboutComparison({ about: 'comparison', by, ...pair }))),
    ...movers.flatMap((noun) => MOTIONS.map((motion) => aboutMotion(noun, motion))),
    ...OWN_MOTIONS.map(aboutOwnMotion),
    ...CLIP_EVENTS.map(aboutEvent),
    ...SOUNDING,
  ];
}
