export { buildDataset, type BuildReport, type LabelSource, type Recording } from './build.ts';
export { readIntervals } from './intervals.ts';
