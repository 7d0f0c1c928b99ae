export { captionsOf, type Caption, type Negative } from './captions.ts';
export { descriptionOf, factsIn } from './description.ts';
export { PHRASED, phrasingsOf } from './phrasings.ts';
export { answersOf, FORMS, questionsOf, type Form, type Question } from './questions.ts';
