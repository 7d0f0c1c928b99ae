export { Answering } from './answering.ts';
export type { Said } from './said.ts';
export type { SenseNow } from './senses.ts';
export { cannotTellIn, countIn } from './words.ts';
