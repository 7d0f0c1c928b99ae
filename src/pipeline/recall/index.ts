export type { Answer, FoundThing } from './found.ts';
export { Recollection, type RecollectionCounters, type ReplyTo } from './recollection.ts';
export type { Sighting } from './watches.ts';
export { Whereabouts } from './whereabouts.ts';
