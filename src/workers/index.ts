export { createPool, type Pool, type PoolCounters, type PoolOptions, type WorkerProgram } from './pool.ts';
export type { FailureReason, Job, Outcome } from './protocol.ts';
export { residentBytes } from './resident.ts';
export { serve, type Running, type Tasks } from './serve.ts';
