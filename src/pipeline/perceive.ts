import type { EffectOutcome, EffectRequest } from '../contract/index.ts';
import type { Frame, Stamp, StreamId } from '../frame/index.ts';
import {
  Detector,
  Listener,
  type Detections,
  type DetectorCounters,
  type ListenerCounters,
  type PerceptionConfig,
  type Sounds,
} from '../perception/index.ts';

/** A stage over one stream, as its counters are told. */
interface Told<Counters> {
  readonly stream: StreamId;
  readonly model: string;
  readonly counters: () => Counters;
}

/** The perception stage: the detectors and the listeners, and which stream feeds each. */
export interface Perception {
  readonly detectors: readonly Told<DetectorCounters>[];
  readonly listeners: readonly Told<ListenerCounters>[];
  /** Hands a frame to the models of its stream. @returns whether it is looked at or listened to */
  take(frame: Frame, now: Stamp): boolean;
  /** What became of work that was asked for. */
  answer(id: string, outcome: EffectOutcome, now: Stamp): void;
  tick(now: Stamp): void;
  /** Answers that nobody waited for (any more). */
  readonly orphans: () => number;
}

/** Who is told what the models found. */
export interface Findings {
  readonly detections: (found: Detections) => void;
  readonly sounds: (heard: Sounds) => void;
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
      new Detector(stream, its, ask, findings.detections),
    ]),
  );
  const listeners = new Map(
    Object.entries(config.sounds).map(([stream, its]) => [stream, new Listener(stream, its, ask, findings.sounds)]),
  );
  const stages = [...detectors.values(), ...listeners.values()];
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
    take: (frame, now) => (detectors.get(frame.stream) ?? listeners.get(frame.stream))?.take(frame, now) ?? false,
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
