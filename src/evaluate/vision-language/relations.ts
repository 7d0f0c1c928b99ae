import { hashOf, type StillTruth, type StillVocabulary } from '../../contract/index.ts';
import { createRandom, shuffled } from '../../random/index.ts';
import {
  holds,
  inView,
  nounIs,
  nounOf,
  noveltyOf,
  phrasing,
  RELATIONS,
  say,
  unique,
  type Relation,
  type Statement,
} from '../../words/index.ts';
import { cosine, largest, pairOf } from './similarity.ts';
import type { Case, Task } from './task.ts';
import { usingStills } from './using.ts';

/** Sentences to choose from. */
const CHOICES = 4;
/** Most questions about one still. */
const ASKED = 2;

interface Asked {
  readonly relation: Relation;
  readonly texts: readonly string[];
  readonly kind: Case['kind'];
}

/**
 * Which of four sentences is true, that differ only in how one thing stands to another? The other three are surely false. A network that
 * compares words with the picture's cells answers, where the model has one; else the nearest embedding.
 */
export const relations: Task = {
  description: `the true sentence of ${CHOICES} that differ only in a relation`,
  baseline: 'the nearest embedding, without a network that compares',
  run: usingStills(async ({ stills, model, progress }) => {
    const cases: Case[] = [];
    let near = 0;
    for (const truth of stills.truths) {
      const asked = askedOf(truth, stills.vocabulary, stills.seed);
      if (asked.length === 0) continue;
      progress(truth.still / stills.truths.length, `still ${truth.still}`);
      const look = await model.look(stills.picture(truth.still));
      for (const [n, { relation, texts, kind }] of asked.entries()) {
        const cosines: number[] = [];
        const scores: number[] = [];
        for (const text of texts) {
          cosines.push(cosine(await model.embedWords(text), look.embedding));
          scores.push((await model.compare?.(text, look)) ?? cosines[cosines.length - 1]);
        }
        if (largest(cosines) === 0) near += 1;
        const best = largest(scores);
        cases.push({
          id: `relations-${truth.still}-${n}`,
          kind,
          form: relation,
          truth: texts[0],
          answer: texts[best],
          score: scores[best],
          world: pairOf(truth.still),
        });
      }
    }
    return { cases, baseline: (100 * near) / cases.length };
  }),
};

/** Questions about a still: of each the true sentence comes first. */
function askedOf(truth: StillTruth, vocabulary: StillVocabulary, seed: number): Asked[] {
  const random = createRandom(hashOf(`${seed} ${truth.split} relations ${truth.still}`));
  const nouns = unique(
    inView(truth)
      .filter(({ label }) => label !== 'table')
      .map(nounOf),
  );
  const couples = nouns.flatMap((one) => nouns.filter((other) => !nounIs(one, other)).map((other) => ({ one, other })));
  const found: Asked[] = [];
  for (const { one, other, relation } of shuffled(
    random,
    couples.flatMap((couple) => RELATIONS.map((relation) => ({ ...couple, relation }))),
  )) {
    if (found.length === ASKED) break;
    const statement = (its: Relation): Statement => ({ about: 'relation', relation: its, one, other });
    if (holds(statement(relation), truth) !== true) continue;
    const wrong = RELATIONS.filter((its) => holds(statement(its), truth) === false);
    if (wrong.length < CHOICES - 1) continue;
    const how = phrasing(random, 'relation', truth.split);
    const said = [relation, ...shuffled(random, wrong).slice(0, CHOICES - 1)].map((its) => say(statement(its), how));
    found.push({ relation, texts: said, kind: noveltyOf([one, other], vocabulary) });
  }
  return found;
}
