import { createDelayMonitor, type Delay, type DelayOptions } from '../clock/delay/index.ts';
import { createStreamClock, DEFAULT_CLOCK, type StreamClock } from '../clock/index.ts';
import type { Arrival, InputNumber, StreamDescriptor } from '../frame/index.ts';
import type { LogReader } from '../record/index.ts';

/** How the delays of a log are found. */
export interface LogDelayOptions extends DelayOptions {
  /** Clock of a stream, as the pipeline would have it; default: device stamps, without a latency. */
  readonly clockOf?: (stream: StreamDescriptor) => StreamClock;
}

/** Finds the delays between the streams of a log whose arrivals it is shown, in their order. */
export interface DelayStudy {
  saw(arrival: Arrival): void;
  /** The delays between all streams that see the same motion; `ms: null` for those that cannot be told. */
  delays(): Delay[];
}

/** @param options rotations of mounts, T_base_<stream>; without one for an IMU its vertical is found by gravity */
export function createDelayStudy(
  { streams, epoch }: Pick<LogReader, 'streams' | 'epoch'>,
  options: LogDelayOptions = {},
): DelayStudy {
  const clockOf = options.clockOf ?? ((stream) => createStreamClock(stream, DEFAULT_CLOCK, epoch));
  const clocks = new Map(streams.map((stream) => [stream.id, clockOf(stream)]));
  const monitor = createDelayMonitor(streams, options);
  let number = 0;
  return {
    saw(arrival) {
      const { stream, frameId, received, measurement } = arrival;
      const stamped = clocks.get(stream)?.stamp(arrival);
      number += 1;
      if (stamped?.verdict !== 'stamped') return;
      const { stamp, deviation } = stamped;
      monitor.take({ input: number as InputNumber, stream, frameId, stamp, deviation, received, measurement });
    },
    delays: () => monitor.delays(),
  };
}

/** The delays of a whole log; see {@link createDelayStudy}. Reads the log once. */
export async function delaysOf(log: LogReader, options: LogDelayOptions = {}): Promise<Delay[]> {
  const study = createDelayStudy(log, options);
  for await (const batch of log.entries()) {
    for (const entry of batch) if (entry.kind === 'frame') study.saw(entry.arrival);
  }
  return study.delays();
}
