export { DROP_REASONS, type DropCode, type DropReason } from './aligner.ts';
export { POLICIES, type AlignConfig, type PartConfig, type PartHow, type PolicyName } from './config.ts';
export { interpolate } from './interpolate.ts';
export { lastToArrive } from './set.ts';
export { alignedStreams, createAlignment, type Alignment } from './create.ts';
export { foresee, type Foresight } from './foresee.ts';
