import type { StreamId } from '../frame/index.ts';
import type { Ticket, Verdict } from '../contract/index.ts';

/** The account of one stream. `received` = `used` + every number in `dropped` from inside + `held`. */
export interface StreamAccount {
  /** Frames admitted. */
  readonly received: number;
  /** Frames that entered a set or an estimate. */
  readonly used: number;
  /** Frames given up after admission, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Frames waiting in the aligning buffer that nothing has used yet. */
  readonly held: number;
  /** Frames that the driver lost before admission, by reason. */
  readonly lost: Readonly<Record<string, number>>;
}

/** What is known of an open frame, packed in 32 bits: three flags, then its stream, then the code of the first refusal. */
const USED = 1;
const HELD = 2;
const ASKED = 4;
const STREAM_SHIFT = 3;
const STREAM_MASK = 0xfff;
const REFUSAL_SHIFT = 15;
/** Code of the reason of a frame that nobody wanted and nobody refused. */
const NOT_USED = 0;
/** Tickets at first; they double. */
const FIRST_TICKETS = 256;

/**
 * Accounts for every frame: a frame is used once any stage used it, and dropped (with the first reason given) once
 * every stage that it was offered to has let it go. Streams go by their place in the list that the ledger was made with.
 * A frame that is received is either refused or opened. Every frame passes here, so nothing is allocated for one.
 */
export class Ledger {
  readonly #reasons: string[] = ['not used'];
  readonly #codes = new Map<string, number>([['not used', NOT_USED]]);
  readonly #opened: Float64Array;
  readonly #refused: Float64Array;
  readonly #used: Float64Array;
  /** By stream, then by code. */
  readonly #dropped: readonly number[][];
  readonly #lost: readonly Record<string, number>[];
  /** By ticket; that of a free one names the next free one, the last of which lies behind the end. */
  #entries = Int32Array.from({ length: FIRST_TICKETS }, (_, i) => i + 1);
  #free = 0;

  /** @param streams at most 4096 */
  constructor(streams: readonly StreamId[]) {
    this.#opened = new Float64Array(streams.length);
    this.#refused = new Float64Array(streams.length);
    this.#used = new Float64Array(streams.length);
    this.#dropped = streams.map(() => [0]);
    this.#lost = streams.map(() => ({}));
  }

  /** Lost before admission. */
  lost(stream: number, reason: string, count: number): void {
    this.#lost[stream][reason] = (this.#lost[stream][reason] ?? 0) + count;
  }

  /** Received and refused before any stage: by the clock. */
  refuse(stream: number, reason: string): void {
    this.#refused[stream] += 1;
    this.#dropped[stream][this.reasonCode(reason)] += 1;
  }

  /** Received, and offered to the stages; `holdable` when the aligner may keep it beyond this step. */
  open(stream: number, holdable: boolean): Ticket {
    const ticket = this.#free;
    if (ticket === this.#entries.length) this.#grow();
    this.#free = this.#entries[ticket];
    this.#entries[ticket] = (stream << STREAM_SHIFT) | (holdable ? HELD : 0);
    this.#opened[stream] += 1;
    return ticket as Ticket;
  }

  /** What a stage decided at once. */
  judge(ticket: Ticket, verdict: Verdict): void {
    const entry = this.#entries[ticket];
    if (verdict.verdict === 'used') this.#entries[ticket] = this.#withUse(entry);
    else if (verdict.verdict === 'dropped') {
      this.#entries[ticket] = withRefusal(entry, this.reasonCode(verdict.reason));
    }
  }

  /** The aligner's last word on a frame that it may have held: it was used. */
  use(ticket: Ticket): void {
    this.#put(ticket, this.#withUse(this.#entries[ticket]) & ~HELD);
  }

  /** The aligner's last word: it was not. `reason` is a code that {@link reasonCode} gave. */
  release(ticket: Ticket, reason: number): void {
    this.#put(ticket, withRefusal(this.#entries[ticket], reason) & ~HELD);
  }

  /** Every stage has been asked. The ticket is void once the aligner has had its last word too. */
  close(ticket: Ticket): void {
    this.#put(ticket, this.#entries[ticket] | ASKED);
  }

  /** A small number for a reason, for those who tell one often. */
  reasonCode(reason: string): number {
    let code = this.#codes.get(reason);
    if (code === undefined) {
      code = this.#reasons.length;
      this.#reasons.push(reason);
      this.#codes.set(reason, code);
      for (const counts of this.#dropped) counts.push(0);
    }
    return code;
  }

  account(stream: number): StreamAccount {
    const dropped: Record<string, number> = {};
    let gone = this.#used[stream];
    this.#dropped[stream].forEach((count, code) => {
      if (count > 0) dropped[this.#reasons[code]] = count;
      gone += count;
    });
    const received = this.#opened[stream] + this.#refused[stream];
    return { received, used: this.#used[stream], held: received - gone, dropped, lost: { ...this.#lost[stream] } };
  }

  #withUse(entry: number): number {
    if ((entry & USED) !== 0) return entry;
    this.#used[(entry >> STREAM_SHIFT) & STREAM_MASK] += 1;
    return entry | USED;
  }

  #put(ticket: Ticket, entry: number): void {
    if ((entry & (HELD | ASKED)) !== ASKED) {
      this.#entries[ticket] = entry;
      return;
    }
    if ((entry & USED) === 0) this.#dropped[(entry >> STREAM_SHIFT) & STREAM_MASK][entry >> REFUSAL_SHIFT] += 1;
    this.#entries[ticket] = this.#free;
    this.#free = ticket;
  }

  #grow(): void {
    const size = this.#entries.length;
    const enlarged = Int32Array.from({ length: 2 * size }, (_, i) => i + 1);
    enlarged.set(this.#entries);
    this.#entries = enlarged;
  }
}

function withRefusal(entry: number, reason: number): number {
  return entry >> REFUSAL_SHIFT === NOT_USED ? entry | (reason << REFUSAL_SHIFT) : entry;
}
