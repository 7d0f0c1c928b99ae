export { schema as memorySchema, type MemoryConfig } from './config.ts';
export { createPayloadPool, type PayloadPool, type PayloadPoolStatus } from './pool.ts';
