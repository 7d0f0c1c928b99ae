import { CLIP_EVENTS, type Side, type SoundName } from '../contract/index.ts';
import { AGAINST, MOTIONS, OWN_MOTIONS } from './motions.ts';
import type { Noun } from './nouns.ts';
import type { Group, Relation, Statement } from './statements.ts';

/** What of a statement is changed. */
export type Change =
  'class' | 'colour' | 'count' | 'relation' | 'swap' | 'sound' | 'side' | 'opposite' | 'motion' | 'event';

/** Other words that may stand in place of one. */
export interface Choice {
  readonly classes: (noun: Noun) => readonly Noun[];
  readonly colours: (noun: Noun) => readonly Noun[];
  readonly sound: (not: SoundName) => SoundName;
  readonly side: (not?: Side) => Side;
}

/** A statement with one thing changed: it may be false, or true all the same. */
export interface Changed {
  readonly statement: Statement;
  readonly change: Change;
}

const OPPOSITES: Readonly<Record<Relation, readonly Relation[]>> = {
  left: ['right'],
  right: ['left'],
  front: ['behind'],
  behind: ['front'],
  on: ['left', 'right', 'front', 'behind'],
};
const MOST = 5;

/** Every statement that differs from one in a single attribute, or has two of its nouns swapped. */
export function changesOf(statement: Statement, choice: Choice): Changed[] {
  const nouns = (noun: Noun, put: (noun: Noun) => Statement): Changed[] => [
    ...choice.classes(noun).map((other) => ({ statement: put(other), change: 'class' as const })),
    ...choice.colours(noun).map((other) => ({ statement: put(other), change: 'colour' as const })),
  ];
  switch (statement.about) {
    case 'thing':
      return nouns(statement.noun, (noun) => ({ ...statement, noun }));
    case 'count': {
      const other = others(statement.count).filter((count) => count > 1);
      return [
        ...nouns(statement.noun, (noun) => ({ ...statement, noun })),
        ...other.map((count) => ({ statement: { ...statement, count }, change: 'count' as const })),
      ];
    }
    case 'groups':
      return groupChanges(statement, nouns);
    case 'relation': {
      const { one, other, relation } = statement;
      return [
        { statement: { ...statement, one: other, other: one }, change: 'swap' },
        ...OPPOSITES[relation].map((its) => ({
          statement: { ...statement, relation: its },
          change: 'relation' as const,
        })),
        ...nouns(one, (noun) => ({ ...statement, one: noun })),
        ...nouns(other, (noun) => ({ ...statement, other: noun })),
      ];
    }
    case 'comparison':
      return [{ statement: { ...statement, one: statement.other, other: statement.one }, change: 'swap' }];
    case 'sound': {
      const label = choice.sound(statement.label);
      const side = statement.side ?? choice.side();
      const sounds: Statement = label === 'nothing' ? { about: 'sound', label } : { about: 'sound', label, side };
      if (statement.label === 'nothing') return [{ statement: sounds, change: 'sound' }];
      return [
        { statement: sounds, change: 'sound' },
        { statement: { ...statement, side: choice.side(statement.side) }, change: 'side' },
      ];
    }
    case 'motion':
      return MOTIONS.map((motion) => ({
        statement: { ...statement, motion },
        change: motion === AGAINST[statement.motion] ? 'opposite' : 'motion',
      }));
    case 'own motion':
      return OWN_MOTIONS.map((motion) => ({ statement: { ...statement, motion }, change: 'motion' }));
    case 'event':
      return CLIP_EVENTS.map((event) => ({ statement: { ...statement, event }, change: 'event' }));
  }
}

function groupChanges(
  statement: Extract<Statement, { about: 'groups' }>,
  nouns: (noun: Noun, put: (noun: Noun) => Statement) => Changed[],
): Changed[] {
  const { groups } = statement;
  const having = (i: number, group: Group): Statement => ({
    ...statement,
    groups: groups.map((its, j) => (i === j ? group : its)),
  });
  const swapped = (i: number, j: number): Statement => {
    const [a, b] = [groups[i].noun, groups[j].noun];
    const colours = [b.colour, a.colour];
    return {
      ...statement,
      groups: groups.map((its, k) =>
        k === i || k === j ? { ...its, noun: { ...its.noun, colour: colours[k === i ? 0 : 1] } } : its,
      ),
    };
  };
  return [
    ...groups.flatMap((group, i) => nouns(group.noun, (noun) => having(i, { ...group, noun }))),
    ...groups.flatMap((group, i) =>
      others(group.count).map((count) => ({ statement: having(i, { ...group, count }), change: 'count' as const })),
    ),
    ...groups.flatMap((a, i) =>
      groups
        .map((b, j) => ({ b, j }))
        .filter(({ b, j }) => j > i && a.noun.colour !== undefined && b.noun.colour !== undefined)
        .map(({ j }) => ({ statement: swapped(i, j), change: 'swap' as const })),
    ),
  ];
}

/** Numbers beside one, from 1 on. */
function others(count: number): number[] {
  return [count - 1, count + 1].filter((other) => other > 0 && other <= MOST);
}
