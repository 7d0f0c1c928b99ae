import { NS_PER_MS, NS_PER_SECOND, stampOf, type Stamp } from '../frame/index.ts';
import type { LogEntry, LogReader } from './log.ts';

/** Period of the ticks, ns. */
export const TICK_NS = 10 * NS_PER_MS;
/** Over a hole longer than this no ticks are given: one such log holds years. */
const LONGEST_HOLE_NS = 60 * NS_PER_SECOND;

/** Which part of a log to replay, s since its first message. */
export interface ReplayRange {
  readonly from?: number;
  readonly to?: number;
}

/**
 * The entries of a log as the sequencer takes them. Ours come exactly as recorded. Others' frames come in their order,
 * with ticks every 10 ms of receive time before the first frame at or past each; a hole of more than a minute is jumped.
 */
export async function* replayEntries(log: LogReader, range: ReplayRange = {}): AsyncGenerator<readonly LogEntry[]> {
  const origin = log.range?.first ?? stampOf(0);
  const from = range.from === undefined ? -Infinity : origin + range.from * NS_PER_SECOND;
  const to = range.to === undefined ? Infinity : origin + range.to * NS_PER_SECOND;
  const ticking = log.format !== 'sensorium';
  let nextTick: number | undefined;
  for await (const batch of log.entries()) {
    const out: LogEntry[] = [];
    for (const entry of batch) {
      const at = timeOf(entry);
      if (at < from) continue;
      if (at > to) break;
      if (ticking) {
        if (nextTick === undefined || at - nextTick > LONGEST_HOLE_NS) nextTick = Math.ceil(at / TICK_NS) * TICK_NS;
        for (; nextTick <= at; nextTick += TICK_NS) out.push({ kind: 'tick', at: stampOf(nextTick) });
      }
      out.push(entry);
    }
    if (out.length > 0) yield out;
  }
}

function timeOf(entry: LogEntry): Stamp {
  return entry.kind === 'frame' ? entry.arrival.received : entry.at;
}
