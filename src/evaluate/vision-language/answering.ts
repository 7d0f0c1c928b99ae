import { answerBySenses, type Answerer, type AnswerBySenses } from '../../hub/index.ts';
import type { StillSet } from '../../stills/index.ts';
import { answersOf, clipAnswersOf, type Form, type Question } from '../../words/index.ts';
import type { StillVocabulary } from '../../contract/index.ts';

/** What the simulated model says where it cannot tell; the first word of no answer is its first. */
const CANNOT = 'i cannot tell';
const CANNOT_BEGINS = 'i';
/** The answer that says so. */
export const CANNOT_TELL = 'cannot tell';
const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** A question that was asked, and what came of it. */
export interface Asked {
  readonly question: Question;
  readonly id: string;
  readonly said: AnswerBySenses;
  /** What it means: one of its form's answers, {@link CANNOT_TELL}, or other words. */
  readonly answer: string;
  /** How likely the answer would have begun with the words that say that it cannot be told; 1 where a sense is missing. */
  readonly doubt: number;
  /** How likely each answer of its form would have begun it. */
  readonly chances: readonly number[];
}

/** Asks every question of a set about its still: with the picture, and with the clip where the microphones say something. */
export async function* asked(
  stills: StillSet,
  model: Answerer,
  { isBlind = false }: { readonly isBlind?: boolean } = {},
): AsyncGenerator<Asked> {
  const answers = answersTo(stills.vocabulary);
  let shown: ReturnType<typeof senses> | undefined;
  let still = -1;
  for (const [i, question] of (await stills.questions()).entries()) {
    if (question.still !== still || shown === undefined) {
      still = question.still;
      shown = isBlind ? { pictures: [] } : senses(stills, still);
    }
    const words = answers[question.form].map((answer) => spoken(question.form, answer));
    const how = { ...(shown.clip && { clip: shown.clip }), isSame: true, weigh: [CANNOT_BEGINS, ...words] };
    // Without any sense it is asked as it is: the baseline wants to know what else it would say.
    const said: AnswerBySenses = isBlind
      ? await model.answer(question.text, [], how)
      : await answerBySenses(model, question.text, shown.pictures, how);
    const [doubt, ...chances] = said.weights ?? [];
    yield {
      question,
      id: `${question.form}-${question.still}-${i}`,
      said,
      answer: meant(question.form, said.text, stills.vocabulary),
      doubt: said.missing === undefined ? (doubt ?? doubtOf(said)) : 1,
      chances,
    };
  }
}

/** Of a model that does not say how it would have begun. */
function doubtOf({ text, confidence }: AnswerBySenses): number {
  return text.toLowerCase().startsWith(CANNOT) ? (confidence ?? 1) : 1 - (confidence ?? 1);
}

/** What a robot has of a still. A clip of zeros is none: the microphones say nothing. */
export function senses(stills: StillSet, still: number) {
  const clip = stills.sound(still);
  return { pictures: [stills.picture(still)], ...(clip.some((sample) => sample !== 0) && { clip }) };
}

/** Answers of each form: of stills, and of clips what only these are asked. */
export function answersTo(vocabulary: StillVocabulary) {
  return { ...clipAnswersOf(vocabulary), ...answersOf(vocabulary) };
}

/** An answer as it is said: numbers are words. */
function spoken(form: Form, answer: string): string {
  return form === 'count' ? (NUMBERS[Number(answer)] ?? answer) : answer;
}

/** What words mean as an answer of a form: one of its answers, {@link CANNOT_TELL}, or the words themselves. */
function meant(form: Form, text: string, vocabulary: StillVocabulary): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9 ]+/g, '')
    .trim();
  if (words.startsWith(CANNOT)) return CANNOT_TELL;
  return answersTo(vocabulary)[form].find((answer) => words === spoken(form, answer) || words === answer) ?? words;
}
