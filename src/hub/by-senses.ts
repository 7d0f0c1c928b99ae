import { missingFor, type Picture, type Sense } from '../contract/index.ts';
import type { Answer, Answerer, AnswerOptions } from './answerer.ts';

/** An answer; where a sense that the question is about is missing, which one: that it cannot be told is then sure. */
export interface AnswerBySenses extends Answer {
  readonly missing?: Sense;
}

/**
 * Answers a question by the senses that there are ({@link missingFor}). Where its words are about missing ones alone, the model is not asked. Pictures that are black
 * all over show nothing: sight is missing. Hearing is missing for who hears and has no clip, feeling for who has nothing of an IMU. Who cannot hear at all is asked by its pictures, whatever the words: that somebody listens is something to see.
 * @throws as {@link Answerer.answer}
 */
export async function answerBySenses(
  model: Answerer,
  question: string,
  pictures: readonly Picture[],
  options: AnswerOptions = {},
): Promise<AnswerBySenses> {
  const isSeen = pictures.some(({ data }) => data.some((level) => level !== 0));
  const isHeard = model.hears === undefined ? isSeen : options.clip !== undefined;
  const senses = { sight: isSeen, hearing: isHeard, feeling: options.felt !== undefined };
  const isThere = (sense: Sense): boolean => senses[sense];
  const missing = missingFor(question, isThere);
  if (missing !== undefined) {
    const text = `I cannot tell: there is no ${missing}`;
    return { text, tokens: 0, promptTokens: null, ended: 'end', confidence: 1, missing };
  }
  const said = await model.answer(question, pictures, options);
  const lacks = missingFor(question, isThere, said.text);
  return { ...said, ...(lacks && { missing: lacks }) };
}
