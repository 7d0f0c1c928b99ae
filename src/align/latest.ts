import type { Ticket } from '../contract/index.ts';
import { bytesOf, type Frame, type SetMember, type Stamp, type StreamId } from '../frame/index.ts';
import { DROP, type Aligner, type AlignerOutput, type DropCode, type Holding } from './aligner.ts';
import { Rate, type RateOptions } from './rate.ts';
import { alignedSet, nearestMember } from './set.ts';

/** Parameters of the LatestTime policy. */
export interface LatestOptions extends RateOptions {
  readonly streams: readonly StreamId[];
  readonly heavy?: readonly boolean[];
}

/** The newest frame of a stream: what a set repeats until the next one comes. */
interface Newest {
  frame: Frame;
  ticket: Ticket;
  used: boolean;
}

/**
 * A set whenever the fastest stream that is not late gives a frame: of each other stream its newest frame, however often it
 * has been in a set before (LatestTime of ROS 2 message_filters: a zero-order hold). Rates are measured from times of arrival.
 */
export class LatestAligner implements Aligner, Holding {
  readonly holding: Holding = this;
  readonly #output: AlignerOutput;
  readonly #options: RateOptions;
  readonly #newest: (Newest | undefined)[];
  readonly #rates: (Rate | undefined)[];
  /** Streams that have a frame here. */
  #here = 0;
  #sets = 0;

  constructor(options: LatestOptions, output: AlignerOutput) {
    this.#output = output;
    this.#options = options;
    this.#newest = options.streams.map(() => undefined);
    this.#rates = options.streams.map(() => undefined);
  }

  add(stream: number, frame: Frame, ticket: Ticket, now: Stamp): void {
    this.#keep(stream, frame, ticket);
    const rate = this.#rates[stream];
    if (rate === undefined) this.#rates[stream] = new Rate(now, this.#options);
    else if (rate.update(now) && this.#here === this.#newest.length && stream === this.#pivot(now)) this.#publish(now);
  }

  shed(stream: number, reason: DropCode): void {
    const one = this.#newest[stream];
    if (one === undefined) return;
    this.#newest[stream] = undefined;
    this.#here -= 1;
    one.frame.lease?.release();
    if (!one.used) this.#output.dropped(one.ticket, reason);
  }

  oldest(stream: number): Frame | undefined {
    return this.#newest[stream]?.frame;
  }

  held(stream: number): number {
    return this.#newest[stream]?.used === false ? 1 : 0;
  }

  bytes(): number {
    return this.#newest.reduce((sum, one) => sum + (one === undefined ? 0 : bytesOf(one.frame.measurement)), 0);
  }

  #keep(stream: number, frame: Frame, ticket: Ticket): void {
    frame.lease?.retain();
    const before = this.#newest[stream];
    if (before === undefined) {
      this.#here += 1;
      this.#newest[stream] = { frame, ticket, used: false };
      return;
    }
    if (!before.used) this.#output.dropped(before.ticket, DROP.superseded);
    before.frame.lease?.release();
    before.frame = frame;
    before.ticket = ticket;
    before.used = false;
  }

  /** The fastest stream with a known rate that is not late, -1 without one; of equally fast ones the first. */
  #pivot(now: Stamp): number {
    let best = -1;
    let fastest = 0;
    for (let i = 0; i < this.#rates.length; i += 1) {
      const rate = this.#rates[i];
      if (rate === undefined || rate.hz <= fastest) continue;
      if (rate.last !== now && rate.isLate(now)) continue;
      best = i;
      fastest = rate.hz;
    }
    return best;
  }

  #publish(now: Stamp): void {
    let at = -Infinity;
    for (const one of this.#newest) if (one !== undefined && one.frame.stamp > at) at = one.frame.stamp;
    const members: SetMember[] = [];
    for (const one of this.#newest) {
      if (one === undefined) continue;
      members.push(nearestMember(one.frame, at));
      if (!one.used) this.#output.used(one.ticket);
      one.used = true;
    }
    this.#sets += 1;
    this.#output.set(alignedSet(this.#sets, at, now, members));
  }
}
