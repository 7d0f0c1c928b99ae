import type { Frame, InputNumber } from '../../frame/index.ts';
import { momentOf } from './create.ts';
import type { Extractor } from './extractor.ts';

/** One modality's part of a window. */
export interface Sequence {
  /** [steps, dims], row by row; zeros where masked. */
  readonly values: Float32Array;
  /** [steps]: 1 = something was measured. */
  readonly mask: Float32Array;
  /** The first and the last input that it is made of, and how many; none where nothing came. */
  readonly inputs: { readonly first: InputNumber; readonly last: InputNumber; readonly count: number } | undefined;
}

/** The last steps of one stream: a ring, filled step by step. Steps are numbered from the session's epoch on. */
export class Track {
  readonly dims: number;
  readonly #extractor: Extractor;
  readonly #stepNs: number;
  readonly #capacity: number;
  readonly #values: Float32Array;
  readonly #mask: Uint8Array;
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  readonly #counts: Uint32Array;
  /** The step that is being filled; NaN before there is one. */
  #open = NaN;
  /** Steps repeated since the last one in which something was measured. */
  #repeated = 0;
  #late = 0;

  /** @param capacity steps that are kept: those of a window, and those that may be closed before it is taken */
  constructor(extractor: Extractor, stepNs: number, capacity: number) {
    this.dims = extractor.names.length;
    this.#extractor = extractor;
    this.#stepNs = stepNs;
    this.#capacity = capacity;
    this.#values = new Float32Array(capacity * this.dims);
    this.#mask = new Uint8Array(capacity);
    this.#first = new Float64Array(capacity);
    this.#last = new Float64Array(capacity);
    this.#counts = new Uint32Array(capacity);
  }

  /** Frames of steps that were over already. */
  get late(): number {
    return this.#late;
  }

  /** @returns false for one that came too late */
  take(frame: Frame): boolean {
    const step = Math.floor(momentOf(frame) / this.#stepNs);
    if (step < this.#open) {
      this.#late += 1;
      return false;
    }
    this.closeBefore(step);
    const slot = this.#slotOf(step);
    if (this.#counts[slot] === 0) this.#first[slot] = frame.input;
    this.#last[slot] = frame.input;
    this.#counts[slot] += 1;
    this.#extractor.take(frame.measurement);
    return true;
  }

  /** Ends all steps before this one. */
  closeBefore(step: number): void {
    if (Number.isNaN(this.#open) || step - this.#open > this.#capacity) this.#begin(step);
    while (this.#open < step) this.#close();
  }

  /**
   * Copies steps that are closed.
   * @param end the step after the last one
   * @param isPresent false: as if nothing had been measured
   */
  copy(end: number, steps: number, isPresent: boolean): Sequence {
    const { dims } = this;
    const values = new Float32Array(steps * dims);
    const mask = new Float32Array(steps);
    let [first, last, count] = [Infinity, 0, 0];
    for (let i = 0; isPresent && i < steps; i += 1) {
      const slot = this.#slotOf(end - steps + i);
      if (this.#mask[slot] === 0) continue;
      mask[i] = 1;
      values.set(this.#values.subarray(slot * dims, (slot + 1) * dims), i * dims);
      if (this.#counts[slot] === 0) continue;
      first = Math.min(first, this.#first[slot]);
      last = Math.max(last, this.#last[slot]);
      count += this.#counts[slot];
    }
    const inputs = count === 0 ? undefined : { first: first as InputNumber, last: last as InputNumber, count };
    return { values, mask, inputs };
  }

  /** There is nothing before this step. */
  #begin(step: number): void {
    this.#extractor.reset();
    this.#mask.fill(0);
    this.#counts.fill(0);
    this.#repeated = Infinity;
    this.#open = step;
  }

  #close(): void {
    const { dims } = this;
    const slot = this.#slotOf(this.#open);
    const at = slot * dims;
    let isKnown = this.#extractor.write(this.#values, at);
    if (isKnown) this.#repeated = 0;
    else if (this.#repeated < this.#extractor.held) {
      const before = this.#slotOf(this.#open - 1) * dims;
      this.#values.copyWithin(at, before, before + dims);
      this.#repeated += 1;
      isKnown = true;
    }
    this.#mask[slot] = isKnown ? 1 : 0;
    this.#open += 1;
    this.#counts[this.#slotOf(this.#open)] = 0;
  }

  #slotOf(step: number): number {
    return ((step % this.#capacity) + this.#capacity) % this.#capacity;
  }
}
