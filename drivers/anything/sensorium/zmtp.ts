/**
 * The wire protocol of ZeroMQ, as far as a subscriber needs it: ZMTP 3.0 with the mechanism NULL
 * (https://rfc.zeromq.org/spec/23, https://rfc.zeromq.org/spec/37 for its heartbeats).
 */

/** Bits of a frame's first byte. */
const MORE = 1;
const LONG = 2;
const COMMAND = 4;

/** First byte of a greeting, and its length. */
const SIGNATURE = 0xff;
const GREETING_BYTES = 64;
const MECHANISM = { at: 12, bytes: 20, name: 'NULL' };

/** Most bytes of each part of a message: the topic, the header, the payload, what is attached. */
const MOST_BYTES = [255, 1024, 1_048_576, 1_048_576] as const;

/** What may be said besides messages. */
const COMMANDS: readonly string[] = ['READY', 'ERROR', 'PING', 'PONG', 'SUBSCRIBE', 'CANCEL'];

/** What is done with what comes. */
export interface MessageTaker {
  /** Topic, header, payload, and what is attached where there is something. The memory is used again after the call. */
  readonly message: (parts: readonly Uint8Array[]) => void;
  /** The other end is ready: now, and not before, it may be told something. */
  readonly ready: () => void;
  /** Asked whether we are there. @param context comes back with the answer */
  readonly asked: (context: Uint8Array) => void;
  /** What came is no message; what follows is looked through for the next. */
  readonly torn: () => void;
  /** The other end speaks another language. */
  readonly refused: (reason: string) => void;
}

