import { answerBySenses, soundFor, type Answerer, type AnswerBySenses } from '../../hub/index.ts';
import type { StillSet } from '../../stills/index.ts';
import { answersOf, clipAnswersOf, type Form, type Question } from '../../words/index.ts';

/** What the simulated model says where it cannot tell; the first word of no answer is its first. */
const CANNOT = 'i cannot tell';
const CANNOT_BEGINS = 'i';
/** The answer that says so. */
export const CANNOT_TELL = 'cannot tell';
const MICROPHONES = 4;
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

/** Asks every question of a set about its still or clip, with what the senses gave of it that the model takes. */
export async function* asked(
  stills: StillSet,
  model: Answerer,
  { isBlind = false }: { readonly isBlind?: boolean } = {},
): AsyncGenerator<Asked> {
  const answers = answersTo(stills);
  let shown: ReturnType<typeof senses> | undefined;
  let still = -1;
  for (const [i, question] of (await stills.questions()).entries()) {
    if (question.still !== still || shown === undefined) {
      still = question.still;
      shown = isBlind ? { pictures: [] } : senses(stills, still, model);
    }
    const words = answers[question.form].map((answer) => spoken(question.form, answer));
    const { pictures, ...others } = shown;
    const how = { ...others, isSame: true, weigh: [CANNOT_BEGINS, ...words] };
    // Without any sense it is asked as it is: the baseline wants to know what else it would say.
    const said: AnswerBySenses = isBlind
      ? await model.answer(question.text, [], how)
      : await answerBySenses(model, question.text, pictures, how);
    const [doubt, ...chances] = said.weights ?? [];
    yield {
      question,
      id: `${stills.isClips ? 'clip-' : ''}${question.form}-${question.still}-${i}`,
      said,
      answer: meant(answers, question.form, said.text),
      doubt: said.missing === undefined ? (doubt ?? doubtOf(said)) : 1,
      chances,
    };
  }
}

/** Of a model that does not say how it would have begun. */
function doubtOf({ text, confidence }: AnswerBySenses): number {
  return text.toLowerCase().startsWith(CANNOT) ? (confidence ?? 1) : 1 - (confidence ?? 1);
}

/**
 * What a robot has of a still, or of the end of a clip. A sound of zeros is none: the microphones say nothing.
 * @param model what it takes: of a clip all pictures and what the IMU felt, and so much of the sound; unset: the last picture and all the sound
 */
export function senses(stills: StillSet, still: number, model?: Pick<Answerer, 'hears' | 'sees' | 'feels'>) {
  const sound = stills.sound(still);
  const clip = soundFor(model ?? {}, { channels: MICROPHONES, data: sound });
  const felt = model?.feels === true ? stills.felt(still) : undefined;
  return {
    pictures: [...(model?.sees === undefined ? [] : stills.before(still)), stills.picture(still)],
    ...(clip.some((sample) => sample !== 0) && { clip }),
    ...(felt && { felt }),
  };
}

/** Answers of each form; to a set of stills nobody puts those of clips alone. */
export function answersTo({ isClips, vocabulary }: StillSet): ReturnType<typeof clipAnswersOf> {
  return isClips ? clipAnswersOf(vocabulary) : { ...clipAnswersOf(vocabulary), ...answersOf(vocabulary) };
}

/** An answer as it is said: numbers are words. */
function spoken(form: Form, answer: string): string {
  return form === 'count' ? (NUMBERS[Number(answer)] ?? answer) : answer;
}

/** What words mean as an answer of a form: one of its answers, {@link CANNOT_TELL}, or the words themselves. */
function meant(answers: ReturnType<typeof answersTo>, form: Form, text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9 ]+/g, '')
    .trim();
  if (words.startsWith(CANNOT)) return CANNOT_TELL;
  return answers[form].find((answer) => words === spoken(form, answer) || words === answer) ?? words;
}
