import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Publication, Publisher } from '../contract/index.ts';
import { NS_PER_SECOND } from '../frame/index.ts';
import { hostMessage, publication, timeAt } from '../publish/index.ts';
import type { ConfigHashes } from '../config/index.ts';
import type { RecordingStatus } from '../record/index.ts';
import type { PoolCounters } from '../workers/index.ts';
import type { HostClock } from './host-clock.ts';

/** What host diagnostics are about. */
export interface HostDiagnosticsOptions {
  readonly clock: HostClock;
  readonly hashes: ConfigHashes;
  readonly publishers: readonly Publisher[];
  /** How the recording fares; `undefined` where there is none. */
  readonly recording: () => RecordingStatus | undefined;
  /** How the worker fares that runs the models; `undefined` where there are none. */
  readonly models: () => PoolCounters | undefined;
  /** Messages a second; 0: none. */
  readonly hz: number;
  readonly publish: (publication: Publication) => void;
}

/**
 * Publishes `diag/host`: how the machine fares. It depends on the host, so it stays outside the pipeline and the digest.
 * @returns stops it
 */
export function startHostDiagnostics(options: HostDiagnosticsOptions): () => void {
  const { clock, hashes, publishers, recording, models, hz, publish } = options;
  if (hz <= 0) return () => undefined;
  const toTime = timeAt(clock.epoch);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let sequence = 0;
  let cpuBefore = process.cpuUsage();
  let before = clock.now();
  const timer = setInterval(() => {
    const stamp = clock.now();
    const used = process.cpuUsage(cpuBefore);
    const elapsed = Math.max(1, stamp - before);
    cpuBefore = process.cpuUsage();
    before = stamp;
    sequence += 1;
    const message = hostMessage(toTime, {
      stamp,
      cpu: ((used.user + used.system) * 1000) / elapsed,
      memory: process.memoryUsage(),
      eventLoopDelay: { mean: delay.mean, p99: delay.percentile(99), max: delay.max },
      uptime: stamp / NS_PER_SECOND,
      publishers: publishers.map((publisher) => ({ name: publisher.name, counters: publisher.counters() })),
      recording: recording(),
      models: models(),
      origin: { inputs: [], absent: [], ...hashes },
    });
    delay.reset();
    publish(publication('diag/host', 'HostDiagnostics', stamp, sequence, message));
  }, 1000 / hz);
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}
