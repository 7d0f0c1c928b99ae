export { createComparison, type Comparison, type TopicDifference } from './diff.ts';
export { createPace, type Pace } from './pace.ts';
export {
  configOfLog,
  mappingsOf,
  pipelineOf,
  prepareLog,
  prepareStreams,
  sessionHeaderOf,
  type Preparation,
} from './prepare.ts';
export { createRerun, type Agreement, type Rerun } from './rerun.ts';
export { droppedOf, type ReplayResult } from './result.ts';
export { runThrough, type Entry, type RunOptions } from './run.ts';
