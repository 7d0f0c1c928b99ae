import { descriptionOf, factsIn, holds, isSameFact, noveltyOf, nounsOf, type Statement } from '../../words/index.ts';
import type { StillTruth } from '../../contract/index.ts';
import { senses } from './answering.ts';
import { figuresOf, formIn, nameOf, worldOf, type SetRun } from './sets.ts';
import type { Case, Task } from './task.ts';
import { usingBoth, type OpenedAnswers } from './using.ts';

const QUESTION = 'describe what you see and hear';
const MOST_TOKENS = 120;
const [TRUE, FALSE, MISSED] = ['true', 'false', 'missed'];

/** Beside what was described, the commonest description. */
interface Part extends SetRun {
  readonly common: readonly Case[];
}

/**
 * Facts of a description, read by a parser: things, colours, numbers, neighbours from left to right, the nearest, the sound and its side. The value is the share
 * of what is said that is true; what one could argue about is left out. `recall`: the share of what is there to be told that is told. Of a clip what is there at its end is described;
 * those with a sense that fails are left out.
 */
export const describe: Task = {
  description: 'facts of a description of a still or a clip that are true (precision; recall beside it)',
  baseline: 'the commonest description of others',
  measure: precisionOf,
  async run(context) {
    const parts = await usingBoth(partOf)(context);
    const cases = parts.flatMap((part) => part.cases);
    const common = parts.flatMap((part) => part.common);
    return {
      cases,
      baseline: precisionOf(common),
      more: {
        ...figuresOf(parts, precisionOf),
        recall: recallOf(cases),
        ...figuresOf(parts, recallOf, (what) => `recall of ${what}`),
        'recall of the baseline': recallOf(common),
      },
    };
  },
};

async function partOf({ stills, model, progress }: OpenedAnswers): Promise<Part> {
  const { vocabulary } = stills;
  const truths = stills.truths.filter(isWhole);
  const commonest = factsIn(mostOften(truths.map(descriptionOf)), vocabulary);
  const cases: Case[] = [];
  const common: Case[] = [];
  for (const [i, truth] of truths.entries()) {
    progress(i / truths.length, `${i} of ${truths.length} ${nameOf(stills)}`);
    const { pictures, ...others } = senses(stills, truth.still, model);
    const said = await model.answer(QUESTION, pictures, { ...others, most: MOST_TOKENS });
    const facts = factsIn(descriptionOf(truth), vocabulary);
    const judged = (all: readonly Statement[], score: number): Case[] =>
      judgedOf(all, facts, truth).map(({ fact, verdict }, k) => ({
        id: `${stills.isClips ? 'clip-' : ''}describe-${truth.still}-${k}`,
        kind: noveltyOf(nounsOf(fact), vocabulary),
        form: formIn(stills, formOf(fact)),
        truth: verdict === FALSE ? FALSE : TRUE,
        answer: verdict,
        score,
        world: worldOf(stills, truth.still),
      }));
    cases.push(...judged(factsIn(said.text, vocabulary), said.confidence ?? NaN));
    common.push(...judged(commonest, 0));
  }
  return { what: nameOf(stills), cases, common };
}

/** Whether all senses give what there is. */
function isWhole({ clip }: StillTruth): boolean {
  return clip === undefined || (clip.senses.camera === 'well' && clip.senses.microphones === 'well');
}

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
