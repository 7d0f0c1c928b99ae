export { evaluateHead, type Evaluation, type EvaluationProgress, type EvaluationRequest } from './evaluate/evaluate.ts';
export { predictionLines } from './evaluate/decisions.ts';
export { parseProtocol } from './evaluate/protocol.ts';
export type { Windows } from './evaluate/samples.ts';
export { ARCHITECTURES, type Architecture, type ArchitectureKind } from './head/description.ts';
export { TRAINING, type TrainingOptions } from './train/options.ts';
export { reportInMarkdown } from './report.ts';
export { trainOnDataset } from './train-dataset.ts';
