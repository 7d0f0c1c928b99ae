import { SensoriumError } from '../../contract/index.ts';
import { NS_PER_SECOND, stampOf, type Arrival, type Stamp } from '../../frame/index.ts';
import type { LogEntry, LogReader, OpenOptions, StreamHealthSummary } from '../../record/index.ts';
import { readSeries, seriesNames, type Series } from './series.ts';
import { sourcesOf, unixOffset, type Source } from './streams.ts';

/** Entries handed on at once. */
const BATCH = 256;
const NS = BigInt(NS_PER_SECOND);

/** A folder as a log. */
export interface VehicleLog extends LogReader {
  /** The folder's own time that stamps count from, s. */
  readonly clockStart: number;
}

/** A source as the configuration names it. */
interface Named extends Source {
  readonly role: 'sensor' | 'reference';
}

/**
 * Opens a folder of NumPy series in the layout of comma2k19 (H. Schafer, E. Santana, A. Haden, R. Biasini, "A commute in
 * data: the comma2k19 dataset", arXiv:1812.05752) as a log; which streams it gives stands at {@link sourcesOf}. Its
 * times are those of one clock: they are device stamps and receive times at once. The truth is not read.
 *
 * @throws SensoriumError E_FILE_FORMAT for a folder without a stream that can be used; E_FILE_DAMAGED
 */
export async function openVehicleFolder(path: string, options: OpenOptions = {}): Promise<VehicleLog> {
  const names = await seriesNames(path);
  const series: Series[] = [];
  for (const name of names) {
    series.push(await readSeries(path, name));
    options.progress?.(series.length / names.length);
  }
  const sources = sourcesOf(series).map((source): Named => named(source, options));
  if (sources.length === 0) throw new SensoriumError('E_FILE_FORMAT', 'no series that a sensor gives', { path });
  const first = sources.reduce((least, { times }) => Math.min(least, times[0]), Infinity);
  if (!Number.isFinite(first)) throw new SensoriumError('E_FILE_DAMAGED', 'a time that is not a number', { path });
  const epoch = nsOf(first) + nsOf(unixOffset(series) ?? 0);
  const health = sources.map(healthOf);
  const last = sources.reduce((most, { times }) => times.reduce((a, b) => Math.max(a, b), most), first);

  async function* entries(): AsyncGenerator<readonly LogEntry[]> {
    let batch: LogEntry[] = [];
    for (const arrival of arrivals(sources, first, epoch)) {
      batch.push({ kind: 'frame', arrival });
      if (batch.length < BATCH) continue;
      yield await Promise.resolve(batch);
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  return {
    format: 'npy',
    clockStart: first,
    epoch,
    channels: channelsOf(series, sources),
    streams: sources.map(({ stream, kind, frameId, role }, i) => ({
      id: stream,
      kind,
      frameId,
      clock: { domain: 'unix' },
      nominalRate: health[i].rate,
      role,
    })),
    mounts: [],
    health,
    range: { first: stampOf(0), last: stampFrom(first, last) },
    session: undefined,
    warnings: warningsOf(sources),
    entries,
  };
}

const nsOf = (seconds: number): bigint => BigInt(Math.floor(seconds)) * NS + BigInt(Math.round((seconds % 1) * 1e9));
const stampFrom = (first: number, time: number): Stamp => stampOf(Math.round((time - first) * NS_PER_SECOND));

function named(source: Source, { mappings = [] }: OpenOptions): Named {
  const mapping = mappings.find((one) => one.source === source.topic || one.source === source.stream);
  return {
    ...source,
    stream: mapping?.stream ?? source.stream,
    frameId: mapping?.frameId ?? source.frameId,
    role: mapping?.role ?? 'sensor',
  };
}

/** Frames of all streams in order of time. What goes back in time arrives when it comes, with the stamp it has. */
function* arrivals(sources: readonly Named[], first: number, epoch: bigint): Generator<Arrival> {
  const next = sources.map(() => 0);
  let received = 0;
  for (;;) {
    let from = -1;
    for (let i = 0; i < sources.length; i += 1) {
      if (next[i] >= sources[i].times.length) continue;
      if (from < 0 || sources[i].times[next[i]] < sources[from].times[next[from]]) from = i;
    }
    if (from < 0) return;
    const { stream, frameId, times, measurement } = sources[from];
    const row = next[from]++;
    const value = Number.isFinite(times[row]) ? measurement(row) : undefined;
    if (value === undefined) continue;
    const at = stampFrom(first, times[row]);
    received = Math.max(received, at);
    yield { stream, frameId, device: epoch + BigInt(at), received: stampOf(received), measurement: value };
  }
}

function channelsOf(series: readonly Series[], sources: readonly Named[]): LogReader['channels'] {
  const typeOf = ({ type, columns }: Series): string => `numpy ${type}[${columns}]`;
  const whole = series.map((one) => ({
    topic: one.name,
    type: typeOf(one),
    count: one.rows,
    stream: sources.find(({ topic, also }) => topic === one.name || also.includes(one.name))?.stream,
  }));
  // What a receiver says of its velocity stands in the same rows as its position.
  const second = sources.filter(({ topic }) => !series.some(({ name }) => name === topic));
  return [
    ...whole,
    ...second.map(({ topic, times, stream }) => ({ topic, type: 'of the same rows', count: times.length, stream })),
  ];
}

function healthOf({ stream, times }: Named): StreamHealthSummary {
  const count = times.length;
  const period = count > 1 ? (times[count - 1] - times[0]) / (count - 1) : NaN;
  let [gaps, longest, backward, duplicates] = [0, 0, 0, 0];
  for (let i = 1; i < count; i += 1) {
    const step = times[i] - times[i - 1];
    if (step > 0.1 && step > 10 * period) gaps += 1;
    if (step < 0) backward += 1;
    if (step === 0) duplicates += 1;
    longest = Math.max(longest, step);
  }
  return { stream, count, rate: period > 0 ? 1 / period : undefined, gaps, longestGap: longest, backward, duplicates };
}

function warningsOf(sources: readonly Named[]): string[] {
  return sources.flatMap(({ topic, times, measurement }) => {
    let missing = 0;
    for (let row = 0; row < times.length; row += 1) if (measurement(row) === undefined) missing += 1;
    return missing === 0 ? [] : [`${topic}: ${missing} of ${times.length} rows without a number are left out`];
  });
}
