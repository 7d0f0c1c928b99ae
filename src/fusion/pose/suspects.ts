import { NS_PER_SECOND, type Stamp } from '../../frame/index.ts';
import type { SourceFault } from '../estimate.ts';
import type { PoseEvent } from './event.ts';
import type { Vote } from './vote.ts';

/**
 * So many in a row that disagree with all else, for so long, s, are no outliers: by then a vote may have found another. Of a source
 * that tells seldom, two are enough.
 */
const REFUSED_IN_A_ROW = 3;
const REFUSED_SECONDS = 0.4;
const TWO_REFUSED_SECONDS = 0.9;
/** A source is silent after so long, s, or so many of its intervals. */
const SILENT_SECONDS = 0.5;
const SILENT_INTERVALS = 3;
/** One that was heard less often than this has no intervals to judge by yet, and is silent after so long, s. */
const FEW = 10;
const SILENT_OF_FEW = 3;
/** Share by which a source's interval falls with one that is shorter; it rises at once: some come in bursts. */
const SHORTER = 0.1;
/** What is the same for so long, s, is named; the source is not silent then. */
const FROZEN_AFTER = 0.5;
/** How long a number that was none is remembered, s. */
const REMEMBERED = 1;
/** Share of the newest of its squared innovations in a source's mean. */
const NEWEST = 0.05;

/** What is known of one source. */
interface Record {
  last: Stamp;
  /** ns, the longest of late between two; and how many there were. */
  interval: number;
  heard: number;
  refused: number;
  refusedSince: Stamp;
  notFinite: Stamp | undefined;
  stuck: Stamp | undefined;
  /** Mean of squared innovations in standard deviations for each degree of freedom: about 1 for an honest filter. */
  nis: number;
  taken: number;
}

/** Watches the sources: which of them disagrees with the rest, has fallen silent, or tells what is no number. */
export class Suspects {
  readonly #sources = new Map<string, Record>();
  readonly #vote: Vote;

  /** @param vote who of three or more is the odd one */
  constructor(vote: Vote) {
    this.#vote = vote;
  }

  /** A measurement was fused. @param nis mean squared innovation for each degree of freedom; `undefined` without one */
  heard({ source, stamp }: PoseEvent, refused: boolean, nis: number | undefined, stuck: boolean): void {
    const one = this.#of(source, stamp);
    if (stuck) one.stuck = stamp;
    if (stamp > one.last) {
      const gap = stamp - one.last;
      // A hole is no interval, but many of them are.
      if (one.interval === 0) one.interval = gap;
      else if (gap > one.interval) one.interval = Math.min(gap, SILENT_INTERVALS * one.interval);
      else one.interval += SHORTER * (gap - one.interval);
      one.heard += 1;
      one.last = stamp;
    }
    if (nis !== undefined) one.nis += (one.taken === 0 ? 1 : NEWEST) * (nis - one.nis);
    if (refused) {
      if (one.refused === 0) one.refusedSince = stamp;
      one.refused += 1;
    } else {
      one.refused = 0;
      one.taken += 1;
    }
  }

  /** A measurement held what is no finite number. */
  notFinite(source: string, stamp: Stamp): void {
    this.#of(source, stamp).notFinite = stamp;
  }

  /** A source that is heard tells the same again and again. */
  frozen(source: string, stamp: Stamp): void {
    const one = this.#of(source, stamp);
    if (stamp - one.last >= FROZEN_AFTER * NS_PER_SECOND) one.stuck = stamp;
  }

  /** What is wrong at a time. */
  faults(now: Stamp): SourceFault[] {
    const found: SourceFault[] = [];
    // An anchor may be out of reach; that a radio is silent shows by all of them.
    const hearsRanges = [...this.#sources].some(([source, one]) => isRange(source) && !isSilent(one, now));
    for (const [source, one] of this.#sources) {
      // Where three or more have a vote, the state that one is refused by counts for nothing.
      const refused = isRefused(one) && !this.#vote.acquits(source);
      const since = this.#vote.oddSince(source) ?? (refused ? one.refusedSince : undefined);
      if (since !== undefined) found.push({ source, fault: 'disagrees', since });
      if (isSilent(one, now) && !isStuck(one, now) && !(hearsRanges && isRange(source)))
        found.push({ source, fault: 'silent', since: one.last });
      if (one.stuck !== undefined && isStuck(one, now)) found.push({ source, fault: 'stuck', since: one.stuck });
      if (one.notFinite !== undefined && now - one.notFinite < REMEMBERED * NS_PER_SECOND) {
        found.push({ source, fault: 'not finite', since: one.notFinite });
      }
    }
    return found;
  }

  /** Mean squared innovation of each source that corrects, for each degree of freedom. */
  innovations(): { readonly [source: string]: number } {
    const correcting = [...this.#sources].filter(([, { nis }]) => nis > 0);
    return Object.fromEntries(correcting.map(([source, { nis }]) => [source, nis]));
  }

  #of(source: string, stamp: Stamp): Record {
    let one = this.#sources.get(source);
    if (one === undefined) {
      one = {
        last: stamp,
        interval: 0,
        heard: 0,
        refused: 0,
        refusedSince: stamp,
        notFinite: undefined,
        stuck: undefined,
        nis: 0,
        taken: 0,
      };
      this.#sources.set(source, one);
    }
    return one;
  }
}

function isSilent({ last, interval, heard }: Record, now: Stamp): boolean {
  const least = heard < FEW ? SILENT_OF_FEW : SILENT_SECONDS;
  return now - last > Math.max(least * NS_PER_SECOND, SILENT_INTERVALS * interval);
}

function isRefused({ refused, refusedSince, last }: Record): boolean {
  const seconds = (last - refusedSince) / NS_PER_SECOND;
  return refused >= REFUSED_IN_A_ROW ? seconds >= REFUSED_SECONDS : refused === 2 && seconds >= TWO_REFUSED_SECONDS;
}

function isStuck({ stuck }: Record, now: Stamp): boolean {
  return stuck !== undefined && now - stuck < REMEMBERED * NS_PER_SECOND;
}

function isRange(source: string): boolean {
  return source.startsWith('range ');
}
