export type { Answer } from './found.ts';
export type { Lesson } from './lessons.ts';
export { Recollection } from './recollection.ts';
export type { Sighting } from './watches.ts';
export { Whereabouts } from './whereabouts.ts';
