import { Best, type Match } from './best.ts';
import { createKernel } from './kernel.ts';
import { createBlocks, Rows, type Blocks } from './rows.ts';

/** Vectors of a list, above which it is split in two. */
const LONGEST = 1024;
/** Vectors that a search looks at, at least: up to so many it is exact. */
const LOOKED_AT = 65_536;
/** Greatest product, and lists at the most: their product is within what a number holds exactly. */
const MOST_PRODUCT = 2 ** 30;
const MOST_LISTS = 2 ** 21;
/** Rounds in which the two halves of a list are found. */
const ROUNDS = 5;

/** Where the vectors are kept, to be put there again: centroids one after another, and the list of each vector by its number. */
export interface Placement {
  readonly centroids: Int16Array;
  readonly lists: Int32Array;
}

/**
 * An inverted file of vectors (Sivic and Zisserman 2003; Jégou, Douze and Schmid 2011): each lies in the list whose centroid is
 * nearest, and a search looks at the lists whose centroids fit best until it has seen {@link LOOKED_AT}. A list that grows too long is
 * split (SPFresh, Xu et al. 2023): there is no training, and nothing is ever built anew. Everything follows from the order of what is added and removed.
 * A vector is removed in fact, not marked.
 */
export class VectorLists {
  readonly #dims: number;
  readonly #blocks: Blocks;
  readonly #lists: Rows[] = [];
  readonly #centroids: Rows;
  /** Half of the square of each centroid's length, in the unit of products. */
  readonly #halves: number[] = [];
  /** By number: its list, -1 for none, and its place in that. */
  #listOf = new Int32Array(1024).fill(-1);
  #placeOf = new Int32Array(1024);
  #count = 0;

  /** @param dims numbers of a vector */
  constructor(dims: number) {
    this.#dims = dims;
    this.#blocks = createBlocks(createKernel(), dims);
    this.#centroids = new Rows(this.#blocks, dims);
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#blocks.size() + 2 * this.#listOf.byteLength;
  }

  has(id: number): boolean {
    return id < this.#listOf.length && this.#listOf[id] >= 0;
  }

