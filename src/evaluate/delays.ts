import { createDelayMonitor, type Delay, type DelayOptions } from '../clock/delay/index.ts';
import { createStreamClock, DEFAULT_CLOCK, type StreamClock } from '../clock/index.ts';
import type { InputNumber, StreamDescriptor } from '../frame/index.ts';
import type { LogReader } from '../record/index.ts';

/** How the delays of a log are found. */
export interface LogDelayOptions extends DelayOptions {
  /** Clock of a stream, as the pipeline would have it; default: device stamps, without a latency. */
  readonly clockOf?: (stream: StreamDescriptor) => StreamClock;
}

/**
 * The delays between all streams of a log that see the same motion; `ms: null` for those that cannot be told. Reads the
 * log once.
 *
 * @param options rotations of mounts, T_base_<stream>; without one for an IMU its vertical is found by gravity
 */
export async function delaysOf(log: LogReader, options: LogDelayOptions = {}): Promise<Delay[]> {
  const clockOf = options.clockOf ?? ((stream) => createStreamClock(stream, DEFAULT_CLOCK, log.epoch));
  const clocks = new Map(log.streams.map((stream) => [stream.id, clockOf(stream)]));
  const monitor = createDelayMonitor(log.streams, options);
  let number = 0;
  for await (const batch of log.entries()) {
    for (const entry of batch) {
      if (entry.kind !== 'frame') continue;
      const { stream, frameId, received, measurement } = entry.arrival;
      const stamped = clocks.get(stream)?.stamp(entry.arrival);
      number += 1;
      if (stamped?.verdict !== 'stamped') continue;
      const { stamp, deviation } = stamped;
      monitor.take({ input: number as InputNumber, stream, frameId, stamp, deviation, received, measurement });
    }
  }
  return monitor.delays();
}
