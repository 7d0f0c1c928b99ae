import type { AnswerBySenses, Answerer } from '../hub/index.ts';
import { cannotTellIn, countIn } from '../pipeline/answer/index.ts';

const CANNOT_TELL = 'cannot tell';

/** What was asked, and what of. */
export interface AskedOf {
  readonly question: string;
  readonly images: readonly string[];
  readonly sound: string | undefined;
  /** False: no sound file, or one that says nothing. */
  readonly isHeard: boolean;
  readonly model: string;
}

/** Beside the prose the answer in parts, under the names that the daemon's answers have. */
export function answerParts(
  { question, images, sound, isHeard, model }: AskedOf,
  { name, sha256, unknownIn }: Pick<Answerer, 'name' | 'sha256' | 'unknownIn'>,
  { text, confidence, missing }: AnswerBySenses,
) {
  const cannot = cannotTellIn(text);
  const count = cannot === undefined ? countIn(question, text) : undefined;
  const sight = images.map((input) => ({ sense: 'sight', state: 'well', input }));
  const state = (is: boolean): string => (is ? 'well' : 'gone');
  return {
    question,
    answer: cannot === undefined ? text : CANNOT_TELL,
    prose: text,
    ...(count === undefined ? {} : { count }),
    boxes: [],
    confidence,
    ...(cannot && { cannot_tell: missing === undefined ? cannot : { ...cannot, why: 'gone' } }),
    unknown_words: unknownIn?.(question) ?? [],
    senses: [
      ...(sight.length > 0 ? sight : [{ sense: 'sight', state: 'gone' }]),
      { sense: 'hearing', state: state(isHeard), ...(sound === undefined ? {} : { input: sound }) },
    ],
    provenance: { model, name, sha256 },
  };
}
