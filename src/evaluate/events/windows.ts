import { NS_PER_SECOND, type StreamId } from '../../frame/index.ts';
import type { LogReader } from '../../record/index.ts';
import { METERS } from './meters.ts';
import type { Meter } from './tally.ts';

/** A stretch of time of a labelled recording. */
export interface Window {
  /** Events that hold at some moment of it. */
  readonly events: ReadonlySet<string>;
  /** What the meters say, by stream and the name of the number; NaN: nothing to tell by. */
  readonly numbers: ReadonlyMap<StreamId, Readonly<Record<string, number>>>;
}

/**
 * Cuts a labelled recording into windows, by the times at which frames were received. Streams that are references (the truth)
 * give the labels and are not measured. A window without a label, and the last one if it is not whole, is left out.
 * @param seconds length of a window, s
 */
export async function windowsOf(log: LogReader, seconds: number): Promise<Window[]> {
  const windows: Window[] = [];
  const meters = new Map<StreamId, Meter>();
  const references = new Set<StreamId>();
  for (const { id, kind, role } of log.streams) {
    const make = METERS[kind];
    if (role === 'reference') references.add(id);
    else if (make !== undefined) meters.set(id, make());
  }
  let end = NaN;
  let events = new Set<string>();
  let labelled = false;

  function close(): void {
    const numbers = new Map([...meters].map(([stream, meter]) => [stream, meter.take()]));
    if (labelled) windows.push({ events, numbers });
    events = new Set();
    labelled = false;
  }

  for await (const batch of log.entries()) {
    for (const entry of batch) {
      if (entry.kind !== 'frame') continue;
      const { stream, received, measurement } = entry.arrival;
      if (Number.isNaN(end)) end = received + seconds * NS_PER_SECOND;
      for (; received >= end; end += seconds * NS_PER_SECOND) close();
      if (measurement.kind === 'scene') {
        labelled = true;
        for (const { event } of measurement.events) events.add(event);
      } else if (!references.has(stream)) meters.get(stream)?.saw(measurement);
    }
  }
  return windows;
}
