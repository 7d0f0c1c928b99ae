import { PAGE, type Kernel } from './kernel.ts';

/** Vectors in a block: what is scanned by one call. */
const BLOCK = 64;
/** Share of the memory by which it grows at a time: each growth costs as much as adding a few vectors. */
const GROWTH = 1 / 32;

/** Memory in blocks of {@link BLOCK} vectors: what one set of rows gives back another one takes. */
export interface Blocks {
  readonly kernel: Kernel;
  /** Bytes of a vector: its numbers, filled up to a multiple of 16 bytes. */
  readonly bytes: number;
  take(): number;
  give(address: number): void;
  /** Bytes of memory, used or not. */
  size(): number;
  /** Puts a vector where the kernel looks for the query. */
  ask(vector: Int16Array): void;
}

/** @param dims numbers of a vector */
export function createBlocks(kernel: Kernel, dims: number): Blocks {
  const bytes = Math.ceil(dims / 8) * 16;
  const free: number[] = [];
  // The query, then the products of a block, then the blocks.
  let end = alignedTo16(bytes) + BLOCK * 4;
  let pages = 1;
  return {
    kernel,
    bytes,
    take() {
      const again = free.pop();
      if (again !== undefined) return again;
      const address = end;
      end += BLOCK * bytes;
      const needed = Math.ceil(end / PAGE) - pages;
      if (needed > 0) {
        const more = Math.max(needed, Math.floor(pages * GROWTH));
        kernel.grow(more);
        pages += more;
      }
      return address;
    },
    give(address) {
      new Uint8Array(kernel.memory(), address, BLOCK * bytes).fill(0);
      free.push(address);
    },
    size: () => pages * PAGE,
    ask: (vector) => new Int16Array(kernel.memory(), 0, dims).set(vector),
  };
}

function alignedTo16(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

/** Vectors with a number each, in memory of the kernel. */
export class Rows {
  readonly #blocks: Blocks;
  readonly #dims: number;
  readonly #addresses: number[] = [];
  #ids = new Int32Array(BLOCK);
  #count = 0;

  constructor(blocks: Blocks, dims: number) {
    this.#blocks = blocks;
    this.#dims = dims;
  }

  get count(): number {
    return this.#count;
  }

  id(place: number): number {
    return this.#ids[place];
  }

  /** The vector at a place: a view, valid until the next row is appended to anything. */
  vector(place: number): Int16Array {
    const address = this.#addresses[Math.floor(place / BLOCK)] + (place % BLOCK) * this.#blocks.bytes;
    return new Int16Array(this.#blocks.kernel.memory(), address, this.#dims);
  }

  /** Product of the vector at a place with the one that was asked ({@link Blocks.ask}). */
  product(place: number): number {
    const { kernel, bytes } = this.#blocks;
    const out = alignedTo16(bytes);
    kernel.products(this.#addresses[Math.floor(place / BLOCK)] + (place % BLOCK) * bytes, 0, 1, bytes, out);
    return new Int32Array(kernel.memory(), out, 1)[0];
  }

  /** @returns its place */
  append(id: number, vector: Int16Array): number {
    const place = this.#count;
    if (place % BLOCK === 0) {
      this.#addresses.push(this.#blocks.take());
      if (place === this.#ids.length) {
        const ids = new Int32Array(place + BLOCK);
        ids.set(this.#ids);
        this.#ids = ids;
      }
    }
    this.#ids[place] = id;
    this.#count += 1;
    this.vector(place).set(vector);
    return place;
  }

  /** Removes a row; the last one takes its place. Nothing of it stays in memory. @returns the number of that one, `undefined` where it was the last */
  remove(place: number): number | undefined {
    const last = this.#count - 1;
    const moved = place === last ? undefined : this.#ids[last];
    if (moved !== undefined) {
      this.vector(place).set(this.vector(last));
      this.#ids[place] = moved;
    }
    this.vector(last).fill(0);
    this.#count = last;
    if (last % BLOCK === 0) this.#blocks.give(this.#addresses.pop() as number);
    return moved;
  }

  /**
   * Multiplies all rows with the vector that was asked ({@link Blocks.ask}).
   * @param each is given the products of some rows, from which place on, and how many; they are valid until it returns
   */
  products(each: (products: Int32Array, from: number, count: number) => void): void {
    const { kernel, bytes } = this.#blocks;
    const out = alignedTo16(bytes);
    const found = new Int32Array(kernel.memory(), out, BLOCK);
    this.#addresses.forEach((address, i) => {
      const from = i * BLOCK;
      const count = Math.min(BLOCK, this.#count - from);
      kernel.products(address, 0, count, bytes, out);
      each(found, from, count);
    });
  }

  /** Gives all memory back. */
  clear(): void {
    for (const address of this.#addresses) this.#blocks.give(address);
    this.#addresses.length = 0;
    this.#ids = new Int32Array(BLOCK);
    this.#count = 0;
  }
}
