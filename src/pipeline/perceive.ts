import type { EffectOutcome, EffectRequest } from '../contract/index.ts';
import type { Frame, Stamp, StreamId } from '../frame/index.ts';
import {
  createDetector,
  Embedder,
  Listener,
  SpeechListener,
  type Detections,
  type Embedded,
  type EmbedderCounters,
  type ListenerCounters,
  type PerceptionConfig,
  type PictureCounters,
  type Sounds,
  type Speech,
  type SpeechCounters,
} from '../perception/index.ts';

/** A stage over one stream, as its counters are told. */
interface Told<Counters> {
  readonly stream: StreamId;
  readonly model: string;
  readonly counters: () => Counters;
}

/** The perception stage: the detectors and the listeners, and which stream feeds each. */
export interface Perception {
  readonly detectors: readonly Told<PictureCounters>[];
  readonly listeners: readonly Told<ListenerCounters>[];
  readonly embedders: readonly Told<EmbedderCounters>[];
  /** Unset where nothing is written down. */
  readonly speech: Told<SpeechCounters> | undefined;
  /** Hands a frame to the models of its stream. @returns whether it is looked at or listened to */
  take(frame: Frame, now: Stamp): boolean;
  /** Hands a picture to the encoder of its stream. @returns whether it is looked at */
  embed(frame: Frame, now: Stamp): boolean;
  /** What became of work that was asked for, here or by nobody. */
  answer(id: string, outcome: EffectOutcome, now: Stamp): void;
  tick(now: Stamp): void;
  /** Answers that nobody waited for (any more). */
  readonly orphans: () => number;
}

/** Who is told what the models found. */
export interface Findings {
  readonly detections: (found: Detections) => void;
  readonly sounds: (heard: Sounds) => void;
  readonly speech: (said: Speech) => void;
  readonly embedded: (embedded: Embedded, now: Stamp) => void;
}

/** Makes the stage. Without anyone who takes requests, answers come from a log. */
export function createPerception(
  config: PerceptionConfig,
  request: ((request: EffectRequest) => void) | undefined,
  findings: Findings,
): Perception {
  const ask = request ?? (() => undefined);
  const detectors = new Map(
    Object.entries(config.detectors).map(([stream, its]) => [
      stream,
      createDetector(stream, its, ask, findings.detections),
    ]),
  );
  const listeners = new Map(
    Object.entries(config.sounds).map(([stream, its]) => [stream, new Listener(stream, its, ask, findings.sounds)]),
  );
  const embedders = new Map(
    Object.entries(config.embeddings).map(([stream, its]) => [
      stream,
      new Embedder(stream, its, ask, findings.embedded),
    ]),
  );
  const { model, microphones } = config.speech;
  const speech =
    model === undefined || microphones === undefined
      ? undefined
      : {
          stream: microphones,
          model,
          its: new SpeechListener({ ...config.speech, model, microphones }, ask, findings.speech),
        };
  const stages = [
    ...detectors.values(),
    ...listeners.values(),
    ...embedders.values(),
    ...(speech === undefined ? [] : [speech.its]),
  ];
  let orphans = 0;
  return {
    detectors: [...detectors].map(([stream, detector]) => ({
      stream,
      model: config.detectors[stream].model,
      counters: () => detector.counters(),
    })),
    listeners: [...listeners].map(([stream, listener]) => ({
      stream,
      model: config.sounds[stream].model,
      counters: () => listener.counters(),
    })),
    embedders: [...embedders].map(([stream, embedder]) => ({
      stream,
      model: config.embeddings[stream].model,
      counters: () => embedder.counters(),
    })),
    speech: speech && { stream: speech.stream, model: speech.model, counters: () => speech.its.counters() },
    embed: (frame, at) => embedders.get(frame.stream)?.take(frame, at) ?? false,
    take(frame, now) {
      const { stream } = frame;
      const isWrittenDown = speech?.stream === stream && speech.its.take(frame, now);
      return ((detectors.get(stream) ?? listeners.get(stream))?.take(frame, now) ?? false) || isWrittenDown;
    },
    answer(id, outcome, now) {
      for (const stage of stages) if (stage.answer(id, outcome, now)) return;
      orphans += 1;
    },
    tick(now) {
      for (const stage of stages) stage.tick(now);
    },
    orphans: () => orphans,
  };
}
