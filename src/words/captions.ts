import {
  CLIP_EVENTS,
  SIDES,
  SOUNDS,
  type Side,
  type SoundName,
  type Novelty,
  type StillTruth,
  type StillVocabulary,
} from '../contract/index.ts';
import { shuffled, type Random } from '../random/index.ts';
import { changesOf, type Change } from './changes.ts';
import { MOTIONS, OWN_MOTIONS } from './motions.ts';
import { nounIs, nounOf, noveltyOf, unique, type Noun } from './nouns.ts';
import { phrasedAs, phrasing, pick, say } from './say.ts';
import {
  COMPARISONS,
  holds,
  inView,
  isClear,
  RELATIONS,
  type Group,
  type Relation,
  type Statement,
} from './statements.ts';

/** Something true about a still, and what is not although it sounds much the same. */
export interface Caption {
  readonly still: number;
  readonly about: Statement['about'];
  readonly kind: Novelty;
  readonly text: string;
  readonly negatives: readonly Negative[];
}

/** Something false about a still: a caption with one thing changed. */
export interface Negative {
  readonly text: string;
  readonly change: Change;
  readonly kind: Novelty;
}

/** Most negatives of a caption, each with another kind of change while there are such, and most captions about relations. */
const NEGATIVES = 3;
const RELATIONS_TOLD = 2;
const MOTIONS_TOLD = 2;
/** Most kinds of things in one list. */
const LISTED = 4;

/** Captions of a still, each in one of its split's phrasings, with negatives in the same one. */
export function captionsOf(truth: StillTruth, vocabulary: StillVocabulary, random: Random): Caption[] {
  const { split, still } = truth;
  return statementsOf(truth, random).map((statement) => {
    const how = phrasing(random, phrasedAs(statement), split);
    const text = say(statement, how);
    return {
      still,
      about: statement.about,
      kind: noveltyOf(nounsOf(statement), vocabulary),
      text,
      negatives: negativesOf(statement, truth, vocabulary, random, how).filter((negative) => negative.text !== text),
    };
  });
}

/** True statements: a list, one thing, a number, how things stand to one another, a comparison, a sound; of a clip, motions and events. */
function statementsOf(truth: StillTruth, random: Random): Statement[] {
  const { clip } = truth;
  // In a still a table is the stage, and no news.
  const told = clip === undefined || clip.senses.camera === 'well' ? inView(truth) : [];
  const clear = told.filter((thing) => isClear(thing) && (clip !== undefined || thing.label !== 'table'));
  const nouns = unique(clear.map(nounOf));
  const isTrue = (statement: Statement): boolean => holds(statement, truth) === true;
  const groups = nouns.map((noun): Group => ({ noun, count: clear.filter((its) => nounIs(noun, nounOf(its))).length }));
  const sure = groups.filter(({ noun, count }) => isTrue({ about: 'count', noun, count }));
  const listed = shuffled(random, sure).slice(0, LISTED);
  const pairs = nouns.flatMap((one) => nouns.filter((other) => !nounIs(one, other)).map((other) => ({ one, other })));
  const some = (all: readonly Statement[], most: number): Statement[] =>
    shuffled(random, all.filter(isTrue)).slice(0, most);
  const list: Statement = { about: 'groups', groups: listed };
  const onTable: Statement = { ...list, on: { label: 'table' } };
  const labels = unique(clear.map(({ label }): Noun => ({ label })));
  const count = (noun: Noun): Statement => ({
    about: 'count',
    noun,
    count: clear.filter((its) => its.label === noun.label).length,
  });
  const relations = pairs.flatMap((pair) =>
    RELATIONS.map((relation) => ({ about: 'relation', relation, ...pair }) as const),
  );
  // Few things stand on one another: where one does, it is told.
  const isOn = ({ relation }: { readonly relation: Relation }): boolean => relation === 'on';
  const { sound } = truth;
  return [
    ...(listed.length === 0 ? [] : [clip === undefined && isTrue(onTable) ? onTable : list]),
    ...some(
      nouns.map((noun) => ({ about: 'thing', noun })),
      1,
    ),
    ...some(
      labels.map(count).filter((its) => its.about === 'count' && its.count > 1),
      1,
    ),
    ...[
      ...some(relations.filter(isOn), 1),
      ...some(
        relations.filter((its) => !isOn(its)),
        RELATIONS_TOLD,
      ),
    ].slice(0, RELATIONS_TOLD),
    // A comparison speaks of the one and the other: there must be no third.
    ...some(
      pairs
        .filter((pair) => [pair.one, pair.other].every((noun) => isTrue({ about: 'count', noun, count: 1 })))
        .flatMap((pair) => COMPARISONS.map((by) => ({ about: 'comparison', by, ...pair }) as const))
        // Of two classes, the words alone would tell which is bigger.
        .filter(({ by, one, other }) => by !== 'bigger' || one.label === other.label),
      1,
    ),
    ...(sound === undefined ? [] : [{ about: 'sound', label: sound.label, side: sound.side } as const]),
    ...some(
      nouns.flatMap((noun) => MOTIONS.map((motion) => ({ about: 'motion', noun, motion }) as const)),
      MOTIONS_TOLD,
    ),
    ...some(
      OWN_MOTIONS.map((motion) => ({ about: 'own motion', motion }) as const),
      1,
    ),
    ...CLIP_EVENTS.map((event) => ({ about: 'event', event }) as const).filter(isTrue),
  ];
}

