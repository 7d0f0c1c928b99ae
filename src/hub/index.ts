export { openDualEncoder, type DualEncoder, type DualEncoderOptions, type Look } from './dual-encoder.ts';
export { hubModelsIn, type HubModel } from './list.ts';
export { PRECISIONS, referenceOf, type Precision } from './layout.ts';
export { pullHubModel, type HubPullOptions, type PulledFile } from './pull.ts';
export { openSenses, type Senses } from './senses.ts';
