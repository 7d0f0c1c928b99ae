import type { Detection, EffectOutcome, EffectRequest } from '../contract/index.ts';
import { NS_PER_MS, NS_PER_SECOND, type Frame, type InputNumber, type Stamp, type StreamId } from '../frame/index.ts';
import type { DetectorConfig } from './config.ts';

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

/** How a detector fares. */
export interface DetectorCounters {
  readonly asked: number;
  readonly answered: number;
  /** Pictures passed over because the one before was not answered yet. */
  readonly passedOver: number;
  /** Answers that came to nothing, by reason. */
  readonly failed: Readonly<Record<string, number>>;
}

/** What a detector answers: the output of its effect. */
export interface DetectorAnswer {
  /** Of the network, hex. */
  readonly sha256: string;
  readonly detections: readonly Detection[];
}

/** A question that is open. */
interface Open {
  readonly id: string;
  readonly frame: Frame;
  readonly at: Stamp;
}

/**
 * The stage of one detector: asks for one picture at a time, at most `hz` a second, and takes the answers. It waits for no
 * answer longer than its deadline, whatever became of it outside. Answers with numbers that are none are refused.
 */
export class Detector {
  readonly #stream: StreamId;
  readonly #config: DetectorConfig;
  readonly #request: (request: EffectRequest) => void;
  readonly #found: (detections: Detections) => void;
  #open: Open | undefined;
  #nextDue = -Infinity;
  #asked = 0;
  #answered = 0;
  #passedOver = 0;
  readonly #failed: Record<string, number> = {};

  constructor(
    stream: StreamId,
    config: DetectorConfig,
    request: (request: EffectRequest) => void,
    found: (detections: Detections) => void,
  ) {
    this.#stream = stream;
    this.#config = config;
    this.#request = request;
    this.#found = found;
  }

  /** A picture has come. @returns whether it is looked at */
  take(frame: Frame, now: Stamp): boolean {
    if (frame.measurement.kind !== 'image' || frame.stamp < this.#nextDue) return false;
    if (this.#open !== undefined) {
      this.#passedOver += 1;
      return false;
    }
    this.#nextDue = frame.stamp + NS_PER_SECOND / this.#config.hz;
    const id = `detect/${this.#stream}/${this.#config.model}/${frame.input}`;
    this.#open = { id, frame, at: now };
    this.#asked += 1;
    this.#request({ id, model: this.#config.model, at: now, task: 'detect', frame });
    return true;
  }

  /** @returns whether the answer was to a question that is open here */
  answer(id: string, outcome: EffectOutcome, now: Stamp): boolean {
    const open = this.#open;
    if (open?.id !== id) return false;
    this.#open = undefined;
    if (outcome.status === 'failed') this.#fail(outcome.reason);
    else if (!isDetectorAnswer(outcome.output)) this.#fail('not finite');
    else {
      this.#answered += 1;
      const { stamp, frameId, input } = open.frame;
      const age = (now - stamp) / NS_PER_SECOND;
      const { model } = this.#config;
      const { sha256: modelHash, detections } = outcome.output;
      this.#found({ stream: this.#stream, model, modelHash, stamp, frameId, input, age, detections });
    }
    return true;
  }

  /** Time has passed: a question that has been open for too long is given up. */
  tick(now: Stamp): void {
    if (this.#open === undefined || now - this.#open.at <= this.#config.deadlineMs * NS_PER_MS) return;
    this.#open = undefined;
    this.#fail('no answer');
  }

  counters(): DetectorCounters {
    return {
      asked: this.#asked,
      answered: this.#answered,
      passedOver: this.#passedOver,
      failed: { ...this.#failed },
    };
  }

  #fail(reason: string): void {
    this.#failed[reason] = (this.#failed[reason] ?? 0) + 1;
  }
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
