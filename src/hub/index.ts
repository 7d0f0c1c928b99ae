export type { Answer, AnswerEnd, Answerer, AnswerOptions } from './answerer.ts';
export { openDualEncoder, type DualEncoder } from './dual-encoder.ts';
export { openCaptioner, type Captioner } from './caption.ts';
export { openTranscriber, type SpeechOptions, type Spoken, type Transcriber } from './speech.ts';
export { hubModelsIn, type HubModel } from './list.ts';
export { PRECISIONS, referenceOf, type Precision } from './layout.ts';
export { openAnswerer } from './open-answerer.ts';
export { openVisionLanguage } from './vision-language.ts';
export { pullHubModel, type HubPullOptions, type PulledFile } from './pull.ts';
