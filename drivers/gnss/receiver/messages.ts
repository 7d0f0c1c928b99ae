import { crc24qOf, fletcherOf, xorOf } from './checksum.ts';

/*
 * Three protocols on one line, each with its own mark and checksum:
 * - NMEA 0183: `$`, printable characters, `*`, two hexadecimal digits: all before by exclusive or.
 * - UBX (u-blox, "Interface Description" of each receiver, "UBX frame structure"): 0xb5 0x62, class, identifier, length of the
 *   payload (16 bits, little endian), payload, two bytes of Fletcher's sum of all but the first two.
 * - RTCM 3 (RTCM 10403, transport layer): 0xd3, six zero bits, length (10 bits), payload, CRC-24Q of all before.
 */

/** A message with the right checksum. */
export type Message =
  /** What stands between `$` and `*`. */
  | { readonly protocol: 'nmea'; readonly text: string }
  /** @property type class and identifier: 0x0107 is NAV-PVT. The payload lies in memory that is used again. */
  | { readonly protocol: 'ubx'; readonly type: number; readonly payload: DataView }
  | { readonly protocol: 'rtcm' };

/** Why what began like a message is none. `noise`: bytes between messages that begin like none. */
export type Damage = 'checksum' | 'no checksum' | 'too long' | 'truncated' | 'noise';

/** What is done with what is found. */
export interface MessageTaker {
  readonly message: (message: Message) => void;
  readonly damaged: (why: Damage) => void;
}

/** What lies at a place: so many bytes of a message, a damaged one, one that is not all there yet, or none. */
type Look = number | Damage | 'unfinished' | 'unclear' | 'nothing';

/** Longest messages. NMEA's own limit is 82, which precise positions and makers' own sentences pass. UBX-RXM-RAWX takes 5.9 kB. */
const LONGEST_NMEA = 1024;
const LONGEST_UBX = 8192;
/** So many good messages within what one claims to be its own bytes show that it is none: its length is damaged. */
const OVERTAKEN = 2;

const [DOLLAR, STAR, CR, LF] = [0x24, 0x2a, 0x0d, 0x0a];
const [UBX_1, UBX_2, RTCM] = [0xb5, 0x62, 0xd3];

/**
 * Cuts a line's bytes into messages. Whatever is damaged costs itself alone: the next mark is searched from the byte after
 * its own. Holds at most two of the longest messages.
 */
export class MessageCutter {
  readonly #taker: MessageTaker;
  readonly #bytes = new Uint8Array(2 * (LONGEST_UBX + 8));
  readonly #view = new DataView(this.#bytes.buffer);
  #filled = 0;
  /** Whether a message has been found: what comes before the first is the rest of one. */
  #isSynchronised = false;
  /** Whether there are bytes since the last message that begin like none, and whether anything else was counted of them. */
  #isNoisy = false;
  #isCounted = false;

  constructor(taker: MessageTaker) {
    this.#taker = taker;
  }

  bytes(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const part = Math.min(this.#bytes.length - this.#filled, chunk.length - at);
      this.#bytes.set(chunk.subarray(at, at + part), this.#filled);
      this.#filled += part;
      at += part;
      this.#cut(false);
    }
  }

  /** The line has fallen silent: what is not all there will not be. */
  end(): void {
    this.#cut(true);
    this.#endGap();
  }