function negativesOf(
  statement: Statement,
  truth: StillTruth,
  vocabulary: StillVocabulary,
  random: Random,
  how: string,
): Negative[] {
  const found = new Map<Change, Negative>();
  for (const { statement: changed, change } of shuffled(
    random,
    changesOf(statement, choiceOf(truth, vocabulary, random)),
  )) {
    if (found.size === NEGATIVES) break;
    const kind = noveltyOf(nounsOf(changed), vocabulary);
    if (found.has(change) || holds(changed, truth) !== false || (truth.split === 'train' && kind !== 'seen')) continue;
    const way = phrasedAs(changed) === phrasedAs(statement) ? how : phrasing(random, phrasedAs(changed), truth.split);
    found.set(change, { text: say(changed, way), change, kind });
  }
  return [...found.values()];
}

/** Other words for one, as new as it is: else a word would tell by itself whether a caption is true. */
function choiceOf({ split, clip }: StillTruth, vocabulary: StillVocabulary, random: Random) {
  const isNew = (noun: Noun) => noveltyOf([noun], vocabulary);
  const known = (noun: Noun): boolean => split === 'test' || isNew(noun) === 'seen';
  const like = (noun: Noun, others: readonly Noun[]): Noun[] => {
    const all = others.filter((other) => known(other) && !nounIs(noun, other));
    const same = all.filter((other) => isNew(other) === isNew(noun));
    return shuffled(random, same.length > 0 ? same : all).slice(0, 6);
  };
  return {
    classes(noun: Noun): Noun[] {
      const { stands } = vocabulary.classes.find(({ label }) => label === noun.label) ?? { stands: undefined };
      const fitting = vocabulary.classes.filter(
        (its) =>
          its.label !== noun.label &&
          (clip !== undefined || its.label !== 'table') &&
          its.stands === stands &&
          (its.coloured || noun.colour === undefined),
      );
      return like(
        noun,
        fitting.map(({ label }) => ({ ...noun, label })),
      );
    },
    colours(noun: Noun): Noun[] {
      return noun.colour === undefined
        ? []
        : like(
            noun,
            vocabulary.colours.map((colour) => ({ ...noun, colour })),
          );
    },
    sound: (not: SoundName) =>
      pick(
        random,
        SOUNDS.filter((sound) => sound !== not),
      ),
    side: (not?: Side) =>
      pick(
        random,
        SIDES.filter((side) => side !== not),
      ),
  };
}

/** The nouns of a statement. */
export function nounsOf(statement: Statement): readonly Noun[] {
  switch (statement.about) {
    case 'thing':
    case 'count':
      return [statement.noun];
    case 'groups':
      return statement.groups.map(({ noun }) => noun);
    case 'relation':
    case 'comparison':
      return [statement.one, statement.other];
    case 'motion':
      return [statement.noun];
    case 'sound':
    case 'own motion':
    case 'event':
      return [];
  }
}
