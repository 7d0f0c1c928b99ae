/** What a search has found: numbers with their products, the best first. */
export interface Match {
  readonly id: number;
  /** In the unit of the kernel: 32767² for two vectors that are the same. */
  readonly product: number;
}

/** The best so far of what is offered; of equal ones the least number, so that it does not matter in which order they come. */
export class Best {
  readonly #most: number;
  readonly #ids: Int32Array;
  readonly #products: Float64Array;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
    this.#ids = new Int32Array(most);
    this.#products = new Float64Array(most).fill(-Infinity);
  }

  /** What is worse than this is not wanted. */
  get least(): number {
    return this.#count < this.#most ? -Infinity : this.#products[this.#most - 1];
  }

  offer(id: number, product: number): void {
    let at = this.#count < this.#most ? this.#count : this.#most - 1;
    if (at === this.#count) this.#count += 1;
    else if (!isBetter(id, product, this.#ids[at], this.#products[at])) return;
    for (; at > 0 && isBetter(id, product, this.#ids[at - 1], this.#products[at - 1]); at -= 1) {
      this.#ids[at] = this.#ids[at - 1];
      this.#products[at] = this.#products[at - 1];
    }
    this.#ids[at] = id;
    this.#products[at] = product;
  }

  matches(): Match[] {
    return Array.from({ length: this.#count }, (_, i) => ({ id: this.#ids[i], product: this.#products[i] }));
  }
}

function isBetter(id: number, product: number, thanId: number, thanProduct: number): boolean {
  return product > thanProduct || (product === thanProduct && id < thanId);
}
