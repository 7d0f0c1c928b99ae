export { answersOf, clipAnswersOf, FORMS, type Form, type Question } from './candidates.ts';
export { captionsOf, nounsOf, type Caption, type Negative } from './captions.ts';
export { clipQuestionsOf } from './clip-questions.ts';
export { descriptionOf, factsIn, isSameFact } from './description.ts';
export { nounIs, nounOf, noveltyOf, unique } from './nouns.ts';
export { CLIP_PHRASED, PHRASED, phrasingsOf, type Phrased } from './phrasings.ts';
export { questionsOf } from './questions.ts';
export { phrasing, say } from './say.ts';
export { groupsTold, holds, inView, isClear, RELATIONS, type Relation, type Statement } from './statements.ts';
