export type { Hashes, PipelineConfig } from './config.ts';
export { Ledger, type StreamAccount } from './ledger.ts';
export type { StreamCondition, StreamHealth, StreamIncident } from './monitor.ts';
export { resolveMounts, type ResolvedMounts, type StaticMount } from './mounts.ts';
export { createPipeline, type Pipeline, type PipelineOptions, type Witness } from './pipeline.ts';
export type { PoseError } from './reference.ts';
export type { PipelineReport, SetReport, StreamReport } from './report.ts';
export { schema as sheddingSchema, mayBeShed, type SheddingConfig } from './shedding/config.ts';
export { createSequencer, type Sequencer } from './sequencer.ts';
