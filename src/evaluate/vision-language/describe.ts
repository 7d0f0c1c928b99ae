import { descriptionOf, factsIn, holds, isSameFact, noveltyOf, nounsOf, type Statement } from '../../words/index.ts';
import type { StillTruth } from '../../contract/index.ts';
import { senses } from './answering.ts';
import { pairOf } from './similarity.ts';
import type { Case, Task } from './task.ts';
import { usingAnswers } from './using.ts';

const QUESTION = 'describe what you see and hear';
const MOST_TOKENS = 120;
const [TRUE, FALSE, MISSED] = ['true', 'false', 'missed'];

/**
 * Facts of a description, read by a parser: things, colours, numbers, neighbours from left to right, the nearest, the sound and its side. The value is the share
 * of what is said that is true; what one could argue about is left out. `recall`: the share of what is there to be told that is told.
 */
export const describe: Task = {
  description: 'facts of a description that are true (precision; recall beside it)',
  baseline: 'the commonest description of others',
  measure: precisionOf,
  run: usingAnswers(async ({ stills, model, progress }) => {
    const { vocabulary, truths } = stills;
    const commonest = mostOften(truths.map(descriptionOf));
    const common = factsIn(commonest, vocabulary);
    const cases: Case[] = [];
    const others: Case[] = [];
    for (const truth of truths) {
      progress(truth.still / truths.length, `still ${truth.still}`);
      const { pictures, clip } = senses(stills, truth.still);
      const said = await model.answer(QUESTION, pictures, { ...(clip && { clip }), most: MOST_TOKENS });
      const facts = factsIn(descriptionOf(truth), vocabulary);
      const judged = (all: readonly Statement[], score: number): Case[] =>
        judgedOf(all, facts, truth).map(({ fact, verdict }, i) => ({
          id: `describe-${truth.still}-${i}`,
          kind: noveltyOf(nounsOf(fact), vocabulary),
          form: formOf(fact),
          truth: verdict === FALSE ? FALSE : TRUE,
          answer: verdict,
          score,
          world: pairOf(truth.still),
        }));
      cases.push(...judged(factsIn(said.text, vocabulary), said.confidence ?? NaN));
      others.push(...judged(common, 0));
    }
    const more = { recall: recallOf(cases), 'recall of the baseline': recallOf(others) };
    return { cases, baseline: precisionOf(others), more };
  }),
};

/** What was said, true or false, and what was not. */
function judgedOf(said: readonly Statement[], facts: readonly Statement[], truth: StillTruth) {
  return [
    ...said.flatMap((fact) => {
      const isTrue = holds(fact, truth);
      return isTrue === undefined ? [] : [{ fact, verdict: isTrue ? TRUE : FALSE }];
    }),
    ...facts
      .filter((fact) => !said.some((its) => isSameFact(its, fact)))
      .filter((fact) => holds(fact, truth) === true)
      .map((fact) => ({ fact, verdict: MISSED })),
  ];
}

function precisionOf(cases: readonly Case[]): number {
  const said = cases.filter(({ answer }) => answer !== MISSED);
  return (100 * said.filter(({ answer }) => answer === TRUE).length) / said.length;
}

function recallOf(cases: readonly Case[]): number {
  const there = cases.filter(({ truth }) => truth === TRUE);
  return Math.round((10_000 * there.filter(({ answer }) => answer === TRUE).length) / there.length) / 100;
}

function formOf(fact: Statement): string {
  if (fact.about === 'thing') return fact.noun.colour === undefined ? 'object' : 'colour';
  return fact.about;
}

function mostOften(texts: readonly string[]): string {
  const times = new Map<string, number>();
  for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1);
  return [...times].reduce((best, its) => (its[1] > best[1] ? its : best), ['', 0] as [string, number])[0];
}
