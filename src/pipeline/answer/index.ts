export { Answering } from './answering.ts';
export type { Said } from './said.ts';
export type { SenseNow } from './senses.ts';
