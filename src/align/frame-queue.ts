import type { Frame } from '../frame/index.ts';

/**
 * A double-ended queue of frames in a ring that grows to its bound and then stays: no allocation per frame.
 */
export class FrameQueue {
  #ring: (Frame | undefined)[] = new Array<Frame | undefined>(16).fill(undefined);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The frame at `index` from the front. The caller stays within `length`. */
  at(index: number): Frame {
    return this.#ring[(this.#head + index) & (this.#ring.length - 1)] as Frame;
  }

  pushBack(frame: Frame): void {
    this.#room();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = frame;
    this.#length += 1;
  }

  pushFront(frame: Frame): void {
    this.#room();
    this.#head = (this.#head - 1) & (this.#ring.length - 1);
    this.#ring[this.#head] = frame;
    this.#length += 1;
  }

  popFront(): Frame {
    const frame = this.at(0);
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length -= 1;
    return frame;
  }

  popBack(): Frame {
    const frame = this.at(this.#length - 1);
    this.#ring[(this.#head + this.#length - 1) & (this.#ring.length - 1)] = undefined;
    this.#length -= 1;
    return frame;
  }

  /** Inserts by stamp, after frames of the same stamp. Frames mostly come in order, so the search starts at the back. */
  insertByStamp(frame: Frame): void {
    this.pushBack(frame);
    const mask = this.#ring.length - 1;
    for (let i = this.#length - 1; i > 0 && this.at(i - 1).stamp > frame.stamp; i -= 1) {
      this.#ring[(this.#head + i) & mask] = this.at(i - 1);
      this.#ring[(this.#head + i - 1) & mask] = frame;
    }
  }

  #room(): void {
    if (this.#length < this.#ring.length) return;
    const grown = new Array<Frame | undefined>(this.#ring.length * 2).fill(undefined);
    for (let i = 0; i < this.#length; i += 1) grown[i] = this.at(i);
    this.#ring = grown;
    this.#head = 0;
  }
}
