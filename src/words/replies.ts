import type { StillThing, StillTruth } from '../contract/index.ts';
import { names, type Noun } from './nouns.ts';
import { holds, inView, isClear, type Statement } from './statements.ts';

/** Why something cannot be told: it is nowhere, it is out of view, a sense is missing. */
export type Why = 'not there' | 'out of view' | 'no sense';

/** What is to be answered; without an answer, why there is none. */
export type Reply = { readonly answer: string } | { readonly why: Why };

/** What a question is to be answered with, given the truth; `undefined` where one could argue, and it is not asked. */
export type Replier = (truth: StillTruth) => Reply | undefined;

/** Whether something is in view. */
export const ofExistence =
  (noun: Noun): Replier =>
  (truth) =>
    yesOrNo(holds({ about: 'thing', noun }, truth));

/** How many there are, if there is any. */
export const ofCount =
  (noun: Noun): Replier =>
  (truth) => {
    const found = inView(truth).filter((thing) => names(noun, thing));
    return found.length > 0 && found.every(isClear) ? { answer: String(found.length) } : undefined;
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
  (truth) => {
    for (const noun of [statement.one, statement.other]) {
      const found = referent(noun, truth);
      if (found === undefined || 'why' in found) return found;
    }
    return yesOrNo(holds(statement, truth));
  };

/** What is heard. */
export const ofSound: Replier = ({ sound }) => (sound === undefined ? { why: 'no sense' } : { answer: sound.label });

/** Where the sound comes from. */
export const ofDirection: Replier = ({ sound }) => {
  if (sound === undefined) return { why: 'no sense' };
  return sound.side === undefined ? { why: 'not there' } : { answer: sound.side };
};

/** Whether two replies say the same. */
export function isSame(a: Reply, b: Reply): boolean {
  return 'answer' in a && 'answer' in b ? a.answer === b.answer : 'why' in a && 'why' in b;
}

/** What "the red mug" means, where there is one and no more; or why it means nothing. */
function referent(noun: Noun, truth: StillTruth): StillThing | { readonly why: Why } | undefined {
  const found = inView(truth).filter((thing) => names(noun, thing));
  if (found.length === 1 && isClear(found[0])) return found[0];
  if (found.length > 0) return undefined;
  return { why: truth.things.some((thing) => names(noun, thing)) ? 'out of view' : 'not there' };
}

function yesOrNo(holding: boolean | undefined): Reply | undefined {
  return holding === undefined ? undefined : { answer: holding ? 'yes' : 'no' };
}
