import { join } from 'node:path';
import { SensoriumError } from '../../contract/index.ts';
import { openTruthJudge, type JudgedThing } from '../../hub/index.ts';
import { decodePicture, packagedModels } from '../../inference/index.ts';
import { createRandom, shuffled } from '../../random/index.ts';
import { pairsIn } from './nlvr/corpus.ts';
import { fitted, type Labelled } from './nlvr/fit.ts';
import { thingsIn, type Thing } from './nlvr/things.ts';
import { tokenizerOf } from './nlvr/words.ts';
import { rounded } from './rounded.ts';
import type { Case, Task } from './task.ts';

/** The network that judges: it knows scenes and sentences that were drawn at random, and none of a person. */
const JUDGE = 'boxes';
const FOLDS = 10;
const INNER_FOLDS = 5;
/** How much the network's own judgement is leaned on: which, is found within the training part of each fold. */
const PENALTIES = [0.03, 0.3, 3, 1000];

/** A pair as the network sees it. */
interface Judged extends Labelled {
  readonly id: string;
  readonly sentence: string;
  readonly form: string;
}

/**
 * Whether sentences of people are true of pictures of boxes with shapes (NLVR, Suhr et al. 2017), from pictures alone: they are cut up into patches of one
 * colour, and a network that learned from sentences of a grammar says what it makes of words and patches. What of that people mean by their words is learned
 * from the sentences of the other folds: all pairs of a sentence are in one.
 */
export const nlvr: Task = {
  description: 'whether sentences of people are true of pictures of boxes with shapes, from pictures alone',
  baseline: 'the commoner of true and false',
  run: async ({ data, model, progress }) => {
    if (model !== undefined) throw new SensoriumError('E_USAGE', 'nlvr has a network of its own', { path: '--model' });
    const judged = await judgedIn(data, (share) => progress(share, 'pictures'));
    const truths = judged.filter(({ is }) => is).length;
    const folds = foldsOf(judged, FOLDS);
    if (folds.length < FOLDS) {
      throw new SensoriumError('E_USAGE', `expected ${FOLDS} sentences or more, got ${folds.length}`, { path: data });
    }
    const cases = folds.flatMap((fold, i): Case[] => {
      progress(i / FOLDS, `fold ${i + 1}`);
      const others = folds.filter((other) => other !== fold).flat();
      const chance = fitted(others, bestPenalty(others));
      return fold.map(({ id, form, sentence, features, is }) => {
        const score = chance(features);
        return {
          id: `nlvr-${id}`,
          kind: 'class',
          form,
          truth: String(is),
          answer: String(score > 0.5),
          score,
          world: sentence,
        };
      });
    });
    const alone = judged.filter(({ features, is }) => features[0] > 0 === is).length;
    return {
      cases,
      baseline: (100 * Math.max(truths, judged.length - truths)) / judged.length,
      more: {
        sentences: new Set(judged.map(({ sentence }) => sentence)).size,
        folds: FOLDS,
        'the network alone, %': rounded((100 * alone) / judged.length),
      },
    };
  },
};

async function judgedIn(data: string, progress: (share: number) => void): Promise<Judged[]> {
  const pairs = await pairsIn(data);
  const judge = await openTruthJudge(join(packagedModels(), JUDGE));
  try {
    const tokensOf = tokenizerOf(judge.vocabulary);
    const judged: Judged[] = [];
    for (const [i, { id, sentence, isTrue, picture }] of pairs.entries()) {
      if (i % 50 === 0) progress(i / pairs.length);
      const things = thingsIn(await decodePicture(picture));
      const { logit, joint } = await judge.judge(tokensOf(sentence), things.map(numbersOf));
      judged.push({ id, sentence, form: formOf(things), features: [logit, ...joint], is: isTrue });
    }
    return judged;
  } finally {
    await judge.close();
  }
}

function numbersOf({ box, colour, left, top, right, bottom, fill }: Thing): JudgedThing {
  return { box, numbers: [...colour, left, top, right, bottom, right - left, bottom - top, fill] };
}

/** Things that stand on one another, or are scattered. */
function formOf(things: readonly Thing[]): string {
  return things.every(({ left }) => left === things[0].left) ? 'towers' : 'scattered';
}

/** Parts of about the same number of sentences, the same each time. */
function foldsOf(judged: readonly Judged[], count: number): Judged[][] {
  const sentences = shuffled(createRandom(1), new Set(judged.map(({ sentence }) => sentence)));
  const fold = new Map(sentences.map((sentence, i) => [sentence, i % count]));
  return Array.from({ length: Math.min(count, sentences.length) }, (_, i) =>
    judged.filter(({ sentence }) => fold.get(sentence) === i),
  );
}

/** The one with which most of the training part's own folds are right. */
function bestPenalty(judged: readonly Judged[]): number {
  const folds = foldsOf(judged, INNER_FOLDS);
  const right = PENALTIES.map((penalty) =>
    folds.reduce((sum, fold) => {
      const chance = fitted(folds.filter((other) => other !== fold).flat(), penalty);
      return sum + fold.filter(({ features, is }) => chance(features) > 0.5 === is).length;
    }, 0),
  );
  return PENALTIES[right.indexOf(Math.max(...right))];
}
