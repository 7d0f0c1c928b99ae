import {
  type ClipEventName,
  LEAST_SHARE,
  LEAST_VISIBLE,
  type Side,
  type SoundName,
  type StillThing,
  type StillTruth,
} from '../contract/index.ts';
import { happened, moves, movesSelf, type Motion, type OwnMotion } from './motions.ts';
import { counted, names, nounIs, nounOf, unique, type Noun } from './nouns.ts';

/** How one thing stands to another, as the robot sees it. */
export const RELATIONS = ['left', 'right', 'front', 'behind', 'on'] as const;
export type Relation = (typeof RELATIONS)[number];
export const COMPARISONS = ['bigger', 'nearer'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Something that can be said about a still, or about a clip: the last three. */
export type Statement =
  | { readonly about: 'thing'; readonly noun: Noun }
  | { readonly about: 'count'; readonly noun: Noun; readonly count: number }
  | { readonly about: 'groups'; readonly groups: readonly Group[]; readonly on?: Noun }
  | { readonly about: 'relation'; readonly relation: Relation; readonly one: Noun; readonly other: Noun }
  | { readonly about: 'comparison'; readonly by: Comparison; readonly one: Noun; readonly other: Noun }
  | { readonly about: 'sound'; readonly label: SoundName; readonly side?: Side }
  | { readonly about: 'motion'; readonly noun: Noun; readonly motion: Motion }
  | { readonly about: 'own motion'; readonly motion: OwnMotion }
  | { readonly about: 'event'; readonly event: ClipEventName };

/** So many of one kind. */
export interface Group {
  readonly noun: Noun;
  readonly count: number;
}

/** Less than that far apart nobody calls one thing beside or before another, shares of the picture's width and m. */
const ASIDE_PIXELS = 12;
const BEFORE = 0.15;
/** From what ratio of sizes and what difference of distances (m) on one is bigger or nearer. */
const BIGGER = 1.25;
const NEARER = 0.2;

/** What is to be seen of a still, be it little. */
export function inView({ things }: StillTruth): StillThing[] {
  return things.filter(({ box }) => box !== undefined);
}

/** Whether a thing counts as seen: enough of the picture, and enough of it not hidden. */
export function isClear({ box, share, visible }: StillThing): boolean {
  return box !== undefined && share >= LEAST_SHARE && visible >= LEAST_VISIBLE;
}

/** Of a still's kinds of things those that a text tells of, in the number that there is: what a true list says. */
export function groupsTold(text: string, truth: StillTruth): Group[] {
  const clear = inView(truth).filter(isClear);
  return unique(clear.map(nounOf))
    .map((noun): Group => ({ noun, count: clear.filter((its) => nounIs(noun, nounOf(its))).length }))
    .filter(({ noun, count }) => new RegExp(`(^|[^a-z])${counted(noun, count)}([^a-z]|$)`).test(text));
}

/** Whether a statement is true; `undefined` where one could argue about it: something is half hidden, tiny, or hardly aside. */
export function holds(statement: Statement, truth: StillTruth): boolean | undefined {
  const view = inView(truth);
  const named = (noun: Noun): StillThing[] => view.filter((thing) => names(noun, thing));
  switch (statement.about) {
    case 'thing': {
      const found = named(statement.noun);
      return found.some(isClear) ? true : found.length > 0 ? undefined : false;
    }
    case 'count': {
      const found = named(statement.noun);
      return found.every(isClear) ? found.length === statement.count : undefined;
    }
    case 'groups': {
      const { groups, on } = statement;
      const stands = (noun: Noun): boolean | undefined =>
        on === undefined
          ? true
          : named(noun).every((thing) => names(on, view.find(({ id }) => id === thing.on) ?? NONE));
      return allOf(groups.flatMap(({ noun, count }) => [holds({ about: 'count', noun, count }, truth), stands(noun)]));
    }
    case 'relation':
      return anyPair(named(statement.one), named(statement.other), (p, q) => relates(statement.relation, p, q));
    case 'comparison':
      return anyPair(named(statement.one), named(statement.other), (p, q) => compares(statement.by, p, q));
    case 'sound':
      return sounds(statement, truth);
    case 'motion': {
      const { motion, noun } = statement;
      return anyOf(named(noun).map((thing) => (isClear(thing) ? moves(motion, thing, truth.clip) : undefined)));
    }
    case 'own motion':
      return movesSelf(statement.motion, truth.clip);
    case 'event':
      return happened(statement.event, truth.clip);
  }
}

const NONE = { label: '' } as StillThing;

/** Whether something is heard; in a clip one sound may drown another, of which one could argue. */
function sounds({ label, side }: Extract<Statement, { about: 'sound' }>, { sound, clip }: StillTruth) {
  if (sound === undefined) return undefined;
  if (sound.label !== label) return clip?.sounds.some((one) => one.label === label) === true ? undefined : false;
  if (side === undefined) return true;
  return sound.side === undefined ? undefined : sound.side === side;
}

function allOf(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

function anyPair(
  ones: readonly StillThing[],
  others: readonly StillThing[],
  test: (p: StillThing, q: StillThing) => boolean | undefined,
): boolean | undefined {
  const answers = ones.flatMap((p) =>
    others.filter((q) => q !== p).map((q) => (isClear(p) && isClear(q) ? test(p, q) : undefined)),
  );
  return anyOf(answers);
}

function anyOf(answers: readonly (boolean | undefined)[]): boolean | undefined {
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

function relates(relation: Relation, p: StillThing, q: StillThing): boolean | undefined {
  if (relation === 'on') return p.on === q.id;
  // What stands on the other, or bears it, is neither beside nor before it.
  if (p.on === q.id || q.on === p.id) return undefined;
  const [aside, before] = [middleOf(q) - middleOf(p), q.relative[0] - p.relative[0]];
  switch (relation) {
    case 'left':
      return beyond(aside, ASIDE_PIXELS);
    case 'right':
      return beyond(-aside, ASIDE_PIXELS);
    case 'front':
      return beyond(before, BEFORE);
    case 'behind':
      return beyond(-before, BEFORE);
  }
}

function compares(by: Comparison, p: StillThing, q: StillThing): boolean | undefined {
  if (by === 'bigger') return beyond(Math.log(volumeOf(p) / volumeOf(q)) / 3, Math.log(BIGGER));
  return beyond(Math.hypot(q.relative[0], q.relative[1]) - Math.hypot(p.relative[0], p.relative[1]), NEARER);
}

/** The thing that is nearer than all others by so much that nobody would argue. */
export function clearlyNearer(things: readonly StillThing[]): StillThing | undefined {
  return things.find(
    (one) => things.length > 1 && things.every((other) => one === other || compares('nearer', one, other)),
  );
}

/** Clearly more than nothing, clearly less, or in between. */
function beyond(value: number, margin: number): boolean | undefined {
  return value >= margin ? true : value <= -margin ? false : undefined;
}

function middleOf({ box }: StillThing): number {
  return box === undefined ? NaN : (box[0] + box[2]) / 2;
}

function volumeOf({ size: [width, depth, height] }: StillThing): number {
  return width * depth * height;
}
