export { createExtractor, FEATURE_KINDS } from './create.ts';
export type { Extractor } from './extractor.ts';
export type { Sequence } from './track.ts';
export { FeatureWindows, type FeatureWindow, type WindowTiming } from './windows.ts';
