/** Mean, spread and extremes of numbers as they come. */
export class Moments {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #least = Infinity;
  #most = -Infinity;

  /** One more (Welford 1962: no cancellation where the mean is large). */
  add(value: number): void {
    this.#count += 1;
    const off = value - this.#mean;
    this.#mean += off / this.#count;
    this.#squares += off * (value - this.#mean);
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
  }

  get count(): number {
    return this.#count;
  }

  /** 0 without numbers, as are the others. */
  get mean(): number {
    return this.#mean;
  }

  /** Standard deviation. */
  get spread(): number {
    return this.#count === 0 ? 0 : Math.sqrt(Math.max(0, this.#squares / this.#count));
  }

  get most(): number {
    return this.#count === 0 ? 0 : this.#most;
  }

  get least(): number {
    return this.#count === 0 ? 0 : this.#least;
  }

  clear(): void {
    this.#count = 0;
    this.#mean = 0;
    this.#squares = 0;
    this.#least = Infinity;
    this.#most = -Infinity;
  }
}
