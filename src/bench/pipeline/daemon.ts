import { fileURLToPath } from 'node:url';
import { readConfig } from '../../config/index.ts';
import { startDaemon, type SessionStart } from '../../daemon/index.ts';
import { createThreadedLogWriter, type RecordingStatus } from '../../record/index.ts';
import { sessionHeaderOf } from '../../replay/index.ts';
import { loadDriver, nothingYet, type LoadCounts } from './driver.ts';
import type { LoadPlan } from './plan.ts';

/** How the daemon of the bench is started. */
export interface BenchDaemonOptions {
  readonly plan: LoadPlan;
  /** File to record to. */
  readonly record?: string;
  /** Whether a model is asked about every picture. */
  readonly hasModel: boolean;
  /** Payloads in shared memory; else each in memory of its own, copied from thread to thread. */
  readonly isShared: boolean;
}

/** What it says. */
export type BenchDaemonMessage =
  | { readonly ready: { readonly address: string; readonly load: number | undefined } }
  | { readonly done: BenchDaemonResult };

/** What became of everything. */
export interface BenchDaemonResult {
  readonly counts: LoadCounts;
  readonly recording: RecordingStatus | undefined;
}

/*
 * The daemon of `sensorium bench pipeline`, in a process of its own: the real one, but for its driver, which reads the load.
 * It runs until it is told to stop, and says what became of everything.
 */

const { plan, record, hasModel, isShared } = JSON.parse(process.argv[2]) as BenchDaemonOptions;
const counts = nothingYet();
const load = loadDriver(plan, isShared, counts);
const drivers = [load.definition];
const config = readConfig(
  {
    sources: { robot: { driver: 'load' } },
    publish: { mqtt: { enabled: false } },
    web: { enabled: false },
    ...(!hasModel ? {} : { perception: { detectors: { camera: { model: 'busy', hz: 1000 } } } }),
    ...(record === undefined ? {} : { record: { path: record } }),
  },
  drivers,
);
const say = (message: BenchDaemonMessage): void => void process.send?.(message);
const daemon = await startDaemon({
  config,
  drivers,
  version: 'bench',
  ...(!hasModel ? {} : { modelWorker: { script: fileURLToPath(new URL('./busy-worker.js', import.meta.url)) } }),
  openRecorder: (path: string, { clock, ...session }: SessionStart) =>
    createThreadedLogWriter(path, sessionHeaderOf({ ...session, epoch: clock.epoch }, 'bench')),
});
say({ ready: { address: daemon.publishers[0].address, load: counts.pid } });
// Whoever asked for it is gone: nobody would ever stop it.
process.once('disconnect', () => process.exit(0));
process.once('message', () => {
  void load
    .drain()
    .then(() => daemon.stop())
    .then(() => {
      say({ done: { counts, recording: daemon.recording() } });
      process.disconnect();
    });
});
