export { measureMemory, type MemoryFigures, type MemoryQuery } from './measure.ts';
export { viewsOf } from './views.ts';
