export { captionsOf, type Caption, type Negative } from './captions.ts';
export { answersOf, clipAnswersOf, FORMS, type Question } from './candidates.ts';
export { clipQuestionsOf } from './clip-questions.ts';
export { CLIP_PHRASED, PHRASED, phrasingsOf, type Phrased } from './phrasings.ts';
export { questionsOf } from './questions.ts';
export { isClear } from './statements.ts';
