import { NS_PER_SECOND, type Stamp } from '../../frame/index.ts';
import type { SourceFault } from '../estimate.ts';

/** So many in a row that disagree with all else are no single outlier. */
const REFUSED_IN_A_ROW = 3;
/** A source is silent after so long, s, or so many of its intervals. */
const SILENT_SECONDS = 0.5;
const SILENT_INTERVALS = 3;
/** How long a number that was none is remembered, s. */
const REMEMBERED = 1;
/** Share of the newest of its squared innovations in a source's mean. */
const NEWEST = 0.05;

/** What is known of one source. */
interface Record {
  last: Stamp;
  /** ns, running mean of the times between. */
  interval: number;
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

  /** A measurement was fused. @param nis mean squared innovation for each degree of freedom; `undefined` without one */
  heard(source: string, stamp: Stamp, refused: boolean, nis: number | undefined, stuck = false): void {
    const one = this.#of(source, stamp);
    if (stuck) one.stuck = stamp;
    if (stamp > one.last) {
      const gap = stamp - one.last;
      // A hole is no interval.
      if (one.interval === 0 || gap < SILENT_INTERVALS * one.interval) one.interval += 0.1 * (gap - one.interval);
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

  /** What is wrong at a time. */
  faults(now: Stamp): SourceFault[] {
    const found: SourceFault[] = [];
    for (const [source, one] of this.#sources) {
      const silent = Math.max(SILENT_SECONDS * NS_PER_SECOND, SILENT_INTERVALS * one.interval);
      if (one.refused >= REFUSED_IN_A_ROW) found.push({ source, fault: 'disagrees', since: one.refusedSince });
      if (now - one.last > silent) found.push({ source, fault: 'silent', since: one.last });
      if (one.stuck !== undefined && now - one.stuck < REMEMBERED * NS_PER_SECOND) {
        found.push({ source, fault: 'stuck', since: one.stuck });
      }
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
