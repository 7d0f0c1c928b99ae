import type { Input, InputBody } from '../contract/index.ts';
import type { InputNumber } from '../frame/index.ts';
import { createSequencer, type Pipeline, type Sequencer } from '../pipeline/index.ts';
import { resultOf, type ReplayResult } from './result.ts';
import { createPace, type Pace } from './pace.ts';
import type { Rerun } from './rerun.ts';

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
  /** Runs the models again. Unset: their answers are those of the log. */
  readonly rerun?: Rerun;
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
  const { pipeline, tap, signal, rerun } = options;
  const pace = options.pace ?? createPace('max');
  const sequencer = createSequencer({ tap, step: (input) => pipeline.step(input) });
  const started = performance.now();
  for await (const batch of batches) {
    for (const entry of batch) {
      if (signal?.aborted === true) break;
      take(sequencer, rerun !== undefined && entry.kind === 'effect' ? await rerun.place(entry) : entry);
      if (rerun !== undefined) await answer(rerun, sequencer);
      const wait = pace(sequencer.now());
      if (wait !== undefined) await wait.catch(() => undefined);
    }
    if (signal?.aborted === true) break;
    options.progress?.(sequencer);
  }
  return resultOf(pipeline, options.odom, (performance.now() - started) / 1000);
}

function take(sequencer: Sequencer, entry: Entry): void {
  if ('number' in entry) sequencer.repeat(entry);
  else sequencer.admit(entry);
}

/** Admits answers that the log does not hold, under the number of the input that asked: those after it keep theirs. */
async function answer(rerun: Rerun, sequencer: Sequencer): Promise<void> {
  const at = sequencer.now();
  const number = sequencer.count() as InputNumber;
  for (const effect of await rerun.due()) sequencer.repeat({ number, now: at, at, ...effect });
}
