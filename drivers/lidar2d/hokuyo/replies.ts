import { DISTANCE, LINE_FEED, sumOf, TIME, decode } from './scip.ts';

/** What replies say. Arrays are good until the call returns. */
export interface RepliesListener {
  /** A reply without distances. @param fields of VV, PP, II: names and values */
  readonly reply: (command: string, status: string, fields: ReadonlyMap<string, string>) => void;
  /** A scan. @param time of step 0, ms, 24 bits @param distances characters, three a step */
  readonly scan: (first: number, last: number, time: number, distances: Uint8Array) => void;
  /** A reply that was none, or not whole. */
  readonly lost: (reason: 'checksum' | 'truncated') => void;
}

/** Longer than any line of a reply. */
const LONGEST_LINE = 200;
const MOST_FIELDS = 20;
const MEASUREMENT = /^M[DS](\d{4})(\d{4})(\d{2})\d\d{2}/;
const COMMAND = /^(VV|PP|II|QT|RS|BM|SCIP2\.0)/;
/** Status of a reply with a scan. */
const SCANNED = '99';
const SEMICOLON = 59;

/** Where in a reply the next line is: `skip`, in what is none. */
type Place = 'echo' | 'status' | 'fields' | 'time' | 'distances' | 'skip';

/** Reads replies line by line. */
export class Replies {
  readonly #listener: RepliesListener;
  readonly #line = new Uint8Array(LONGEST_LINE);
  #length = 0;
  #place: Place = 'echo';
  #command = '';
  #status = '';
  #fields = new Map<string, string>();
  #first = 0;
  #last = 0;
  #time = 0;
  #distances = new Uint8Array();
  #filled = 0;

  constructor(listener: RepliesListener) {
    this.#listener = listener;
  }

  read(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      let end = chunk.indexOf(LINE_FEED, at);
      const isWhole = end >= 0;
      if (!isWhole) end = chunk.length;
      // Of a line without an end only the beginning is kept: no sum is right then.
      const part = Math.min(end - at, LONGEST_LINE - this.#length);
      this.#line.set(chunk.subarray(at, at + part), this.#length);
      this.#length += part;
      at = end + 1;
      if (!isWhole) return;
      this.#take();
      this.#length = 0;
    }
  }

  #take(): void {
    const length = this.#length;
    if (length === 0) return this.#end();
    switch (this.#place) {
      case 'echo':
        return this.#echo();
      case 'status':
        return this.#takeStatus();
      case 'fields':
        return this.#field();
      case 'time':
        if (length !== TIME + 1 || !this.#isSound()) return this.#lose();
        this.#time = decode(this.#line, 0, TIME);
        this.#place = 'distances';
        return;
      case 'distances':
        if (!this.#isSound() || this.#filled + length - 1 > this.#distances.length) return this.#lose();
        this.#distances.set(this.#line.subarray(0, length - 1), this.#filled);
        this.#filled += length - 1;
        return;
      case 'skip':
    }
  }

  /** An empty line ends a reply. */
  #end(): void {
    const place = this.#place;
    this.#place = 'echo';
    if (place === 'distances') {
      if (this.#filled < this.#distances.length) this.#listener.lost('truncated');
      else this.#listener.scan(this.#first, this.#last, this.#time, this.#distances);
    } else if (place === 'fields') this.#listener.reply(this.#command, this.#status, this.#fields);
    else if (place === 'status' || place === 'time') this.#listener.lost('truncated');
  }

  #echo(): void {
    const text = this.#text(this.#length);
    const measurement = this.#length < LONGEST_LINE ? MEASUREMENT.exec(text) : null;
    const command = measurement === null ? COMMAND.exec(text)?.[0] : 'MD';
    if (command === undefined) return this.#lose();
    [this.#command, this.#place] = [command, 'status'];
    if (measurement === null) return;
    [this.#first, this.#last] = [Number(measurement[1]), Number(measurement[2])];
    const cluster = Math.max(1, Number(measurement[3]));
    const size = DISTANCE * Math.max(0, Math.ceil((this.#last - this.#first + 1) / cluster));
    if (this.#distances.length !== size) this.#distances = new Uint8Array(size);
    this.#filled = 0;
  }

  #takeStatus(): void {
    // "0" without a sum is what SCIP2.0 gets from those that change over.
    const isBare = this.#length === 1 && this.#command === 'SCIP2.0';
    if (!isBare && (this.#length !== 3 || !this.#isSound())) return this.#lose();
    this.#status = this.#text(isBare ? 1 : 2);
    this.#fields = new Map();
    this.#place = this.#command === 'MD' && this.#status === SCANNED ? 'time' : 'fields';
  }

  /** `NAME:value;`, and the sum of what is before the semicolon. */
  #field(): void {
    const length = this.#length;
    const isSound =
      length >= 3 && this.#line[length - 2] === SEMICOLON && sumOf(this.#line, length - 2) === this.#line[length - 1];
    const text = isSound ? this.#text(length - 2) : '';
    const colon = text.indexOf(':');
    if (colon <= 0 || this.#fields.size >= MOST_FIELDS) return this.#lose();
    this.#fields.set(text.slice(0, colon), text.slice(colon + 1).trim());
  }

  #isSound(): boolean {
    const length = this.#length;
    return length < LONGEST_LINE && sumOf(this.#line, length - 1) === this.#line[length - 1];
  }

  #text(length: number): string {
    return String.fromCharCode(...this.#line.subarray(0, length));
  }

  #lose(): void {
    this.#place = 'skip';
    this.#listener.lost('checksum');
  }
}
