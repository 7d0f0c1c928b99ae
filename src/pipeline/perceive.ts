import type { EffectOutcome, EffectRequest } from '../contract/index.ts';
import type { Frame, Stamp, StreamId } from '../frame/index.ts';
import { Detector, type Detections, type DetectorCounters, type PerceptionConfig } from '../perception/index.ts';

/** The perception stage: the detectors, and which stream feeds each. */
export interface Perception {
  readonly detectors: readonly {
    readonly stream: StreamId;
    readonly model: string;
    readonly counters: () => DetectorCounters;
  }[];
  /** Hands a frame to the detector of its stream. @returns whether it is looked at */
  take(frame: Frame, now: Stamp): boolean;
  /** What became of work that was asked for. */
  answer(id: string, outcome: EffectOutcome, now: Stamp): void;
  tick(now: Stamp): void;
  /** Answers that nobody waited for (any more). */
  readonly orphans: () => number;
}

/** Makes the stage. Without anyone who takes requests, answers come from a log. */
export function createPerception(
  config: PerceptionConfig,
  request: ((request: EffectRequest) => void) | undefined,
  found: (detections: Detections) => void,
): Perception {
  const detectors = new Map<StreamId, Detector>(
    Object.entries(config.detectors).map(([stream, its]) => [
      stream,
      new Detector(stream, its, request ?? (() => undefined), found),
    ]),
  );
  let orphans = 0;
  return {
    detectors: [...detectors].map(([stream, detector]) => ({
      stream,
      model: config.detectors[stream].model,
      counters: () => detector.counters(),
    })),
    take: (frame, now) => detectors.get(frame.stream)?.take(frame, now) ?? false,
    answer(id, outcome, now) {
      for (const detector of detectors.values()) if (detector.answer(id, outcome, now)) return;
      orphans += 1;
    },
    tick(now) {
      for (const detector of detectors.values()) detector.tick(now);
    },
    orphans: () => orphans,
  };
}
