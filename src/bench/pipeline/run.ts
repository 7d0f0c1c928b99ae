import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HEAP_FLAGS } from '../../daemon/heap.ts';
import { subscribe } from '../../publish/index.ts';
import { residentBytes } from '../../workers/index.ts';
import type { BenchDaemonMessage, BenchDaemonOptions, BenchDaemonResult } from './daemon.ts';
import { epochNow, unixNow } from './plan.ts';
import { processorSeconds } from './process.ts';

/** One run of the whole daemon under load. */
export interface PipelineRun {
  readonly bytesPerSecond: number;
  readonly seconds: number;
  readonly record?: string;
  readonly hasModel: boolean;
  readonly isShared: boolean;
}

/** What came of it. */
export interface PipelineFigures {
  /** Frames that the load gave and that were not admitted or, where it records, not recorded; what it could not write included. */
  readonly lost: number;
  /** ms from when an IMU frame was written to its pipe to when a ZeroMQ subscriber in another process has the pose that rests on it. */
  readonly imuToPublishMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Processor time of the daemon, its threads and its model workers, of one core. */
  readonly cpuPercent: number;
  /** Resident memory of the daemon's process at the end over that after a fifth of the time. */
  readonly memoryGrowthPercent: number;
  readonly memoryMiB: number;
  /** Payloads admitted, 10^6 bytes a second. */
  readonly MBps: number;
  readonly poses: number;
  /** Pictures that the model had its say about. */
  readonly answered?: number;
}

/** Until everything runs evenly, s: not counted. */
const WARM_UP = 3;
/** Part of the time after which the memory is compared with the end. */
const SETTLED_SHARE = 0.2;

/**
 * Runs the daemon in a process of its own under load, subscribes to it, and watches it from outside.
 * @param progress told each second of the seconds so far
 */
export async function runPipeline(run: PipelineRun, progress: (seconds: number) => void): Promise<PipelineFigures> {
  const { seconds, record, hasModel, isShared } = run;
  const plan = { bytesPerSecond: run.bytesPerSecond, epoch: epochNow() };
  const options: BenchDaemonOptions = { plan, record, hasModel, isShared };
  const child = fork(fileURLToPath(new URL('./daemon.js', import.meta.url)), [JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [...process.execArgv, ...HEAP_FLAGS],
  });
  const pid = child.pid as number;
  const heard = <T extends BenchDaemonMessage>(): Promise<T> =>
    Promise.race([
      once(child, 'message').then(([message]) => message as T),
      once(child, 'exit').then(() => Promise.reject(new Error('the daemon of the bench ended early'))),
    ]);
  try {
    const { ready } = await heard<{ ready: { address: string; load: number | undefined } }>();
    const latencies: number[] = [];
    let counting = false;
    let answered = 0;
    const subscription = await subscribe(ready.address, ['#'], {
      heard({ topic, payload }) {
        if (!counting) return;
        if (topic.endsWith('/pose')) latencies.push(Number(unixNow(plan) - stampIn(payload)) / 1e6);
        else if (topic.endsWith('/detections/camera')) answered += 1;
      },
      lost: () => undefined,
    });
    await wait(WARM_UP * 1000);
    counting = true;
    const began = performance.now();
    const before = processorSeconds(pid, ready.load);
    let settled = 0;
    for (let second = 1; second <= seconds; second += 1) {
      await wait(began + second * 1000 - performance.now());
      if (settled === 0 && second >= SETTLED_SHARE * seconds) settled = residentBytes(pid);
      progress(second);
    }
    const took = (performance.now() - began) / 1000;
    const cpu = processorSeconds(pid, ready.load) - before;
    const resident = residentBytes(pid);
    counting = false;
    const done = heard<{ done: BenchDaemonResult }>();
    child.send('stop');
    const result = (await done).done;
    await subscription.close();
    latencies.sort((a, b) => a - b);
    const at = (share: number): number =>
      latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))];
    return {
      lost: lostOf(result, record !== undefined),
      imuToPublishMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
      cpuPercent: (100 * cpu) / took,
      memoryGrowthPercent: 100 * (resident / settled - 1),
      memoryMiB: resident / 2 ** 20,
      MBps: result.counts.bytes / 1e6 / (took + WARM_UP),
      poses: latencies.length,
      ...(hasModel ? { answered } : {}),
    };
  } finally {
    child.kill('SIGKILL');
  }
}

/** Unix ns of a message's stamp. */
function stampIn(payload: Buffer): bigint {
  const { timestamp } = JSON.parse(payload.toString()) as { timestamp: { sec: number; nsec: number } };
  return BigInt(timestamp.sec) * 1_000_000_000n + BigInt(timestamp.nsec);
}

function lostOf({ counts, recording }: BenchDaemonResult, isRecorded: boolean): number {
  const total = (of: Readonly<Record<string, number>> | undefined): number =>
    Object.values(of ?? {}).reduce((sum, count) => sum + count, 0);
  const unrecorded = isRecorded ? total(recording?.lost) : 0;
  return total(counts.sent) + total(counts.skipped) - counts.admitted + unrecorded;
}
