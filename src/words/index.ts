export { captionsOf, nounsOf, type Caption, type Negative } from './captions.ts';
export { descriptionOf, factsIn, isSameFact } from './description.ts';
export { nounIs, nounOf, noveltyOf, unique } from './nouns.ts';
export { PHRASED, phrasingsOf } from './phrasings.ts';
export { answersOf, FORMS, questionsOf, type Form, type Question } from './questions.ts';
export { phrasing, say } from './say.ts';
export { groupsTold, holds, inView, isClear, RELATIONS, type Relation, type Statement } from './statements.ts';
