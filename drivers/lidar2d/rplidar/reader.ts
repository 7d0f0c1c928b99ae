import { Window } from '../window.ts';
import {
  ANSWERS,
  DESCRIPTOR,
  FORMATS,
  isCapsuleSound,
  STANDARD,
  SYNC,
  SYNC_ANSWER,
  type ScanFormat,
} from './protocol.ts';

/** What bytes are found to be. Views are good until the call returns. */
export interface ReaderListener {
  readonly answer: (type: number, payload: DataView) => void;
  /** A scan begins: packets of this format follow. */
  readonly scan: (format: ScanFormat) => void;
  /** A packet of the scan. */
  readonly packet: (packet: DataView) => void;
  /** What should have been packets of the scan was none. */
  readonly lost: () => void;
}

const CAPACITY = 256;
/** The longest payload of a single answer that is waited for. */
const LONGEST_PAYLOAD = 64;
/** A single point has no sum, only three bits that must be right: so many in a row before it is believed that they are points. */
const POINTS_TO_BELIEVE = 3;
/** 360 degrees, 1/64 degree. */
const WHOLE_TURN = 360 * 64;

/** Finds answers and the packets of a scan in what comes, and goes on at the next byte after what is neither. */
export class RplidarReader {
  readonly #listener: ReaderListener;
  readonly #window = new Window(CAPACITY);
  #format: ScanFormat | undefined;
  /** Whether the byte before the next one ended a packet. */
  #isInStep = false;

  constructor(listener: ReaderListener) {
    this.#listener = listener;
  }

  read(chunk: Uint8Array): void {
    this.#window.read(chunk, (from, length) => this.#next(from, length));
  }

  /** @returns bytes that are done with; 0: more must come */
  #next(from: number, length: number): number {
    let mayBeMore = false;
    for (const used of [this.#packetAt(from, length), this.#answerAt(from, length)]) {
      if (used === undefined) mayBeMore = true;
      else if (used > 0) return used;
      // A packet is asked for first, and waited for: an answer among packets is rare.
      if (mayBeMore) return 0;
    }
    if (this.#isInStep) this.#listener.lost();
    this.#isInStep = false;
    return 1;
  }

  /** @returns its bytes; 0: there is none; `undefined`: more must come */
  #packetAt(from: number, length: number): number | undefined {
    const format = this.#format;
    if (format === undefined) return 0;
    if (format === STANDARD) {
      const points = this.#isInStep ? 1 : POINTS_TO_BELIEVE;
      for (let i = 0; i < points; i += 1) {
        const fits = this.#isPoint(from + format.length * i, length - format.length * i);
        if (fits !== true) return fits === undefined ? undefined : 0;
      }
    } else {
      const [first, second] = this.#window.bytes.subarray(from, from + 2);
      if (first >> 4 !== 0xa || (length > 1 && second >> 4 !== 0x5)) return 0;
      if (length < format.length) return undefined;
      if (!isCapsuleSound(this.#window.bytes.subarray(from, from + format.length))) return 0;
    }
    this.#isInStep = true;
    this.#listener.packet(this.#window.view(from, format.length));
    return format.length;
  }

  /** @returns `undefined`: as far as can be seen */
  #isPoint(from: number, length: number): boolean | undefined {
    const buffer = this.#window.bytes;
    if (length > 0 && ((buffer[from] ^ (buffer[from] >> 1)) & 1) !== 1) return false;
    if (length > 1 && (buffer[from + 1] & 1) !== 1) return false;
    if (length > 2 && ((buffer[from + 2] << 7) | (buffer[from + 1] >> 1)) >= WHOLE_TURN) return false;
    return length < STANDARD.length ? undefined : true;
  }

  #answerAt(from: number, length: number): number | undefined {
    const buffer = this.#window.bytes;
    if (buffer[from] !== SYNC || (length > 1 && buffer[from + 1] !== SYNC_ANSWER)) return 0;
    if (length < DESCRIPTOR) return undefined;
    const view = this.#window.view(from, DESCRIPTOR);
    const type = view.getUint8(6);
    const size = view.getUint32(2, true) & 0x3fffffff;
    const isStream = view.getUint8(5) >> 6 === 1;
    if (isStream) {
      const format = FORMATS.find((known) => known.type === type && known.length === size);
      if (format === undefined) return 0;
      this.#format = format;
      this.#isInStep = true;
      this.#listener.scan(format);
      return DESCRIPTOR;
    }
    if (size > LONGEST_PAYLOAD || !(Object.values(ANSWERS) as number[]).includes(type)) return 0;
    if (length < DESCRIPTOR + size) return undefined;
    this.#listener.answer(type, this.#window.view(from + DESCRIPTOR, size));
    return DESCRIPTOR + size;
  }
}
