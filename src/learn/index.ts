export { ablateHead, type AblationReport } from './ablation/ablate.ts';
export {
  CLASS_TITLES,
  SCORE_TITLES,
  ablationInMarkdown,
  cellsOf,
  classCells,
  judgedInWords,
} from './ablation/markdown.ts';
export { ablationPicture } from './ablation/picture.ts';
export { buildAvDigits, DIFFICULTY } from './build/av-digits/build.ts';
export { quantiseFile } from './onnx/quantise-file.ts';
export { readDataset } from './dataset/read.ts';
export { writeDataset } from './dataset/write.ts';
export { evaluateAllHeads, type AllEvaluated } from './evaluate/all-heads.ts';
export { evaluateHead, type Evaluated, type EvaluationProgress, type EvaluationRequest } from './evaluate/evaluate.ts';
export { predictionLines } from './evaluate/decisions.ts';
export { parseFold, parseProtocol } from './evaluate/protocol.ts';
export type { Windows } from './evaluate/samples.ts';
export { ARCHITECTURES, type Architecture, type ArchitectureKind } from './head/description.ts';
export { architectureWith } from './head/sizes.ts';
export { TRAINING, type TrainingOptions } from './train/options.ts';
export {
  evaluatePretraining,
  type FewLabels,
  type PretrainingEvaluation,
  type WayFigures,
} from './pretrain/evaluate.ts';
export { encodersFiles } from './pretrain/file.ts';
export { pretrainOnDataset } from './pretrain/pretrain-dataset.ts';
export { EMBEDDING, PRETRAINING } from './pretrain/pretrain.ts';
export type { Recalls } from './pretrain/recall.ts';
export { reportInMarkdown, reportPictures } from './report.ts';
export { trainOnDataset } from './train-dataset.ts';
