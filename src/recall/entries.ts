import type { Facts } from './segment.ts';

/** Where a record lies in its segment. */
export interface Lies {
  readonly offset: number;
  readonly bytes: number;
}

/** What of all pictures is kept in mind, to choose among them: 31 bytes for each. The rest is on the disk. */
export class Entries {
  readonly #session: string;
  readonly #names: string[] = [];
  #at = new Float64Array(0);
  #offset = new Uint32Array(0);
  /** 0: nothing there. */
  #bytes = new Uint32Array(0);
  #position = new Float32Array(0);
  /** Coordinate frame by its place in the names, 0: unknown. */
  #frame = new Uint8Array(0);
  #isOfSession = new Uint8Array(0);
  #count = 0;

  /** @param session name of this one */
  constructor(session: string) {
    this.#session = session;
  }

  get count(): number {
    return this.#count;
  }

  has(slot: number): boolean {
    return slot < this.#bytes.length && this.#bytes[slot] > 0;
  }

  set(slot: number, { at, place, session }: Pick<Facts, 'at' | 'place' | 'session'>, { offset, bytes }: Lies): void {
    if (slot >= this.#bytes.length) this.#widen(slot);
    if (this.#bytes[slot] === 0) this.#count += 1;
    this.#at[slot] = at;
    this.#offset[slot] = offset;
    this.#bytes[slot] = bytes;
    this.#frame[slot] = place === undefined ? 0 : this.#numberOf(place.frame);
    this.#position.set(place?.position ?? [0, 0, 0], 3 * slot);
    this.#isOfSession[slot] = session === this.#session ? 1 : 0;
  }

  /** @returns whether there was one */
  delete(slot: number): boolean {
    if (!this.has(slot)) return false;
    this.#bytes[slot] = 0;
    this.#count -= 1;
    return true;
  }

  /** Unix time, µs. */
  at(slot: number): number {
    return this.#at[slot];
  }

  lies(slot: number): Lies {
    return { offset: this.#offset[slot], bytes: this.#bytes[slot] };
  }

  /** m from a point of x and y, or x, y and z; infinite where the place is not known in that frame now. */
  distance(slot: number, frame: string, point: readonly number[]): number {
    if (this.#frame[slot] === 0 || this.#names[this.#frame[slot] - 1] !== frame) return Infinity;
    // What drifts is another one in each session.
    if (frame !== 'map' && this.#isOfSession[slot] === 0) return Infinity;
    return Math.hypot(...point.map((value, axis) => value - this.#position[3 * slot + axis]));
  }

  #numberOf(name: string): number {
    const known = this.#names.indexOf(name);
    return known >= 0 ? known + 1 : Math.min(255, this.#names.push(name));
  }

  #widen(slot: number): void {
    const length = Math.max(1024, Math.ceil((slot + 1) * 1.25));
    this.#at = longer(this.#at, new Float64Array(length));
    this.#offset = longer(this.#offset, new Uint32Array(length));
    this.#bytes = longer(this.#bytes, new Uint32Array(length));
    this.#position = longer(this.#position, new Float32Array(3 * length));
    this.#frame = longer(this.#frame, new Uint8Array(length));
    this.#isOfSession = longer(this.#isOfSession, new Uint8Array(length));
  }
}

function longer<Numbers extends { set(numbers: Numbers): void }>(before: Numbers, after: Numbers): Numbers {
  after.set(before);
  return after;
}
