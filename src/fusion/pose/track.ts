import { NS_PER_SECOND, type Stamp } from '../../frame/index.ts';

/** Points are kept this far apart, s, and so many of them: six seconds. */
const SPACING = 0.1;
const CAPACITY = 64;
/** Over a longer hole nothing is joined, s. */
const LONGEST_HOLE = 1.5;

/**
 * What one source tells of one quantity, as a curve over the last seconds: an angle (x alone) or a place in a plane. Only its
 * differences count. Points are kept every {@link SPACING}, so that any rate takes the same room; nothing is allocated.
 */
export class Track {
  readonly #times = new Float64Array(CAPACITY);
  readonly #x = new Float64Array(CAPACITY);
  readonly #y = new Float64Array(CAPACITY);
  #count = 0;
  #last = -Infinity;
  #lastX = 0;
  #lastY = 0;
  /** Velocity of what is summed up, as it was last told. */
  #rateX = 0;
  #rateY = 0;

  /** When it was last told, ns. */
  get last(): number {
    return this.#last;
  }

  get x(): number {
    return this.#lastX;
  }

  /** It is there. What does not come after the point before is left out. */
  point(at: Stamp, x: number, y = 0): void {
    if (!(at > this.#last)) return;
    if (at - this.#last > LONGEST_HOLE * NS_PER_SECOND) this.#count = 0;
    this.#last = at;
    this.#lastX = x;
    this.#lastY = y;
    const newest = this.#times[(this.#count - 1) % CAPACITY];
    if (this.#count > 0 && at - newest < SPACING * NS_PER_SECOND) return;
    const place = this.#count % CAPACITY;
    this.#times[place] = at;
    this.#x[place] = x;
    this.#y[place] = y;
    this.#count += 1;
  }

  /** It has moved on by so much. */
  step(at: Stamp, dx: number, dy = 0): void {
    this.point(at, this.#lastX + dx, this.#lastY + dy);
  }

  /** It moves so fast: summed up by the mean of the two ends. */
  rate(at: Stamp, x: number, y = 0): void {
    const dt = this.#last === -Infinity ? 0 : (at - this.#last) / NS_PER_SECOND;
    if (dt < 0) return;
    this.step(at, (dt * (this.#rateX + x)) / 2, (dt * (this.#rateY + y)) / 2);
    this.#rateX = x;
    this.#rateY = y;
  }

  /** How far it has come between two times, ns: a signed angle or a chord's length; NaN where it was not told. */
  between(from: number, to: number, isAngle: boolean): number {
    const dx = this.#at(this.#x, this.#lastX, to) - this.#at(this.#x, this.#lastX, from);
    if (isAngle) return dx;
    return Math.hypot(dx, this.#at(this.#y, this.#lastY, to) - this.#at(this.#y, this.#lastY, from));
  }

  #at(values: Float64Array, newest: number, time: number): number {
    const oldest = Math.max(0, this.#count - CAPACITY);
    let [after, value] = [this.#last, newest];
    if (!(time <= after)) return NaN;
    for (let i = this.#count - 1; i >= oldest; i -= 1) {
      const before = this.#times[i % CAPACITY];
      if (before <= time) {
        const share = after > before ? (time - before) / (after - before) : 0;
        return values[i % CAPACITY] + share * (value - values[i % CAPACITY]);
      }
      [after, value] = [before, values[i % CAPACITY]];
    }
    return NaN;
  }
}