  #cut(isEnd: boolean): void {
    let at = 0;
    while (at < this.#filled) {
      let found = this.#look(at);
      if (found === 'unclear') {
        if (!isEnd) break;
        found = 'nothing';
      }
      if (found === 'unfinished') {
        if (!isEnd && !this.#isOvertaken(at)) break;
        found = 'truncated';
      }
      if (typeof found === 'number') {
        this.#take(at, found);
        at += found;
        continue;
      }
      if (found !== 'nothing') {
        this.#isCounted = true;
        this.#taker.damaged(found);
      } else if (this.#bytes[at] !== CR && this.#bytes[at] !== LF) this.#isNoisy = true;
      at += 1;
    }
    if (at === 0) return;
    this.#bytes.copyWithin(0, at, this.#filled);
    this.#filled -= at;
  }

  #take(at: number, length: number): void {
    this.#endGap();
    this.#isSynchronised = true;
    const first = this.#bytes[at];
    if (first === RTCM) this.#taker.message({ protocol: 'rtcm' });
    else if (first === DOLLAR) {
      const text = Buffer.from(this.#bytes.buffer, at + 1, length - 4).toString('latin1');
      this.#taker.message({ protocol: 'nmea', text });
    } else {
      const payload = new DataView(this.#bytes.buffer, at + 6, length - 8);
      this.#taker.message({ protocol: 'ubx', type: this.#view.getUint16(at + 2), payload });
    }
  }

  #endGap(): void {
    if (this.#isNoisy && !this.#isCounted && this.#isSynchronised) this.#taker.damaged('noise');
    this.#isNoisy = false;
    this.#isCounted = false;
  }

  #look(at: number): Look {
    const first = this.#bytes[at];
    if (first === DOLLAR) return this.#lookNmea(at);
    if (first === UBX_1) return this.#lookUbx(at);
    return first === RTCM ? this.#lookRtcm(at) : 'nothing';
  }

  #lookNmea(at: number): Look {
    const end = Math.min(this.#filled, at + LONGEST_NMEA);
    for (let i = at + 1; i < end; i += 1) {
      const byte = this.#bytes[i];
      // A sentence begins with its talker, or P and its maker: capitals.
      if (i <= at + 2) {
        if (byte < 0x41 || byte > 0x5a) return 'nothing';
      } else if (byte === STAR) {
        if (i + 2 >= this.#filled) return 'unfinished';
        const said = 16 * hexOf(this.#bytes[i + 1]) + hexOf(this.#bytes[i + 2]);
        return xorOf(this.#bytes, at + 1, i) === said ? i + 3 - at : 'checksum';
      } else if (byte === CR || byte === LF) return 'no checksum';
      else if (byte < 0x20 || byte > 0x7e || byte === DOLLAR) return 'truncated';
    }
    if (end === at + LONGEST_NMEA) return 'too long';
    return end <= at + 2 ? 'unclear' : 'unfinished';
  }

  #lookUbx(at: number): Look {
    const there = this.#filled - at;
    if (there < 2) return 'unclear';
    if (this.#bytes[at + 1] !== UBX_2) return 'nothing';
    if (there < 6) return 'unfinished';
    const length = this.#view.getUint16(at + 4, true);
    if (length > LONGEST_UBX) return 'too long';
    if (there < length + 8) return 'unfinished';
    const sum = fletcherOf(this.#bytes, at + 2, at + 6 + length);
    return sum === this.#view.getUint16(at + 6 + length, true) ? length + 8 : 'checksum';
  }

  #lookRtcm(at: number): Look {
    const there = this.#filled - at;
    if (there < 2) return 'unclear';
    if (this.#bytes[at + 1] > 3) return 'nothing';
    if (there < 3) return 'unfinished';
    const crcAt = at + 3 + this.#view.getUint16(at + 1);
    if (this.#filled < crcAt + 3) return 'unfinished';
    const said = (this.#view.getUint16(crcAt) << 8) | this.#bytes[crcAt + 2];
    return crc24qOf(this.#bytes, at, crcAt) === said ? crcAt + 3 - at : 'checksum';
  }

  /** Whether what is not all there yet has good messages in it. */
  #isOvertaken(at: number): boolean {
    let good = 0;
    for (let i = at + 1; i < this.#filled && good < OVERTAKEN;) {
      const found = this.#look(i);
      if (typeof found === 'number') good += 1;
      i += typeof found === 'number' ? found : 1;
    }
    return good >= OVERTAKEN;
  }
}

/** Value of a hexadecimal digit; NaN for anything else. */
function hexOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte & 0xdf;
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : NaN;
}
