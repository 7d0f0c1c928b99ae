import { Unpackr } from 'msgpackr/unpack';
import { LONGEST, type Encoding, type ObjectTaker } from './encoding.ts';
import { MessageOutline } from './outline.ts';

/** Bytes that are looked through before the next ones are taken in. */
const PART = 65_536;
/**
 * An object that was cut off runs into the next one, but not far: its head may stand in the eight bytes of a number, and then the
 * letters of its first name (32 at most) may pass for small numbers or text; what comes behind the name stands where none may stand.
 */
const REACH = 64;

// Integers beyond 2^53 become bigint: Unix time in ns.
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'auto' });

/** MessagePack; on a line without borders, one object right after the other. */
export const msgpack: Encoding = { cutter: (taker) => new MessageCutter(taker), whole: unpackWhole };

function unpackWhole(bytes: Uint8Array): unknown {
  const outline = new MessageOutline();
  for (let at = 0; at < bytes.length;) {
    const length = outline.step(bytes, at, bytes.length);
    if (length === undefined || length === 0) return undefined;
    at += length;
    if (outline.isWhole) return at === bytes.length ? unpack(bytes, 0, at) : undefined;
  }
  return undefined;
}

/** Only what {@link MessageOutline} has found to be well-formed: sizes that are declared but not there allocate nothing. */
function unpack(bytes: Uint8Array, start: number, end: number): unknown {
  try {
    return unpackr.unpack(bytes, { start, end });
  } catch {
    return undefined;
  }
}

/**
 * Cuts bytes into objects of MessagePack that follow upon one another. They have no mark at which to begin anew: after garbage
 * the next map is searched that is well-formed to its end. Keeps at most one object and {@link PART} bytes.
 */
class MessageCutter {
  readonly #taker: ObjectTaker;
  readonly #outline = new MessageOutline();
  #memory = new Uint8Array(1024);
  #filled = 0;
  /** Where the object at hand begins, and how far it is known. */
  #start = 0;
  #at = 0;
  #isInStep = true;

  constructor(taker: ObjectTaker) {
    this.#taker = taker;
  }

  bytes(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; from += PART) {
      const part = chunk.subarray(from, from + PART);
      this.#reserve(this.#filled + part.length);
      this.#memory.set(part, this.#filled);
      this.#filled += part.length;
      this.#cut();
      this.#leaveBehind();
    }
  }

  #reserve(length: number): void {
    if (length <= this.#memory.length) return;
    const larger = new Uint8Array(2 * length);
    larger.set(this.#memory.subarray(0, this.#filled));
    this.#memory = larger;
  }

  #cut(): void {
    const outline = this.#outline;
    while (this.#at < this.#filled) {
      const length = outline.step(this.#memory, this.#at, this.#filled);
      if (length === undefined) break;
      if (length === 0 || this.#at + length - this.#start > LONGEST) {
        this.#searchOn();
        continue;
      }
      this.#at += length;
      if (!outline.isWhole) continue;
      this.#isInStep = true;
      this.#taker.object(unpack(this.#memory, this.#start, this.#at));
      this.#begin(this.#at);
    }
  }

  /** From the next byte; from later, where nothing good can have been passed over before: or a search could last for minutes. */
  #searchOn(): void {
    if (this.#isInStep) this.#taker.dropped('malformed');
    this.#isInStep = false;
    const { inner } = this.#outline;
    const reach = this.#at - REACH;
    this.#begin(Math.max(this.#start + 1, inner === undefined ? reach : Math.min(inner, reach)));
  }

  #begin(at: number): void {
    this.#start = at;
    this.#at = at;
    this.#outline.begin();
  }

  #leaveBehind(): void {
    const start = this.#start;
    if (start === 0) return;
    this.#memory.copyWithin(0, start, this.#filled);
    this.#filled -= start;
    this.#at -= start;
    this.#start = 0;
    this.#outline.moved(start);
  }
}
