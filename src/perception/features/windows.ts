import { NS_PER_MS, stampOf, type Frame, type Stamp, type StreamId } from '../../frame/index.ts';
import type { Extractor } from './extractor.ts';
import { Track, type Sequence } from './track.ts';

/** How windows are cut, ms. All but the lateness are whole multiples of a step. */
export interface WindowTiming {
  readonly stepMs: number;
  readonly windowMs: number;
  readonly hopMs: number;
  readonly latenessMs: number;
}

/** A stretch of time as all modalities saw it. */
export interface FeatureWindow {
  readonly start: Stamp;
  readonly end: Stamp;
  /** By stream, in the order in which they were configured. */
  readonly sequences: ReadonlyMap<StreamId, Sequence>;
}

/** Windows that may wait to be cut: after a longer hole in time, those in between are left out. */
const MOST_AT_ONCE = 8;

/**
 * Cuts what several streams measured into windows on a grid that begins at the session's epoch. What is in a window follows from the
 * frames alone: where one input ends and the next begins makes no difference, so that windows to learn from and windows of a running
 * daemon are the same.
 */
export class FeatureWindows {
  readonly #stepNs: number;
  readonly #steps: number;
  readonly #hop: number;
  readonly #latenessNs: number;
  readonly #tracks: ReadonlyMap<StreamId, Track>;
  /** The step after the last of the window that is cut next; NaN before the first frame. */
  #end = NaN;

  constructor({ stepMs, windowMs, hopMs, latenessMs }: WindowTiming, extractors: ReadonlyMap<StreamId, Extractor>) {
    this.#stepNs = stepMs * NS_PER_MS;
    this.#steps = Math.round(windowMs / stepMs);
    this.#hop = Math.round(hopMs / stepMs);
    this.#latenessNs = latenessMs * NS_PER_MS;
    // Steps may be closed as far ahead of a window's end as its lateness is long, and as ticks are apart.
    const capacity = this.#steps + (MOST_AT_ONCE + 1) * this.#hop + Math.ceil(latenessMs / stepMs) + 2;
    this.#tracks = new Map(
      [...extractors].map(([stream, extractor]) => [stream, new Track(extractor, this.#stepNs, capacity)]),
    );
  }

  /** Numbers in a step, by stream. */
  get dims(): ReadonlyMap<StreamId, number> {
    return new Map([...this.#tracks].map(([stream, { dims }]) => [stream, dims]));
  }

  /** Steps of a window. */
  get steps(): number {
    return this.#steps;
  }

  /** Frames that came after their step was over, by stream. */
  late(): Readonly<Record<StreamId, number>> {
    return Object.fromEntries([...this.#tracks].map(([stream, { late }]) => [stream, late]));
  }

  /** @returns whether the frame is of use */
  take(frame: Frame): boolean {
    const track = this.#tracks.get(frame.stream);
    if (track === undefined) return false;
    // A window begins with a step that was not begun already when the first frame came.
    if (Number.isNaN(this.#end)) this.#end = this.#gridAfter(frame.received / this.#stepNs + 1 + this.#steps);
    return track.take(frame);
  }

  /**
   * Time has passed.
   * @param isPresent false: the stream's part is masked
   * @param cut takes each window that is complete
   */
  tick(now: Stamp, isPresent: (stream: StreamId) => boolean, cut: (window: FeatureWindow) => void): void {
    const over = Math.floor((now - this.#latenessNs) / this.#stepNs);
    // Nothing compares with NaN: before the first frame there is nothing to cut.
    if (over - this.#end > MOST_AT_ONCE * this.#hop) this.#end = this.#gridAfter(over - MOST_AT_ONCE * this.#hop);
    for (; over >= this.#end; this.#end += this.#hop) cut(this.#windowUntil(this.#end, isPresent));
  }

  #windowUntil(end: number, isPresent: (stream: StreamId) => boolean): FeatureWindow {
    const sequences = new Map<StreamId, Sequence>();
    for (const [stream, track] of this.#tracks) {
      track.closeBefore(end);
      sequences.set(stream, track.copy(end, this.#steps, isPresent(stream)));
    }
    return { start: stampOf((end - this.#steps) * this.#stepNs), end: stampOf(end * this.#stepNs), sequences };
  }

  #gridAfter(step: number): number {
    return Math.ceil(step / this.#hop) * this.#hop;
  }
}
