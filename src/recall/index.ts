export { Best } from './best.ts';
export type { RecallConfig } from './config.ts';
export { VectorLists } from './lists.ts';
export { quantised } from './quantise.ts';
export { reembed } from './reembed.ts';
export { MemoryStore, type Encoder, type StoreOptions } from './store.ts';
export { memoryTasks, type AboutMemory } from './tasks.ts';
export { maximaOf, thresholdOf, type Similarity } from './threshold.ts';
export { createThumbnail } from './thumbnail.ts';
