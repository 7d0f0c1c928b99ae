import type { Picture } from '../contract/index.ts';
import type { Answer, Answerer, AnswerOptions } from './answerer.ts';

export const SENSES = ['sight', 'hearing'] as const;
export type Sense = (typeof SENSES)[number];

/** An answer; where a sense that the question is about is missing, which one: that it cannot be told is then sure. */
export interface AnswerBySenses extends Answer {
  readonly missing?: Sense;
}

/** What the model of ours that hears says that it lacks where it is given nothing at all. */
const LACKS: Readonly<Record<Sense, RegExp>> = { sight: /\bno eyes\b/, hearing: /\bno ears\b/ };

/**
 * Answers a question by the senses that there are. A model that sees and hears, and is to do without one of both, is first asked without
 * either: it says which one it lacks, so that what is seen cannot be taken for an answer about a sound. Whether the question is
 * about the missing sense is the model's word, and no rule about words; that the sense is missing is known.
 * @throws as {@link Answerer.answer}
 */
export async function answerBySenses(
  model: Answerer,
  question: string,
  pictures: readonly Picture[],
  options: AnswerOptions = {},
): Promise<AnswerBySenses> {
  const missing = missingOf(pictures, options);
  if (model.hears !== undefined && missing.length > 0) {
    const { clip: _, onToken, ...others } = options;
    const bare = await model.answer(question, [], others);
    const lacked = missing.find((sense) => LACKS[sense].test(bare.text));
    if (lacked !== undefined) {
      onToken?.(bare.text);
      return { ...bare, missing: lacked };
    }
  }
  return model.answer(question, pictures, options);
}

function missingOf(pictures: readonly Picture[], { clip }: AnswerOptions): Sense[] {
  return SENSES.filter((sense) => (sense === 'sight' ? pictures.length === 0 : clip === undefined));
}
