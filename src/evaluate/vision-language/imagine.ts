import type { GoalThing, Picture, Standing } from '../../contract/index.ts';
import type { Imaginer } from '../../hub/index.ts';
import type { ToldGoal } from '../../stills/index.ts';
import { usingGoals } from './goals.ts';
import { percentRight, type Case, type Task } from './task.ts';

/**
 * Facts of a sentence that are in the picture that is made of it: every object, its colour, and of neighbours which is to the left. A judge
 * looks for them: the network that tells what stands where, which was trained on rendered pictures alone, and which the other networks have
 * never seen. `judge`: what it finds in the rendered pictures of the same goals.
 */
export const imagine: Task = {
  description: 'facts of a sentence that are in the picture made of it: objects, colours, what is left of what',
  baseline: 'the picture of the next goal',
  run: usingGoals(async ({ set, model, progress }) => {
    const { goals } = set;
    const seen: { readonly imagined: readonly Standing[]; readonly rendered: readonly Standing[] }[] = [];
    for (const { goal, text } of goals) {
      progress(goal / goals.length, `goal ${goal}`);
      const look = (picture: Picture): ReturnType<Imaginer['arrangementIn']> => model.arrangementIn(picture);
      seen.push({ imagined: await look(await model.imagine(text, goal)), rendered: await look(set.picture(goal)) });
    }
    const cases = goals.flatMap((goal, i) => judged(goal, seen[i].imagined));
    const judge = goals.flatMap((goal, i) => judged(goal, seen[i].rendered));
    const others = goals.flatMap((goal, i) => judged(goal, seen[(i + 1) % goals.length].imagined));
    const share = (some: readonly Case[]): number => Math.round(100 * percentRight(some)) / 100;
    const only = (kind: Case['kind']): Case[] => judge.filter((its) => its.kind === kind);
    const more = {
      judge: share(judge),
      'judge, seen': share(only('seen')),
      'judge, combination': share(only('combination')),
    };
    return { cases, baseline: percentRight(others), more };
  }),
};

/** Every fact of a goal, and whether it is found. */
function judged({ goal, things }: ToldGoal, found: readonly Standing[]): Case[] {
  const of = ({ label, colour }: GoalThing): Standing | undefined =>
    found.find((its) => its.label === label && its.colour === colour) ?? found.find((its) => its.label === label);
  const told = (form: string, kind: Case['kind'], what: string, isThere: boolean, score: number): Case => ({
    id: `imagine-${goal}-${form}-${what}`,
    kind,
    form,
    truth: 'true',
    answer: String(isThere),
    score,
    world: String(goal),
  });
  return things.flatMap((thing, i) => {
    const its = of(thing);
    const score = its?.score ?? 0;
    const facts = [
      told('object', thing.kind, thing.label, its !== undefined, score),
      told('colour', thing.kind, `${thing.colour} ${thing.label}`, its?.colour === thing.colour, score),
    ];
    if (i + 1 === things.length) return facts;
    const next = things[i + 1];
    const other = of(next);
    const kind = thing.kind === 'combination' ? thing.kind : next.kind;
    const isLeft = its !== undefined && other !== undefined && its.place[1] > other.place[1];
    const both = Math.min(score, other?.score ?? 0);
    return [...facts, told('relation', kind, `${thing.label} left of ${next.label}`, isLeft, both)];
  });
}
