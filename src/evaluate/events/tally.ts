import type { Measurement } from '../../frame/index.ts';

/** Measures a kind of measurement within a window. */
export interface Meter<M extends Measurement = Measurement> {
  saw(measurement: M): void;
  /** Its numbers over what was seen since the last look, by name; NaN: nothing to tell by. */
  take(): Readonly<Record<string, number>>;
}

/** A measurement of one kind. */
export type KindOf<Kind extends Measurement['kind']> = Extract<Measurement, { kind: Kind }>;

/** Every so manieth pixel of a picture is looked at, across and down. */
export const PIXEL_STEP = 8;

/** Largest and mean of what was told within a window. */
export class Tally {
  #count = 0;
  #sum = 0;
  #most = -Infinity;
  #least = Infinity;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#count += 1;
    this.#sum += value;
    if (value > this.#most) this.#most = value;
    if (value < this.#least) this.#least = value;
  }

  /** Mean, largest and smallest; NaN when nothing was told. Begins anew. */
  take(): { readonly mean: number; readonly most: number; readonly least: number } {
    const none = this.#count === 0;
    const taken = {
      mean: none ? NaN : this.#sum / this.#count,
      most: none ? NaN : this.#most,
      least: none ? NaN : this.#least,
    };
    this.#count = 0;
    this.#sum = 0;
    this.#most = -Infinity;
    this.#least = Infinity;
    return taken;
  }
}
