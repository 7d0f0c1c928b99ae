import type { Input } from '../../contract/index.ts';
import { unixFromStamp, type Stamp, type UnixNs } from '../../frame/index.ts';
import type { Gap } from './session.ts';

/** Inputs in a row, by the first and the last of them. */
export interface Run {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly from: Stamp;
  readonly to: Stamp;
}

/** Keeps account of the inputs that a recording loses. */
export interface Losses {
  lose(run: Run, reason: string): void;
  /** A gap that could not be written either: it is open again. Its inputs are counted already. */
  reopen(gap: Gap): void;
  /** The gap since the last one taken. */
  take(): Gap | undefined;
  readonly counts: () => Readonly<Record<string, number>>;
  readonly any: () => boolean;
}

export function runOf({ number, now }: Input): Run {
  return { first: number, last: number, count: 1, from: now, to: now };
}

/** The run with one more input at its end. */
export function longer(run: Run | undefined, input: Input): Run {
  if (run === undefined) return runOf(input);
  return { ...run, last: input.number, to: input.now, count: run.count + 1 };
}

/** @param epoch what stamps count from: gaps are told in Unix time */
export function createLosses(epoch: UnixNs): Losses {
  const counts: Record<string, number> = {};
  let gap: Gap | undefined;
  const add = (more: Gap): void => {
    if (gap === undefined) {
      gap = more;
      return;
    }
    // Not always in order: what a failed chunk held is known to be lost after what waited behind it.
    const [start, end] = more.first < gap.first ? [more, gap] : [gap, more];
    const latest = (end.last ?? end.first) >= (start.last ?? start.first) ? end : start;
    gap = {
      ...latest,
      reason: start.reason,
      first: start.first,
      from: start.from,
      lost: (gap.lost ?? 0) + (more.lost ?? 0),
    };
  };
  return {
    lose({ first, last, count, from, to }, reason) {
      counts[reason] = (counts[reason] ?? 0) + count;
      const [start, end] = [from, to].map((stamp) => String(unixFromStamp(epoch, stamp)));
      add({ reason, first, last, lost: count, from: start, to: end });
    },
    reopen: add,
    take() {
      const taken = gap;
      gap = undefined;
      return taken;
    },
    counts: () => ({ ...counts }),
    any: () => Object.keys(counts).length > 0,
  };
}