  /** The product with each of some vectors that are there. */
  productsOf(query: Int16Array, ids: readonly number[]): Int32Array {
    this.#blocks.ask(query);
    return Int32Array.from(ids, (id) => this.#lists[this.#listOf[id]].product(this.#placeOf[id]));
  }

  /** @param vector of length 32767 or less; it is copied */
  add(id: number, vector: Int16Array): void {
    const list = this.#lists.length === 0 ? this.#found(vector) : this.#nearest(vector);
    this.#put(id, vector, list);
    if (this.#lists[list].count > LONGEST) this.#split(list);
  }

  remove(id: number): void {
    const list = this.#listOf[id];
    const place = this.#placeOf[id];
    const moved = this.#lists[list].remove(place);
    if (moved !== undefined) this.#placeOf[moved] = place;
    this.#listOf[id] = -1;
    this.#count -= 1;
  }

  /** Removes vectors, and what their lists' centroids tell of them. */
  erase(ids: readonly number[]): void {
    const touched = new Set(ids.map((id) => this.#listOf[id]));
    for (const id of ids) this.remove(id);
    for (const list of touched)
      this.#center(
        list,
        this.#meanOf(this.#lists[list], () => true),
      );
  }

  /**
   * The vectors with the greatest products.
   * @param isWanted leaves vectors out; then all are looked at, since those wanted may lie anywhere
   */
  search(query: Int16Array, count: number, isWanted?: (id: number) => boolean): Match[] {
    const best = new Best(count);
    let left = isWanted === undefined ? LOOKED_AT : Infinity;
    const order = this.#count <= left ? this.#lists.keys() : this.#ranked(query);
    this.#blocks.ask(query);
    for (const list of order) {
      const rows = this.#lists[list];
      rows.products((products, from, its) => {
        for (let i = 0; i < its; i += 1) {
          if (products[i] < best.least) continue;
          const id = rows.id(from + i);
          if (isWanted === undefined || isWanted(id)) best.offer(id, products[i]);
        }
      });
      left -= rows.count;
      if (left <= 0) break;
    }
    return best.matches();
  }

  /** Tells the product with every vector, in no order that means anything. */
  products(query: Int16Array, each: (id: number, product: number) => void): void {
    this.#blocks.ask(query);
    for (const rows of this.#lists) {
      rows.products((products, from, count) => {
        for (let i = 0; i < count; i += 1) each(rows.id(from + i), products[i]);
      });
    }
  }

  placement(): Placement {
    const centroids = new Int16Array(this.#lists.length * this.#dims);
    this.#lists.forEach((_, list) => centroids.set(this.#centroids.vector(list), list * this.#dims));
    return { centroids, lists: this.#listOf };
  }

  /** Takes the lists of a placement up; to be called before anything is added. */
  begin({ centroids }: Pick<Placement, 'centroids'>): void {
    for (let at = 0; at < centroids.length; at += this.#dims) this.#found(centroids.subarray(at, at + this.#dims));
  }

  /** Adds a vector to the list that a placement has it in. */
  place(id: number, vector: Int16Array, list: number): void {
    if (list < this.#lists.length && this.#lists[list].count < LONGEST) this.#put(id, vector, list);
    else this.add(id, vector);
  }

  #put(id: number, vector: Int16Array, list: number): void {
    if (id >= this.#listOf.length) this.#widen(id);
    this.#listOf[id] = list;
    this.#placeOf[id] = this.#lists[list].append(id, vector);
    this.#count += 1;
  }

  #widen(id: number): void {
    const length = Math.max(id + 1, Math.ceil(this.#listOf.length * 1.25));
    const [lists, places] = [new Int32Array(length).fill(-1), new Int32Array(length)];
    lists.set(this.#listOf);
    places.set(this.#placeOf);
    [this.#listOf, this.#placeOf] = [lists, places];
  }

  /** Begins a list. */
  #found(centroid: Int16Array): number {
    const list = this.#lists.length;
    this.#lists.push(new Rows(this.#blocks, this.#dims));
    this.#centroids.append(list, centroid);
    this.#halves.push(halfSquareOf(centroid));
    return list;
  }

  #center(list: number, centroid: Int16Array): void {
    this.#centroids.vector(list).set(centroid);
    this.#halves[list] = halfSquareOf(centroid);
  }

  /** The list whose centroid is nearest: where product - square / 2 is greatest. */
  #nearest(vector: Int16Array): number {
    let [nearest, greatest] = [0, -Infinity];
    this.#blocks.ask(vector);
    this.#centroids.products((products, from, count) => {
      for (let i = 0; i < count; i += 1) {
        const fit = products[i] - this.#halves[from + i];
        if (fit > greatest) [nearest, greatest] = [from + i, fit];
      }
    });
    return nearest;
  }

  /** Lists by the product of their centroids, that is the mean product of their vectors: the greatest first. */
  #ranked(query: Int16Array): Float64Array {
    // Product and list in one number, which sorts without a function that compares: ten times as quick.
    const keys = new Float64Array(this.#lists.length);
    this.#blocks.ask(query);
    this.#centroids.products((products, from, count) => {
      for (let i = 0; i < count; i += 1) keys[from + i] = (MOST_PRODUCT - products[i]) * MOST_LISTS + from + i;
    });
    return keys.sort().map((key) => key % MOST_LISTS);
  }

  /** Splits a list in two by 2-means (Lloyd 1982), which begin at the two vectors that are farthest from the middle and from one another. */
  #split(list: number): void {
    const rows = this.#lists[list];
    const first = this.#farthest(rows, this.#centroids.vector(list).slice());
    let pair = [first, this.#farthest(rows, first)];
    let isSecond = new Uint8Array(rows.count);
    for (let round = 0; round < ROUNDS; round += 1) {
      isSecond = this.#nearerToSecond(rows, pair);
      pair = [this.#meanOf(rows, (i) => isSecond[i] === 0), this.#meanOf(rows, (i) => isSecond[i] === 1)];
    }
    // Vectors that are all the same have no two halves.
    if (!isSecond.includes(1) || !isSecond.includes(0)) isSecond = isSecond.map((_, i) => i % 2);
    const moved = Array.from(isSecond.keys()).filter((place) => isSecond[place] === 1);
    const ids = moved.map((place) => rows.id(place));
    const vectors = moved.map((place) => rows.vector(place).slice());
    const other = this.#found(pair[1]);
    for (const id of ids) this.remove(id);
    ids.forEach((id, i) => this.#put(id, vectors[i], other));
    this.#center(list, pair[0]);
  }

  #farthest(rows: Rows, from: Int16Array): Int16Array {
    let [farthest, least] = [0, Infinity];
    this.#blocks.ask(from);
    rows.products((products, start, count) => {
      for (let i = 0; i < count; i += 1) if (products[i] < least) [farthest, least] = [start + i, products[i]];
    });
    return rows.vector(farthest).slice();
  }

  #nearerToSecond(rows: Rows, [first, second]: readonly Int16Array[]): Uint8Array<ArrayBuffer> {
    const isSecond = new Uint8Array(rows.count);
    const fits = new Float64Array(rows.count);
    const [one, other] = [halfSquareOf(first), halfSquareOf(second)];
    this.#blocks.ask(first);
    rows.products((products, from, count) => {
      for (let i = 0; i < count; i += 1) fits[from + i] = products[i] - one;
    });
    this.#blocks.ask(second);
    rows.products((products, from, count) => {
      for (let i = 0; i < count; i += 1) isSecond[from + i] = products[i] - other > fits[from + i] ? 1 : 0;
    });
    return isSecond;
  }

  #meanOf(rows: Rows, belongs: (place: number) => boolean): Int16Array {
    const sum = new Float64Array(this.#dims);
    let count = 0;
    for (let place = 0; place < rows.count; place += 1) {
      if (!belongs(place)) continue;
      const vector = rows.vector(place);
      for (let i = 0; i < sum.length; i += 1) sum[i] += vector[i];
      count += 1;
    }
    return Int16Array.from(sum, (value) => Math.round(value / Math.max(1, count)));
  }
}

function halfSquareOf(vector: Int16Array): number {
  return vector.reduce((sum, value) => sum + value * value, 0) / 2;
}
