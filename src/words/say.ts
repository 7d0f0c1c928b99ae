import type { ClipEventName, Side, SoundName, StillSplit } from '../contract/index.ts';
import { below, type Random } from '../random/index.ts';
import type { Motion, OwnMotion } from './motions.ts';
import { counted, definite, indefinite, plural, numberWord } from './nouns.ts';
import { isParaphrased, paraphrase } from './paraphrases.ts';
import { fill, phrasingsOf, type Phrased } from './phrasings.ts';
import type { Relation, Statement } from './statements.ts';

export const RELATION_WORDS: Readonly<Record<Relation, string>> = {
  left: 'to the left of',
  right: 'to the right of',
  front: 'in front of',
  behind: 'behind',
  on: 'on',
};
export const SOUND_WORDS: Readonly<Record<Exclude<SoundName, 'nothing'>, string>> = {
  voice: 'a voice',
  music: 'music',
  footsteps: 'footsteps',
  door: 'a sliding door',
  metal: 'metal that falls',
  ceramic: 'ceramic that falls',
  wood: 'wood that falls',
};
export const SIDE_WORDS: Readonly<Record<Side, string>> = {
  front: 'ahead',
  left: 'on the left',
  behind: 'from behind',
  right: 'on the right',
};

/** How a thing moves, as a verb: plain, and of the third person. */
export const MOTION_WORDS: Readonly<Record<Motion, readonly [string, string]>> = {
  nearer: ['come nearer', 'comes nearer'],
  away: ['go away', 'goes away'],
  left: ['move to the left', 'moves to the left'],
  right: ['move to the right', 'moves to the right'],
  still: ['stay in place', 'stays in place'],
};
export const OWN_WORDS: Readonly<Record<OwnMotion, string>> = {
  forward: 'drive',
  'turn left': 'turn to the left',
  'turn right': 'turn to the right',
  still: 'stand still',
};
export const EVENT_WORDS: Readonly<Record<ClipEventName, string>> = {
  approach: 'someone approaches you',
  collision: 'someone runs into you',
  door: 'a door slides',
  'dropped object': 'something falls to the floor',
};

/** One of a list. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[below(random, list.length)];
}

/** Of so many phrasings of the train split one is of the list, the others of the grammar. */
const LISTED = 4;
/** So often another one is drawn where the grammar's holds one that is kept out. */
const TRIES = 5;

/** One of a split's ways of saying something; in the train split mostly one of many more, none of which holds one of the test split's. */
export function phrasing(random: Random, what: Phrased, split: StillSplit): string {
  const listed = pick(random, phrasingsOf(what, split));
  if (split === 'test' || !isParaphrased(what) || below(random, LISTED) === 0) return listed;
  const kept = phrasingsOf(what, 'test').map(bare);
  for (let i = 0; i < TRIES; i += 1) {
    const other = paraphrase(random, what);
    if (!kept.some((its) => bare(other).includes(its))) return other;
  }
  return listed;
}

/** Words and gaps of a phrasing, without what is between them. */
function bare(text: string): string {
  return ` ${text.match(/[a-z{}]+/g)?.join(' ') ?? ''} `;
}

/** Which list of phrasings a statement has. */
export function phrasedAs(statement: Statement): Phrased {
  if (statement.about === 'comparison') return statement.by;
  if (statement.about === 'sound' && statement.label === 'nothing') return 'silence';
  return statement.about;
}

/** A statement in the words of a phrasing. */
export function say(statement: Statement, how: string): string {
  switch (statement.about) {
    case 'thing':
      return fill(how, { one: indefinite(statement.noun) });
    case 'count':
      return fill(how, { many: `${numberWord(statement.count)} ${plural(statement.noun)}` });
    case 'groups': {
      const list = statement.groups.map(({ noun, count }) => counted(noun, count));
      const last = list.pop() ?? '';
      const all = list.length === 0 ? last : `${list.join(', ')} and ${last}`;
      return fill(how, { list: statement.on === undefined ? all : `${all} on ${indefinite(statement.on)}` });
    }
    case 'relation': {
      const { one, other, relation } = statement;
      return fill(how, { one: indefinite(one), other: indefinite(other), relation: RELATION_WORDS[relation] });
    }
    case 'comparison':
      return fill(how, { one: definite(statement.one), other: definite(statement.other) });
    case 'sound': {
      const { label, side } = statement;
      if (label === 'nothing') return how;
      if (side === undefined) return fill(how.replace(' {side}', ''), { sound: SOUND_WORDS[label] });
      return fill(how, { sound: SOUND_WORDS[label], side: SIDE_WORDS[side] });
    }
    case 'motion':
      return fill(how, { one: indefinite(statement.noun), motion: MOTION_WORDS[statement.motion][1] });
    case 'own motion':
      return fill(how, { motion: OWN_WORDS[statement.motion] });
    case 'event':
      return fill(how, { event: EVENT_WORDS[statement.event] });
  }
}
