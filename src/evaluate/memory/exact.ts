import { Best } from '../../recall/index.ts';

/** Finds the nearest of all vectors, in single precision: what a memory's answers are compared with. */
export class ExactSearch {
  readonly #queries: readonly Float32Array[];
  readonly #best: readonly Best[];

  constructor(queries: readonly Float32Array[], count: number) {
    this.#queries = queries;
    this.#best = queries.map(() => new Best(count));
  }

  add(id: number, vector: Float32Array): void {
    this.#queries.forEach((query, i) => {
      let sum = 0;
      for (let n = 0; n < query.length; n += 1) sum += query[n] * vector[n];
      this.#best[i].offer(id, sum);
    });
  }

  /** Numbers of the nearest, by query. */
  nearest(): readonly (readonly number[])[] {
    return this.#best.map((best) => best.matches().map(({ id }) => id));
  }
}
