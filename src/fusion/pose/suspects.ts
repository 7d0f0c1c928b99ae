import { NS_PER_SECOND, type Stamp } from '../../frame/index.ts';
import type { SourceFault } from '../estimate.ts';
import { isRangeSource, type PoseEvent } from './event.ts';
import { Rhythm } from './rhythm.ts';
import type { Vote } from './vote.ts';

/**
 * So many in a row that disagree with all else, for so long, s, are no outliers: by then a vote may have found another. Of a source
 * that tells seldom, two are enough.
 */
const REFUSED_IN_A_ROW = 3;
const REFUSED_SECONDS = 0.4;
const TWO_REFUSED_SECONDS = 0.9;
/** One that tells more seldom than this, s, and is so many gates off, has no need of a second: that would come too late. */
const SELDOM = 0.5;
const FAR_GATES = 4;
/** What is the same for so long, s, is named; the source is not silent then. */
const FROZEN_AFTER = 0.5;
/** How long a number that was none is remembered, s. */
const REMEMBERED = 1;
/** Share of the newest of its squared innovations in a source's mean. */
const NEWEST = 0.05;
/** All anchors together: each may be out of reach, or refused once in a while; that the radio is wrong shows by all of them. */
const RANGES = 'ranges';

/** What is known of one source. */
interface Record {
  readonly rhythm: Rhythm;
  refused: number;
  refusedSince: Stamp;
  refusedLast: Stamp;
  /** Whether one of those refused was so far off that it needs no other. */
  isFar: boolean;
  notFinite: Stamp | undefined;
  stuck: Stamp | undefined;
  /** Mean of squared innovations in standard deviations for each degree of freedom: about 1 for an honest filter. */
  nis: number;
  taken: number;
}

/** What became of a measurement. */
export interface Hearing {
  /** The filter's time when it came, ns; what is late was true before. */
  readonly now: Stamp;
  readonly refused: boolean;
  /** Mean squared innovation for each degree of freedom; `undefined` without one. */
  readonly nis?: number;
  /** Whether it shows that its source has frozen, or clips. */
  readonly stuck: boolean;
}

/** Watches the sources: which of them disagrees with the rest, has fallen silent, or tells what is no number. */
export class Suspects {
  readonly #sources = new Map<string, Record>();
  readonly #vote: Vote;
  readonly #far: number;

  /** @param vote who of three or more is the odd one; @param gate in standard deviations */
  constructor(vote: Vote, gate: number) {
    this.#vote = vote;
    this.#far = (FAR_GATES * gate) ** 2;
  }

  /** A measurement was fused, or refused. */
  heard({ kind, source, stamp }: PoseEvent, { now, refused, nis, stuck }: Hearing): void {
    const one = this.#of(source, now);
    if (stuck) one.stuck = stamp;
    if (nis !== undefined) one.nis += (one.taken === 0 ? 1 : NEWEST) * (nis - one.nis);
    one.rhythm.hear(now);
    count(one, stamp, refused);
    if (kind === 'range') {
      const all = this.#of(RANGES, now);
      all.rhythm.hear(now);
      count(all, stamp, refused);
      // What is told of all is not told of each.
      if (isRefused(all)) one.refused = 0;
    } else if (refused && nis !== undefined && nis > this.#far && one.rhythm.longest > SELDOM) {
      one.isFar = true;
    }
  }

  /** A measurement held what is no finite number. */
  notFinite(source: string, stamp: Stamp): void {
    this.#of(source, stamp).notFinite = stamp;
  }

  /** A source that is heard tells the same again and again. */
  frozen(source: string, stamp: Stamp): void {
    const one = this.#of(source, stamp);
    if (stamp - one.rhythm.last >= FROZEN_AFTER * NS_PER_SECOND) one.stuck = stamp;
  }

  /** What is wrong at a time. */
  faults(now: Stamp): SourceFault[] {
    const found: SourceFault[] = [];
    const ranges = this.#sources.get(RANGES);
    const areRangesRefused = ranges !== undefined && isRefused(ranges);
    for (const [source, one] of this.#sources) {
      const isAnchor = isRangeSource(source);
      // Where three or more have a vote, the state that one is refused by counts for nothing.
      const refused = isRefused(one) && !this.#vote.acquits(source) && !(isAnchor && areRangesRefused);
      const since = this.#vote.oddSince(source) ?? (refused ? one.refusedSince : undefined);
      if (since !== undefined) found.push({ source, fault: 'disagrees', since });
      if (!isAnchor && one.rhythm.isSilent(now) && !isStuck(one, now))
        found.push({ source, fault: 'silent', since: one.rhythm.last });
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
        rhythm: new Rhythm(stamp),
        refused: 0,
        refusedSince: stamp,
        refusedLast: stamp,
        isFar: false,
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

/** Counts what is refused in a row. */
function count(one: Record, stamp: Stamp, refused: boolean): void {
  if (!refused) {
    one.refused = 0;
    one.isFar = false;
    one.taken += 1;
    return;
  }
  if (one.refused === 0) one.refusedSince = stamp;
  one.refused += 1;
  one.refusedLast = stamp;
}

function isRefused({ refused, refusedSince, refusedLast, isFar }: Record): boolean {
  const seconds = (refusedLast - refusedSince) / NS_PER_SECOND;
  if (isFar) return true;
  return refused >= REFUSED_IN_A_ROW ? seconds >= REFUSED_SECONDS : refused === 2 && seconds >= TWO_REFUSED_SECONDS;
}

function isStuck({ stuck }: Record, now: Stamp): boolean {
  return stuck !== undefined && now - stuck < REMEMBERED * NS_PER_SECOND;
}
