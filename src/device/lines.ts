/** What is done with lines. */
export interface LineTaker {
  /** A line without its end; never an empty one. */
  readonly line: (text: string) => void;
  /** A line that was longer than what is kept of one, and is left out. */
  readonly tooLong: () => void;
}

const [LF, CR] = [0x0a, 0x0d];

/** Cuts bytes into lines of UTF-8. Keeps at most one line. */
export class LineCutter {
  readonly #taker: LineTaker;
  readonly #longest: number;
  #line = new Uint8Array(1024);
  #filled = 0;
  #isTooLong = false;

  /** @param longest bytes of a line that are kept */
  constructor(longest: number, taker: LineTaker) {
    this.#longest = longest;
    this.#taker = taker;
  }

  bytes(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const found = chunk.indexOf(LF, at);
      const end = found < 0 ? chunk.length : found;
      this.#keep(chunk.subarray(at, end));
      if (found >= 0) this.#end();
      at = end + 1;
    }
  }

  #keep(part: Uint8Array): void {
    const filled = this.#filled + part.length;
    if (this.#isTooLong || filled > this.#longest) {
      this.#isTooLong = true;
      return;
    }
    if (filled > this.#line.length) {
      const larger = new Uint8Array(Math.min(this.#longest, 2 * filled));
      larger.set(this.#line.subarray(0, this.#filled));
      this.#line = larger;
    }
    this.#line.set(part, this.#filled);
    this.#filled = filled;
  }

  #end(): void {
    const length = this.#filled > 0 && this.#line[this.#filled - 1] === CR ? this.#filled - 1 : this.#filled;
    const isTooLong = this.#isTooLong;
    this.#filled = 0;
    this.#isTooLong = false;
    if (isTooLong) this.#taker.tooLong();
    else if (length > 0) this.#taker.line(Buffer.from(this.#line.buffer, 0, length).toString('utf8'));
  }
}
