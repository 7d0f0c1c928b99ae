import type { Request } from './request.ts';

/** A message of which one may be megabytes. Never written again once it is offered. */
export interface LargeMessage {
  /** Full name. */
  readonly topic: string;
  /** Its second part: a JSON object with something in it. */
  readonly header: string;
  /** The parts after that. */
  readonly further: readonly Uint8Array[];
}

/** A message on its way to a viewer. */
export interface Leaving {
  readonly message: LargeMessage;
  /** Messages of its topic that gave way since the last one of it that left. */
  readonly gaveWay: number;
}

/** Bytes of one part, at most: a picture of 8192 x 2048 pixels of 4 bytes. Viewers hang up on whoever sends more. */
export const LONGEST_PART = 2 ** 26;

/**
 * Bytes on the way to a viewer after which nothing more is sent until some are taken. Too small: a fast network idles while it waits
 * for the answer; too large: on a slow one, what arrives is old. 4 MiB are 30 ms of gigabit Ethernet.
 */
const ON_THE_WAY = 4 * 2 ** 20;

/** What one viewer asks for, what is on its way and what waits for it. Pure: no socket and no clock. */
export class Viewer {
  readonly #mostBytes: number;
  readonly #mostOnTheWay: number;
  #topics: ReadonlySet<string> = new Set();
  #window = 0;
  /** Sizes of what is on the way, in order. */
  readonly #onTheWay: number[] = [];
  #bytesOnTheWay = 0;
  #taken = 0;
  readonly #waiting: LargeMessage[] = [];
  #bytesWaiting = 0;
  readonly #gaveWay = new Map<string, number>();

  /** @param mostBytes that wait or are on the way; one message may be on the way and one more wait however large */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
    this.#mostOnTheWay = Math.min(ON_THE_WAY, mostBytes);
  }

  /** Messages that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Bytes that wait or are on the way. */
  get bytes(): number {
    return this.#bytesWaiting + this.#bytesOnTheWay;
  }

  asks({ topics, window, taken }: Request): void {
    this.#topics = new Set(topics);
    this.#window = window;
    // It may say nonsense: what was not sent cannot have been taken.
    while (this.#taken < taken && this.#onTheWay.length > 0) {
      this.#taken += 1;
      this.#bytesOnTheWay -= this.#onTheWay.shift() ?? 0;
    }
  }

  wants(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** The oldest that wait give way. @returns how many did */
  put(message: LargeMessage): number {
    this.#waiting.push(message);
    this.#bytesWaiting += bytesOf(message);
    let count = 0;
    while (this.bytes > this.#mostBytes && this.#waiting.length > 1) {
      const oldest = this.#waiting.shift();
      if (oldest === undefined) break;
      this.#bytesWaiting -= bytesOf(oldest);
      this.#gaveWay.set(oldest.topic, (this.#gaveWay.get(oldest.topic) ?? 0) + 1);
      count += 1;
    }
    return count;
  }

  /** What is to be sent now, and then is on its way; `undefined` while it is to wait, or nothing does. */
  next(): Leaving | undefined {
    const [message] = this.#waiting;
    if (message === undefined || this.#onTheWay.length >= this.#window) return undefined;
    const bytes = bytesOf(message);
    if (this.#onTheWay.length > 0 && this.#bytesOnTheWay + bytes > this.#mostOnTheWay) return undefined;
    this.#waiting.shift();
    this.#bytesWaiting -= bytes;
    this.#onTheWay.push(bytes);
    this.#bytesOnTheWay += bytes;
    const gaveWay = this.#gaveWay.get(message.topic) ?? 0;
    this.#gaveWay.delete(message.topic);
    return { message, gaveWay };
  }
}

/** The header is small. */
export function bytesOf({ further }: LargeMessage): number {
  return further.reduce((sum, { length }) => sum + length, 0);
}
