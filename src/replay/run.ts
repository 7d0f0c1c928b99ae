import type { Input, InputBody } from '../contract/index.ts';
import { createSequencer, type Pipeline, type Sequencer } from '../pipeline/index.ts';
import { resultOf, type ReplayResult } from './result.ts';
import { createPace, type Pace } from './pace.ts';

/** What comes out of a log or a virtual source: numbered already, or to be numbered now. */
export type Entry = Input | InputBody;

/** How a run goes. */
export interface RunOptions {
  readonly pipeline: Pipeline;
  /** Name of the frame that the final pose is given in. */
  readonly odom: string;
  /** Sees every input before the pipeline: a recorder. */
  readonly tap?: (input: Input) => void;
  readonly pace?: Pace;
  /** Called after every batch. */
  readonly progress?: (sequencer: Sequencer) => void;
  /** Ends the run early, in order. */
  readonly signal?: AbortSignal;
}

/** Drives a pipeline with batches of entries, in their order, as fast as they come or as the pace allows. */
export async function runThrough(
  batches: AsyncIterable<readonly Entry[]> | Iterable<readonly Entry[]>,
  options: RunOptions,
): Promise<ReplayResult> {
  const { pipeline, tap, signal } = options;
  const pace = options.pace ?? createPace('max');
  const sequencer = createSequencer({ tap, step: (input) => pipeline.step(input) });
  const started = performance.now();
  for await (const batch of batches) {
    for (const entry of batch) {
      if (signal?.aborted === true) break;
      if ('number' in entry) sequencer.repeat(entry);
      else sequencer.admit(entry);
      const wait = pace(sequencer.now());
      if (wait !== undefined) await wait.catch(() => undefined);
    }
    if (signal?.aborted === true) break;
    options.progress?.(sequencer);
  }
  return resultOf(pipeline, options.odom, (performance.now() - started) / 1000);
}