/** What one end says first. @param socketType `SUB`, `PUB` */
export function greeting(socketType: string): Uint8Array {
  const bytes = new Uint8Array(GREETING_BYTES);
  bytes.set([SIGNATURE, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
  bytes.set(ascii(MECHANISM.name), MECHANISM.at);
  const [key, value] = [ascii('Socket-Type'), ascii(socketType)];
  const property = [key.length, ...key, 0, 0, 0, value.length, ...value];
  return Buffer.concat([bytes, command('READY', Uint8Array.from(property))]);
}

/** A command of less than 256 bytes. */
export function command(name: string, body: Uint8Array): Uint8Array {
  return Uint8Array.from([COMMAND, 1 + name.length + body.length, name.length, ...ascii(name), ...body]);
}

/** A message of some parts. */
export function message(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts.flatMap((part, i) => [head(part.length, i < parts.length - 1), part]));
}

/** What a subscriber says to hear all topics that begin so. */
export function subscription(topic: string): Uint8Array {
  return message([Buffer.from(`\x01${topic}`)]);
}

function head(length: number, hasMore: boolean): Uint8Array {
  const more = hasMore ? MORE : 0;
  if (length < 256) return Uint8Array.of(more, length);
  const bytes = new Uint8Array(9);
  bytes[0] = more | LONG;
  new DataView(bytes.buffer).setUint32(5, length);
  return bytes;
}

function ascii(text: string): Uint8Array {
  return Buffer.from(text, 'ascii');
}

/** A frame in the buffer: where its content is. */
interface FramePlace {
  readonly flags: number;
  readonly start: number;
  readonly end: number;
}

/** Not all of it is there yet; or it is nothing that can be. */
type Pending = 'more' | 'bad';

/**
 * Cuts bytes into messages whose topics all begin the same. A message that is none (its beginning, a length, its number of parts)
 * is left at the next place where one begins, as is one in whose midst another begins. Keeps one message at most.
 */
export class MessageCutter {
  readonly #base: Uint8Array;
  readonly #taker: MessageTaker;
  #buffer = Buffer.alloc(4096);
  #filled = 0;
  /** Up to where the buffer was looked through for a further message. */
  #searched = 0;
  #isTorn = false;

  /** @param base what every topic begins with */
  constructor(base: string, taker: MessageTaker) {
    this.#base = Buffer.from(base);
    this.#taker = taker;
  }

  bytes(chunk: Uint8Array): void {
    this.#append(chunk);
    let at = 0;
    while (at < this.#filled) {
      let next: number | Pending = this.#take(at);
      if (typeof next !== 'number') {
        const further = this.#further(at);
        if (next === 'more' && further === undefined) break;
        if (!this.#isTorn) this.#taker.torn();
        this.#isTorn = true;
        // Its beginning may be there in part.
        next = further ?? Math.max(at + 1, this.#filled - this.#base.length - 1);
      }
      at = next;
    }
    if (at === 0) return;
    this.#buffer.copyWithin(0, at, this.#filled);
    this.#filled -= at;
    this.#searched = Math.max(0, this.#searched - at);
  }

  #append(chunk: Uint8Array): void {
    const filled = this.#filled + chunk.length;
    if (filled > this.#buffer.length) {
      const larger = Buffer.alloc(2 * filled);
      this.#buffer.copy(larger, 0, 0, this.#filled);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#filled);
    this.#filled = filled;
  }

  /** Takes what begins there. @returns where it ends */
  #take(at: number): number | Pending {
    const first = this.#buffer[at];
    if (first === SIGNATURE) return this.#greeting(at);
    return first === COMMAND ? this.#command(at) : this.#message(at);
  }

  #greeting(at: number): number | Pending {
    if (this.#filled < at + 11) return 'more';
    if (this.#buffer[at + 9] !== 0x7f) return 'bad';
    const version = this.#buffer[at + 10];
    if (version < 3) this.#taker.refused(`it speaks ZMTP ${version}, not 3`);
    if (this.#filled < at + GREETING_BYTES) return 'more';
    const from = at + MECHANISM.at;
    const mechanism = this.#buffer.toString('latin1', from, from + MECHANISM.bytes).replace(/\0+$/, '');
    if (mechanism !== MECHANISM.name) this.#taker.refused(`it asks for ${mechanism} security`);
    return at + GREETING_BYTES;
  }

  #command(at: number): number | Pending {
    const frame = this.#frame(at, 255);
    if (typeof frame === 'string') return frame;
    const named = this.#buffer[frame.start] ?? 0;
    const body = frame.start + 1 + named;
    if (body > frame.end) return 'bad';
    const name = this.#buffer.toString('latin1', frame.start + 1, body);
    if (!COMMANDS.includes(name)) return 'bad';
    if (name === 'READY') this.#taker.ready();
    if (name === 'ERROR') this.#taker.refused('it refuses the connection');
    // Time to live, two bytes, then the context.
    if (name === 'PING') this.#taker.asked(this.#buffer.subarray(Math.min(body + 2, frame.end), frame.end));
    return frame.end;
  }

  #message(at: number): number | Pending {
    const parts: Uint8Array[] = [];
    let next = at;
    for (let hasMore = true; hasMore;) {
      if (parts.length === MOST_BYTES.length || (parts.length === 0 && !this.#begins(at))) return 'bad';
      const isCommand = next < this.#filled && this.#buffer[next] === COMMAND;
      if (isCommand) {
        // libzmq answers a heartbeat between two parts.
        const end = this.#command(next);
        if (typeof end === 'string') return end;
        next = end;
        continue;
      }
      const frame = this.#frame(next, MOST_BYTES[parts.length]);
      if (typeof frame === 'string') return frame;
      parts.push(this.#buffer.subarray(frame.start, frame.end));
      hasMore = (frame.flags & MORE) !== 0;
      next = frame.end;
    }
    if (parts.length < 3) return 'bad';
    this.#isTorn = false;
    this.#taker.message(parts);
    return next;
  }

  #frame(at: number, most: number): FramePlace | Pending {
    if (at >= this.#filled) return 'more';
    const flags = this.#buffer[at];
    if (flags !== COMMAND && (flags & ~(MORE | LONG)) !== 0) return 'bad';
    const isLong = (flags & LONG) !== 0;
    const start = at + (isLong ? 9 : 2);
    if (start > this.#filled) return 'more';
    const length = isLong ? Number(this.#buffer.readBigUInt64BE(at + 1)) : this.#buffer[at + 1];
    if (length > most) return 'bad';
    return start + length > this.#filled ? 'more' : { flags, start, end: start + length };
  }

  /** Whether a message may begin there, as far as it is there: a short frame, more to come, a topic of ours. */
  #begins(at: number): boolean {
    if (this.#buffer[at] !== MORE) return false;
    if (at + 1 < this.#filled && this.#buffer[at + 1] < this.#base.length) return false;
    const there = Math.min(this.#base.length, Math.max(0, this.#filled - at - 2));
    return this.#buffer.compare(this.#base, 0, there, at + 2, at + 2 + there) === 0;
  }

  /** Where the next message after there begins. */
  #further(at: number): number | undefined {
    let from = Math.max(at + 3, this.#searched);
    for (;;) {
      const found = this.#buffer.subarray(0, this.#filled).indexOf(this.#base, from);
      if (found < 0) {
        this.#searched = Math.max(from, this.#filled - this.#base.length + 1);
        return undefined;
      }
      if (this.#begins(found - 2)) return found - 2;
      from = found + 1;
    }
  }
}
