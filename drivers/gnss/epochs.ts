/** A part of what a receiver says of one moment. */
export interface EpochPart {
  /** Which part of it. */
  readonly kind: string;
  /** Which moment, as the receiver names it; `undefined` where it knows no time. */
  readonly moment: number | bigint | undefined;
}

/** A part that did not come for so many epochs in a row is waited for no more. */
const PATIENCE = 16;

/**
 * Gathers what a receiver says of one moment in several messages. An epoch is over as soon as every part has come that came of
 * late; else when another moment begins, or {@link close} is called since nothing more comes. What comes of a moment that is
 * over already is left out, and waited for the next time.
 */
export class Epochs<Part extends EpochPart> {
  readonly #over: (parts: ReadonlyMap<string, Part>) => void;
  #parts = new Map<string, Part>();
  #moment: EpochPart['moment'];
  #lastMoment: EpochPart['moment'];
  /** Parts that are waited for, and epochs since each came. */
  readonly #expected = new Map<string, number>();

  constructor(over: (parts: ReadonlyMap<string, Part>) => void) {
    this.#over = over;
  }

  add(part: Part): void {
    const { kind, moment } = part;
    const isNext = moment !== this.#moment || (moment === undefined && this.#parts.has(kind));
    if (this.#parts.size > 0 && isNext) this.close();
    if (this.#parts.size === 0 && moment !== undefined && moment === this.#lastMoment) {
      this.#expected.set(kind, 0);
      return;
    }
    this.#moment = moment;
    this.#parts.set(kind, part);
    if (this.#expected.size > 0 && [...this.#expected.keys()].every((one) => this.#parts.has(one))) this.close();
  }

  /** The moment is over. */
  close(): void {
    if (this.#parts.size === 0) return;
    const parts = this.#parts;
    this.#parts = new Map();
    this.#lastMoment = this.#moment;
    for (const [kind, missed] of this.#expected) {
      if (missed >= PATIENCE) this.#expected.delete(kind);
      else this.#expected.set(kind, missed + 1);
    }
    for (const kind of parts.keys()) this.#expected.set(kind, 0);
    this.#over(parts);
  }
}
