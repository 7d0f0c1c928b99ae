import type { Picture } from '../contract/index.ts';
import type { Answer, Answerer, AnswerOptions } from './answerer.ts';

const SENSES = ['sight', 'hearing'] as const;
export type Sense = (typeof SENSES)[number];

/** An answer; where a sense that the question is about is missing, which one: that it cannot be told is then sure. */
export interface AnswerBySenses extends Answer {
  readonly missing?: Sense;
}

/** What the model of ours that hears says that it lacks. */
const LACKS: Readonly<Record<Sense, RegExp>> = { sight: /\bno eyes\b/, hearing: /\bno ears\b/ };

/**
 * Answers a question by the senses that there are. Whether it is about a sense that is missing is the model's word, and no rule about words: it says
 * that it has no ears, or no eyes. That the sense is missing is known, whatever the model thinks: both together are sure.
 * @throws as {@link Answerer.answer}
 */
export async function answerBySenses(
  model: Answerer,
  question: string,
  pictures: readonly Picture[],
  options: AnswerOptions = {},
): Promise<AnswerBySenses> {
  const said = await model.answer(question, pictures, options);
  if (model.hears === undefined) return said;
  const isMissing = { sight: pictures.length === 0, hearing: options.clip === undefined };
  const missing = SENSES.find((sense) => isMissing[sense] && LACKS[sense].test(said.text));
  return { ...said, ...(missing && { missing }) };
}
