import { createAlignment, type AlignReason } from '../align/index.ts';
import { createStreamClock, DEFAULT_CLOCK, type StreamClock } from '../clock/index.ts';
import type { Input, Publication, StreamEvent, Verdict } from '../contract/index.ts';
import type { AlignedSet, Arrival, Frame, Stamp, StreamDescriptor, StreamId, UnixNs } from '../frame/index.ts';
import type { Transform } from '../geometry/index.ts';
import type { Hashes, PipelineConfig } from './config.ts';
import { createDigest } from './digest.ts';
import { isFiniteMeasurement } from './finite.ts';
import { createFrozenDetector } from './frozen.ts';
import { createFusion } from './fuse.ts';
import { createLedger } from './ledger.ts';
import { createMonitor } from './monitor.ts';
import { createOutbox } from './outbox.ts';
import { createReferenceComparison } from './reference.ts';
import { createReporter } from './reporter.ts';
import { createSetStatistics, type PipelineReport } from './report.ts';

/** What the pipeline is made of. */
export interface PipelineOptions {
  readonly config: PipelineConfig;
  readonly streams: readonly StreamDescriptor[];
  /** T_base_sensor by stream. */
  readonly mounts: ReadonlyMap<StreamId, Transform>;
  /** Unix time of the session's epoch, ns. */
  readonly epoch: UnixNs;
  readonly hashes: Hashes;
  /** Where messages go: the publishers. */
  readonly publish: (publication: Publication) => void;
}

/** The deterministic state machine: one input in, messages out. */
export interface Pipeline {
  step(input: Input): void;
  /** What it looks like now, for displays and summaries. */
  report(): PipelineReport;
  /** SHA-256 over everything published so far, in hex. */
  digest(): string;
}

/**
 * Joins the stages: sequencer -> clock -> align -> fusion -> publish. The same inputs give the same messages, byte for
 * byte, on the same major version of Node and the same architecture.
 */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { config, streams, mounts, epoch } = options;
  const sensors = streams.filter((stream) => stream.role === 'sensor');
  const references = new Set(streams.filter((stream) => stream.role === 'reference').map((stream) => stream.id));

  const digest = createDigest();
  const outbox = createOutbox(digest, options.publish);
  const ledger = createLedger(streams.map((stream) => stream.id));
  const monitor = createMonitor(streams);
  const clocks = new Map<StreamId, StreamClock>(
    streams.map((stream) => [stream.id, createStreamClock(stream, config.streams[stream.id] ?? DEFAULT_CLOCK, epoch)]),
  );
  const frozen = new Map(streams.map((stream) => [stream.id, createFrozenDetector()]));
  const alignment = createAlignment(config.align, sensors, { set: onSet, used: onUsed, dropped: onDropped });
  const fusion = createFusion(config.fusion, sensors, mounts);
  const comparison = createReferenceComparison();
  const setStatistics = createSetStatistics();
  const reporter = createReporter({ ...options, outbox, clocks, ledger, monitor, fusion, alignment, setStatistics });
  let inputs = 0;
  let now = 0 as Stamp;

  function step(input: Input): void {
    inputs = input.number;
    now = input.now;
    switch (input.kind) {
      case 'frame':
        return onArrival(input.arrival, input);
      case 'tick':
        return onTick();
      case 'stream':
        return onStreamEvent(input.stream, input.event, input.at);
      case 'command':
        // No stage takes commands yet; they have their place in the order and in the log.
        return;
    }
  }

  function onArrival(arrival: Arrival, input: Input): void {
    const { stream } = arrival;
    ledger.received(stream);
    monitor.arrived(stream, arrival.received);
    const stamped = clocks.get(stream)?.stamp(arrival);
    if (stamped?.verdict !== 'stamped') return refuse(stream, stamped?.reason ?? 'unknown stream');
    if (stamped.event !== undefined) monitor.clockChanged(stream, stamped.event);
    const { frameId, received, measurement } = arrival;
    if (!isFiniteMeasurement(measurement)) return refuse(stream, 'not finite');
    monitor.frozen(stream, frozen.get(stream)?.(measurement) ?? false, received);
    const { stamp, deviation } = stamped;
    onFrame({ input: input.number, stream, frameId, stamp, deviation, received, measurement });
  }

  function refuse(stream: StreamId, reason: string): void {
    ledger.refuse(stream, reason);
    monitor.troubled(stream, reason);
  }

  function onFrame(frame: Frame): void {
    const aligned = alignment?.streams.has(frame.stream) ?? false;
    ledger.open(frame, aligned);
    if (references.has(frame.stream)) {
      comparison.seen(frame);
      ledger.judge(frame, { verdict: 'used' });
    }
    fusion.take(frame, judge);
    if (aligned) alignment?.aligner.add(frame, now);
    ledger.close(frame);
  }

  function judge(frame: Frame, verdict: Verdict): void {
    ledger.judge(frame, verdict);
    if (verdict.verdict === 'dropped') monitor.troubled(frame.stream, verdict.reason);
  }

  function onTick(): void {
    alignment?.aligner.tick(now);
    monitor.tick(now);
    reporter.tick(now, inputs);
  }

  function onStreamEvent(stream: StreamId, event: StreamEvent, at: Stamp): void {
    monitor.event(stream, event, at);
    if (event.what !== 'dropped') return;
    ledger.lost(stream, event.reason, event.count);
    monitor.troubled(stream, event.reason);
  }

  function onSet(set: AlignedSet): void {
    setStatistics.add(set);
    reporter.set(set);
  }

  function onUsed(frame: Frame): void {
    ledger.release(frame, { verdict: 'used' });
  }

  function onDropped(frame: Frame, reason: AlignReason): void {
    ledger.release(frame, { verdict: 'dropped', reason });
  }

  return {
    step,
    report() {
      const pose = fusion.pose.estimate();
      return {
        now,
        inputs,
        published: outbox.count(),
        streams: streams.map((stream) => ({
          descriptor: stream,
          health: monitor.health(stream.id, now),
          account: ledger.account(stream.id),
        })),
        sets: setStatistics.value(),
        pivot: alignment?.pivot,
        pose,
        comparison: pose && comparison.compare(pose.pose),
      };
    },
    digest: digest.value,
  };
}
