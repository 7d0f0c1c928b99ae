import { hashOf, meanOf, SensoriumError, type Sought } from '../../contract/index.ts';
import { createRandom, shuffled } from '../../random/index.ts';
import { ByThings } from './by-things.ts';
import { areaUnderCurve } from './roc.ts';
import { cosine, largest } from './similarity.ts';
import { percentRight, type Case, type TaskRun } from './task.ts';

/** Classes that are taught at once, and how many examples of each. */
export const TAUGHT = 5;
export const SHOTS = [1, 5] as const;
const MOST = Math.max(...SHOTS);
/** Lessons, each with other classes and examples, and things of each class that are asked about in one. */
const LESSONS = 30;
const ASKED = 6;

/** Something that is seen, as a model sees it. */
export interface Seen {
  readonly label: string;
  readonly id: string;
  /** What it is a picture of: cases of one world are no independent draws. */
  readonly world: string;
  /** What it is known by, of length 1. */
  readonly known: Float32Array;
  /** What the baseline knows it by, of length 1. */
  readonly plain: Float32Array;
  /** What the model sees there by itself, as in the daemon. */
  readonly example?: Sought;
}

interface Data {
  readonly path: string;
  readonly classes: string;
}

/**
 * Teaches classes by examples, with no weight changed: of each the mean of its examples is kept, and
 * what is asked about is of the class whose mean is nearest (prototypes, Snell et al. 2017). Things of classes that were not taught are to be
 * rejected: nothing is near them.
 * @param data where it is, and what its classes are, for errors
 * @throws SensoriumError E_USAGE where there are too few classes or examples
 */
export function taught(seen: readonly Seen[], seed: number, data: Data): TaskRun {
  const classes = [...new Set(seen.map(({ label }) => label))].sort();
  const enough = classes.filter((label) => seen.filter((its) => its.label === label).length > MOST);
  if (enough.length < TAUGHT) {
    const what = `expected ${TAUGHT} ${data.classes}, each seen ${MOST + 1} times, got ${enough.length}`;
    throw new SensoriumError('E_USAGE', what, { path: data.path });
  }
  const cases: Case[] = [];
  let plainRight = 0;
  const byThings = new ByThings();
  const margins: { readonly score: number; readonly isKnown: boolean }[] = [];
  for (let lesson = 0; lesson < LESSONS; lesson += 1) {
    const random = createRandom(hashOf(`${seed} teach ${lesson}`));
    const chosen = shuffled(random, enough).slice(0, TAUGHT);
    const drawn = chosen.map((label) =>
      shuffled(
        random,
        seen.filter((its) => its.label === label),
      ),
    );
    const asked = drawn.flatMap((all) => all.slice(MOST, MOST + ASKED));
    const strangers = shuffled(
      random,
      seen.filter(({ label }) => !chosen.includes(label)),
    ).slice(0, asked.length);
    for (const shots of SHOTS) {
      const means = drawn.map((all) => meanOf(all.slice(0, shots).map(({ known }) => known)));
      const plain = drawn.map((all) => meanOf(all.slice(0, shots).map((its) => its.plain)));
      for (const its of asked) {
        const scores = means.map((mean) => cosine(mean, its.known));
        const best = largest(scores);
        const nearestPlain = chosen[largest(plain.map((mean) => cosine(mean, its.plain)))];
        if (shots === MOST && nearestPlain === its.label) plainRight += 1;
        cases.push({
          id: `teach-${lesson}-${shots}-${its.id}`,
          kind: 'class',
          form: formOf(shots),
          truth: its.label,
          answer: chosen[best],
          score: scores[best],
          world: its.world,
        });
      }
      if (shots !== MOST) continue;
      const nearest = (one: Seen): number => Math.max(...means.map((mean) => cosine(mean, one.known)));
      margins.push(...asked.map((one) => ({ score: nearest(one), isKnown: true })));
      margins.push(...strangers.map((one) => ({ score: nearest(one), isKnown: false })));
      byThings.lesson(
        drawn.map((all) => all.slice(0, shots)),
        asked,
        strangers,
      );
    }
  }
  const baseline = (100 * plainRight) / valued(cases).length;
  const area = areaUnderCurve(
    margins,
    ({ score }) => score,
    ({ isKnown }) => isKnown,
  );
  return { cases, baseline, more: { rejection: Math.round(1000 * area) / 1000, ...byThings.figures() } };
}

/** Share of the cases of the most examples that are right, %; of all, where there are none of these. */
export function percentTaught(cases: readonly Case[]): number {
  return percentRight(valued(cases));
}

function formOf(shots: number): string {
  return shots === 1 ? '1 example' : `${shots} examples`;
}

function valued(cases: readonly Case[]): readonly Case[] {
  const most = cases.filter(({ form }) => form === formOf(MOST));
  return most.length > 0 ? most : cases;
}
