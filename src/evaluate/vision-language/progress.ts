import type { Picture } from '../../contract/index.ts';
import { nearnessOf } from '../../hub/index.ts';
import { usingGoals } from './goals.ts';
import { rankCorrelation } from './rank.ts';
import type { Case, Task } from './task.ts';

const [RENDERED, IMAGINED, ALONE] = ['rendered', 'imagined', 'picture alone'];

/**
 * How near a view is to a goal: rank correlation (Spearman) of the metres that the model says remain with those that do, over all states
 * of all goals. The goal is a rendered picture, or a sentence of which one is imagined, as `progress` takes it; and what is seen in the imagined picture alone. The value is that of
 * rendered ones.
 */
export const progress: Task = {
  description: 'the remaining way to a goal, by the present view and a picture of the goal, rendered or imagined',
  baseline: 'the mean difference of pixels, goals rendered',
  unit: '',
  measure: (cases) => correlationOf(valued(cases)),
  run: usingGoals(async ({ set, model, progress: tell }) => {
    const cases: Case[] = [];
    const pixels: number[] = [];
    for (const { goal, kind, text, states } of set.goals) {
      tell(goal / set.goals.length, `goal ${goal}`);
      const rendered = set.picture(goal);
      const goals = {
        [RENDERED]: await model.arrangementIn(rendered),
        [IMAGINED]: await model.arrangementOf(text, goal),
        [ALONE]: await model.arrangementIn(await model.imagine(text, goal)),
      };
      for (const [i, view] of set.states(goal).entries()) {
        const there = await model.arrangementIn(view);
        pixels.push(differenceOf(rendered, view));
        for (const [form, wanted] of Object.entries(goals)) {
          const { remaining, nearness } = nearnessOf(wanted, there);
          cases.push({
            id: `progress-${form}-${goal}-${i}`,
            kind,
            form,
            truth: String(states[i].remaining),
            answer: String(remaining),
            score: nearness,
            world: String(goal),
          });
        }
      }
    }
    const truths = valued(cases).map(({ truth }) => Number(truth));
    const more = Object.fromEntries(
      [RENDERED, IMAGINED, ALONE].map((form) => [
        `within a series, ${form}`,
        withinSeries(cases.filter((its) => its.form === form)),
      ]),
    );
    return { cases, baseline: rankCorrelation(truths, pixels), more };
  }),
};

function correlationOf(cases: readonly Case[]): number {
  return rankCorrelation(
    cases.map(({ truth }) => Number(truth)),
    cases.map(({ answer }) => Number(answer)),
  );
}

/** Those of rendered goals; all, where there are none of these. */
function valued(cases: readonly Case[]): readonly Case[] {
  const rendered = cases.filter(({ form }) => form === RENDERED);
  return rendered.length > 0 ? rendered : cases;
}

/** Mean of the correlations of each goal's states. */
function withinSeries(cases: readonly Case[]): number {
  const worlds = [...new Set(cases.map(({ world }) => world))];
  const all = worlds.map((world) => correlationOf(cases.filter((its) => its.world === world)));
  return Math.round((1000 * all.reduce((sum, its) => sum + its, 0)) / all.length) / 1000;
}

/** Mean difference of the levels of two pictures of one size. */
function differenceOf(a: Picture, b: Picture): number {
  return a.data.reduce((sum, level, i) => sum + Math.abs(level - b.data[i]), 0) / a.data.length;
}
