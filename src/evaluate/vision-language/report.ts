import { NOVELTIES, type Novelty } from '../../contract/index.ts';
import { below, createRandom } from '../../random/index.ts';
import { rounded } from './rounded.ts';
import { percentRight, type Case, type Task, type TaskRun } from './task.ts';

/** Figures of a task. `null`: no case is of that kind. */
export interface Report {
  readonly task: string;
  readonly value: number;
  readonly baseline: number;
  /** Interval of 95 %: bootstrap over worlds. */
  readonly low: number;
  readonly high: number;
  readonly cases: number;
  readonly byKind: Readonly<Record<Novelty, number | null>>;
  readonly byForm: Readonly<Record<string, number>>;
  /** Other figures of this task. */
  readonly [more: string]: unknown;
}

const RESAMPLES = 1000;

/** The figures of a run: over all cases, by kind and by form. */
export function reportOf(name: string, { measure = percentRight }: Task, { cases, baseline, more }: TaskRun): Report {
  const worlds = [...grouped(cases, ({ world }) => world).values()];
  const random = createRandom(1);
  const drawn = Array.from({ length: RESAMPLES }, () =>
    measure(worlds.flatMap(() => worlds[below(random, worlds.length)])),
  ).sort((a, b) => a - b);
  const kinds = grouped(cases, ({ kind }) => kind);
  const figure = (some: readonly Case[] | undefined): number | null =>
    some === undefined ? null : rounded(measure(some));
  return {
    task: name,
    value: rounded(measure(cases)),
    baseline: rounded(baseline),
    low: rounded(drawn[Math.floor(0.025 * RESAMPLES)]),
    high: rounded(drawn[Math.ceil(0.975 * RESAMPLES) - 1]),
    cases: cases.length,
    byKind: Object.fromEntries(NOVELTIES.map((kind) => [kind, figure(kinds.get(kind))])) as Report['byKind'],
    byForm: Object.fromEntries(
      [...grouped(cases, ({ form }) => form)].map(([form, some]) => [form, rounded(measure(some))]),
    ),
    ...more,
  };
}

function grouped<T>(all: readonly T[], by: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(by(one));
    if (group === undefined) groups.set(by(one), [one]);
    else group.push(one);
  }
  return groups;
}
