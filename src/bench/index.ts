import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AlignConfig } from '../align/index.ts';
import type { AlignFigures } from './align.ts';

export type { AlignFigures } from './align.ts';
export { FAULTS, type Fault } from './faulty-model.ts';
export { benchKernels, type KernelFigures } from './kernels.ts';
export { scratchFolder } from './scratch.ts';

/** Benchmarks the policy of a configuration with so many messages, in a worker thread. */
export async function benchAlign(config: AlignConfig, messages: number): Promise<AlignFigures> {
  const worker = new Worker(new URL('./align-worker.js', import.meta.url), { workerData: { config, messages } });
  const [figures] = (await once(worker, 'message')) as [AlignFigures];
  await worker.terminate();
  return figures;
}
export { deviceBench, fuzzDecoder, programBench, type DeviceBench, type FuzzFigures } from './drivers/fuzz.ts';
export { benchPassThrough, type PassThroughFigures } from './drivers/mjpeg.ts';
export { benchImus } from './drivers/imus.ts';
export type { WatchedFigures } from './drivers/watch.ts';
export { benchDecoder, type DecodeFigures } from './drivers/rate.ts';
export { loadSensors } from './pipeline/driver.ts';
export { runPipeline, type PipelineFigures } from './pipeline/run.ts';
