import type { StillThing, StillTruth } from '../contract/index.ts';
import { names, type Noun } from './nouns.ts';
import { holds, inView, isClear, type Statement } from './statements.ts';

/** Why something cannot be told: it is nowhere, it is out of view; a sense is missing, shows the same all the time, lets nothing through. */
export type Why = 'not there' | 'out of view' | 'no sense' | 'frozen' | 'muffled';

/** What is to be answered; without an answer, why there is none. */
export type Reply = { readonly answer: string } | { readonly why: Why };

/** What a question is to be answered with, given the truth; `undefined` where one could argue, and it is not asked. */
export type Replier = (truth: StillTruth) => Reply | undefined;

/** Whether something is in view. */
export const ofExistence =
  (noun: Noun): Replier =>
  (truth) =>
    blind(truth) ?? yesOrNo(holds({ about: 'thing', noun }, truth));

/** How many there are, if there is any. */
export const ofCount =
  (noun: Noun): Replier =>
  (truth) => {
    const found = inView(truth).filter((thing) => names(noun, thing));
    const told = found.length > 0 && found.every(isClear);
    return blind(truth) ?? (told ? { answer: String(found.length) } : undefined);
  };

/** The colour of the only one. */
export const ofColour =
  (label: string): Replier =>
  (truth) => {
    const found = referent({ label }, truth);
    if (found === undefined || 'why' in found) return found;
    return found.colour === undefined ? undefined : { answer: found.colour };
  };

/** Whether something is so that is said of the one and the other. */
export const ofBoth =
  (statement: Extract<Statement, { about: 'relation' | 'comparison' }>): Replier =>
  (truth) =>
    presumed([statement.one, statement.other], statement, truth);

/** Whether the one that is meant moves so. */
export const ofMotion =
  (statement: Extract<Statement, { about: 'motion' }>): Replier =>
  (truth) =>
    presumed([statement.noun], statement, truth);

/** Whether the robot moves so, which it feels, or something happens. */
export const ofHappening =
  (statement: Extract<Statement, { about: 'own motion' | 'event' }>): Replier =>
  (truth) =>
    yesOrNo(holds(statement, truth));

/** What is heard. */
export const ofSound: Replier = (truth) => (truth.sound === undefined ? deaf(truth) : { answer: truth.sound.label });

/** Where the sound comes from. */
export const ofDirection: Replier = (truth) => {
  const { sound } = truth;
  if (sound === undefined) return deaf(truth);
  if (sound.side !== undefined) return { answer: sound.side };
  return sound.label === 'nothing' ? { why: 'not there' } : undefined;
};

/** Why nothing can be told of what is seen, if so. */
function blind({ clip }: StillTruth): Reply | undefined {
  const camera = clip?.senses.camera ?? 'well';
  return camera === 'well' ? undefined : { why: camera === 'gone' ? 'no sense' : camera };
}

/** Why nothing can be told of what sounds: `undefined` where several sounds drown one another. */
function deaf({ clip }: StillTruth): Reply | undefined {
  const microphones = clip?.senses.microphones ?? 'gone';
  if (microphones === 'well') return undefined;
  return { why: microphones === 'gone' ? 'no sense' : microphones };
}

/** Whether something is so that is said of the very ones that are meant. */
function presumed(nouns: readonly Noun[], statement: Statement, truth: StillTruth): Reply | undefined {
  for (const noun of nouns) {
    const found = referent(noun, truth);
    if (found === undefined || 'why' in found) return found;
  }
  return yesOrNo(holds(statement, truth));
}

/** Whether two replies say the same. */
export function isSame(a: Reply, b: Reply): boolean {
  return 'answer' in a && 'answer' in b ? a.answer === b.answer : 'why' in a && 'why' in b;
}

/** What "the red mug" means, where there is one and no more; or why it means nothing. */
function referent(noun: Noun, truth: StillTruth): StillThing | { readonly why: Why } | undefined {
  const why = blind(truth);
  if (why !== undefined && 'why' in why) return why;
  const found = inView(truth).filter((thing) => names(noun, thing));
  if (found.length === 1 && isClear(found[0])) return found[0];
  if (found.length > 0) return undefined;
  return { why: truth.things.some((thing) => names(noun, thing)) ? 'out of view' : 'not there' };
}

function yesOrNo(holding: boolean | undefined): Reply | undefined {
  return holding === undefined ? undefined : { answer: holding ? 'yes' : 'no' };
}
