export { Answering } from './answering.ts';
export { Senses, type Look } from './senses.ts';
export { cannotTellIn, countIn, hindered } from './words.ts';
