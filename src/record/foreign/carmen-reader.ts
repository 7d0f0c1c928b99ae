import { stampOf } from '../../frame/index.ts';
import { createHealth } from '../health.ts';
import type { LoggedMount, LogEntry, LogReader, OpenOptions } from '../log.ts';
import { CARMEN_STREAMS, carmenArrival, carmenItems } from './carmen.ts';

/** Entries handed on at once. */
const BATCH = 256;

/** Opens a CARMEN log; see carmen.ts. Streams are `scan` and `wheels`, unless the configuration renames them. */
export async function openCarmen(path: string, options: OpenOptions): Promise<LogReader> {
  const warnings: string[] = [];
  const rename = new Map((options.mappings ?? []).map(({ source, stream }) => [source, stream]));
  const named = (id: string): string => rename.get(id) ?? id;
  const mounts: LoggedMount[] = [];
  const health = createHealth();
  const counts = { scan: 0, wheels: 0 };
  let epoch: bigint | undefined;
  let last = 0n;
  let fromScans = false;
  for await (const item of carmenItems(path, false, (text) => warnings.push(text))) {
    if (item.what === 'mount') {
      mounts.push(item.mount);
      continue;
    }
    epoch ??= item.time;
    if (item.time > last) last = item.time;
    counts[item.stream] += 1;
    const arrival = carmenArrival(item, epoch);
    health.saw({ ...arrival, stream: named(arrival.stream) });
  }
  if (counts.wheels === 0 && counts.scan > 0) {
    fromScans = true;
    counts.wheels = counts.scan;
    warnings.push('no ODOM lines: odometry is taken from the FLASER lines');
  }
  const origin = epoch ?? 0n;
  const summaries = health.summaries();

  async function* entries(): AsyncGenerator<readonly LogEntry[]> {
    let batch: LogEntry[] = [];
    for await (const item of carmenItems(path, fromScans, () => undefined)) {
      if (item.what === 'mount') continue;
      const arrival = carmenArrival(item, origin);
      batch.push({ kind: 'frame', arrival: { ...arrival, stream: named(arrival.stream) } });
      if (batch.length >= BATCH) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }

  const present = CARMEN_STREAMS.filter(({ id }) => counts[id as 'scan' | 'wheels'] > 0);
  const rateOf = (id: string): number | undefined => summaries.find(({ stream }) => stream === named(id))?.rate;
  return {
    format: 'carmen',
    epoch: origin,
    channels: present.map(({ id }) => ({
      topic: id,
      type: id === 'scan' ? 'FLASER' : fromScans ? 'FLASER odometry' : 'ODOM',
      count: counts[id as 'scan' | 'wheels'],
      stream: named(id),
    })),
    streams: present.map((stream) => ({
      ...stream,
      id: named(stream.id),
      nominalRate: rateOf(stream.id) ?? rateOf('scan'),
    })),
    mounts,
    health: summaries,
    range: epoch === undefined ? undefined : { first: stampOf(0), last: stampOf(Number(last - epoch)) },
    session: undefined,
    warnings,
    entries,
  };
}
