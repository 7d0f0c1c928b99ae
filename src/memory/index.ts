export type { MemoryConfig } from './config.ts';
export { createPayloadPool, type PayloadPool, type PayloadPoolStatus } from './pool.ts';
