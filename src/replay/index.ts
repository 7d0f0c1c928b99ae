export { createComparison, type Comparison, type TopicDifference } from './diff.ts';
export { createPace, type Pace } from './pace.ts';
export { droppedOf, resultOf, type ReplayResult } from './result.ts';
export { runThrough, type Entry, type RunOptions } from './run.ts';
