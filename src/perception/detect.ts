import type { Detection, EffectRequest } from '../contract/index.ts';
import { NS_PER_SECOND, type InputNumber, type Stamp, type StreamId } from '../frame/index.ts';
import type { DetectorConfig } from './config.ts';
import { PictureQuestions, type PictureQuestion } from './question.ts';

/** What a detector found in one picture. */
export interface Detections {
  readonly stream: StreamId;
  readonly model: string;
  /** SHA-256 of the network, hex. */
  readonly modelHash: string;
  /** The picture's time of validity, its coordinate frame and its number. */
  readonly stamp: Stamp;
  readonly frameId: string;
  readonly input: InputNumber;
  /** s from the picture's stamp to the answer. */
  readonly age: number;
  readonly detections: readonly Detection[];
}

/** What a detector answers: the output of its effect. */
export interface DetectorAnswer {
  /** Of the network, hex. */
  readonly sha256: string;
  readonly detections: readonly Detection[];
}

/** The stage of one detector: {@link PictureQuestions} about what is in a picture. */
export function createDetector(
  stream: StreamId,
  config: DetectorConfig,
  ask: (request: EffectRequest) => void,
  found: (detections: Detections) => void,
): PictureQuestions<DetectorAnswer> {
  const { model, words, least } = config;
  // What a model was made for it finds without being told.
  const wanted = words.length === 0 ? {} : { words, least };
  const question: PictureQuestion<DetectorAnswer> = {
    request: (frame, at) => ({
      id: `detect/${stream}/${model}/${frame.input}`,
      model,
      at,
      task: 'detect',
      frame,
      ...wanted,
    }),
    isAnswer: isDetectorAnswer,
    told({ sha256: modelHash, detections }, { stamp, frameId, input }, now) {
      const age = (now - stamp) / NS_PER_SECOND;
      found({ stream, model, modelHash, stamp, frameId, input, age, detections });
    },
  };
  return new PictureQuestions(config, question, ask);
}

/** Whether this is an answer, and all its numbers are. */
export function isDetectorAnswer(output: unknown): output is DetectorAnswer {
  const { sha256, detections } = (output ?? {}) as Partial<DetectorAnswer>;
  return typeof sha256 === 'string' && Array.isArray(detections) && detections.every(isDetection);
}

function isDetection(one: Partial<Detection> | null): boolean {
  if (typeof one?.label !== 'string' || !Number.isFinite(one.score)) return false;
  return Array.isArray(one.box) && one.box.length === 4 && one.box.every(Number.isFinite);
}
