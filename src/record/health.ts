import { NS_PER_SECOND, type Arrival, type StreamId } from '../frame/index.ts';
import type { StreamHealthSummary } from './log.ts';

/** A silence counts as a gap beyond this many mean periods and this many seconds. */
const GAP_PERIODS = 10;
const LEAST_GAP = 0.1;

interface Watched {
  count: number;
  first: number;
  last: number;
  /** Mean time between frames so far, s. */
  period: number | undefined;
  gaps: number;
  longest: number;
  backward: number;
  duplicates: number;
  device: bigint | undefined;
}

/** Watches how regularly the streams of a log arrived. */
export function createHealth(): {
  saw(arrival: Pick<Arrival, 'stream' | 'received' | 'device'>): void;
  summaries(): StreamHealthSummary[];
} {
  const streams = new Map<StreamId, Watched>();
  return {
    saw({ stream, received, device }) {
      let watched = streams.get(stream);
      if (watched === undefined) {
        watched = {
          count: 0,
          first: received,
          last: received,
          period: undefined,
          gaps: 0,
          longest: 0,
          backward: 0,
          duplicates: 0,
          device: undefined,
        };
        streams.set(stream, watched);
      } else {
        const silence = (received - watched.last) / NS_PER_SECOND;
        if (silence > LEAST_GAP && silence > GAP_PERIODS * (watched.period ?? silence)) watched.gaps += 1;
        watched.longest = Math.max(watched.longest, silence);
        watched.period = watched.period === undefined ? silence : watched.period + 0.02 * (silence - watched.period);
        if (device !== undefined && watched.device !== undefined) {
          if (device < watched.device) watched.backward += 1;
          if (device === watched.device) watched.duplicates += 1;
        }
      }
      watched.count += 1;
      watched.last = Math.max(watched.last, received);
      watched.device = device;
    },
    summaries: () =>
      [...streams].map(([stream, { count, first, last, gaps, longest, backward, duplicates }]) => ({
        stream,
        count,
        rate: last > first ? ((count - 1) / (last - first)) * NS_PER_SECOND : undefined,
        gaps,
        longestGap: longest,
        backward,
        duplicates,
      })),
  };
}
