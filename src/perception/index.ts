export type { AnswersConfig } from './answers.ts';
export {
  NO_MODELS,
  type DetectorConfig,
  type EmbedderConfig,
  type ListenerConfig,
  type PerceptionConfig,
} from './config.ts';
export type { ImaginationConfig } from './imagination.ts';
export { createDetector, isDetectorAnswer, type Detections, type DetectorAnswer } from './detect.ts';
export { Embedder, isEmbeddingAnswer, type Embedded, type EmbedderCounters, type EmbeddingAnswer } from './embed.ts';
export { SPEECH_RATE, SpeechListener, type Speech, type SpeechAnswer, type SpeechCounters } from './speech.ts';
export type { PictureCounters, PictureQuestions } from './question.ts';
export {
  isHearingAnswer,
  Listener,
  windowOf,
  type HearingAnswer,
  type ListenerCounters,
  type Sounds,
} from './listen.ts';
export { alongOf, depthIn, halfDepthOf, middleIn, type Along, type BoxShares } from './boxes/place.ts';
export { suppress } from './boxes/suppress.ts';
export { boxInPicture, ImageToTensor, type ImageTensorOptions } from './image/image-to-tensor.ts';
export { pictureOf } from './image/picture.ts';
export { payloadFault, type PayloadFault } from './payload.ts';
export { LogMel, YAMNET_MEL, type LogMelOptions } from './sound/log-mel.ts';
export { canResample, Resampler } from './sound/resample.ts';
export { channelOf, monoOf } from './sound/samples.ts';
export {
  createExtractor,
  FeatureWindows,
  type Extractor,
  type FeatureWindow,
  type Sequence,
  type WindowTiming,
} from './features/index.ts';
