import type { Heard } from './types.ts';

/** What has been heard of one topic. */
export interface TopicStatistics {
  readonly topic: string;
  readonly count: number;
  /** Hz over the whole time; `undefined` before the second message. */
  readonly rate?: number;
  /** s between two messages. */
  readonly shortest?: number;
  readonly longest?: number;
  /** Messages that were published in between and not heard, told by gaps in `sequence`. */
  readonly lost: number;
  /** Mean bytes of a message. */
  readonly bytes: number;
}

/** Counts messages by topic, each with the time of its arrival. */
export interface TopicCounter {
  /** @param now ms, of a clock that does not jump */
  add(message: Heard, now: number): void;
  /** In the order of first arrival. */
  statistics(): TopicStatistics[];
}

interface Tally {
  count: number;
  bytes: number;
  lost: number;
  sequence: number | undefined;
  first: number;
  last: number;
  shortest: number;
  longest: number;
}

export function topicCounter(): TopicCounter {
  const tallies = new Map<string, Tally>();
  return {
    add({ topic, payload }, now) {
      const sequence = sequenceOf(payload);
      const tally = tallies.get(topic);
      if (tally === undefined) {
        const fresh = { count: 1, bytes: payload.length, lost: 0, sequence, first: now, last: now };
        tallies.set(topic, { ...fresh, shortest: Infinity, longest: 0 });
        return;
      }
      const gap = now - tally.last;
      tally.count++;
      tally.bytes += payload.length;
      tally.shortest = Math.min(tally.shortest, gap);
      tally.longest = Math.max(tally.longest, gap);
      tally.last = now;
      // A number that goes back is a daemon that was started anew, not a loss.
      if (sequence !== undefined && tally.sequence !== undefined && sequence > tally.sequence) {
        tally.lost += sequence - tally.sequence - 1;
      }
      tally.sequence = sequence;
    },
    statistics: () =>
      [...tallies].map(([topic, { count, bytes, lost, first, last, shortest, longest }]) => ({
        topic,
        count,
        ...(count < 2
          ? {}
          : {
              ...(last > first ? { rate: ((count - 1) * 1000) / (last - first) } : {}),
              shortest: shortest / 1000,
              longest: longest / 1000,
            }),
        lost,
        bytes: Math.round(bytes / count),
      })),
  };
}

/** The number that every message of ours begins with; `undefined` for a message of somebody else's. */
function sequenceOf(payload: Buffer): number | undefined {
  const found = /^\{"sequence":(\d+)[,}]/.exec(payload.subarray(0, 40).toString('latin1'));
  return found?.[1] === undefined ? undefined : Number(found[1]);
}
