import type { Admit, EffectRequest } from '../contract/index.ts';
import type { Stamp } from '../frame/index.ts';
import type { HeadConfig } from '../fusion/index.ts';
import type { PerceptionConfig } from '../perception/index.ts';
import type { PoolCounters, WorkerProgram } from '../workers/index.ts';
import type { Log } from './log.ts';
import { startModels, type ModelRunner } from './models.ts';

/** Runs the models that the pipeline asks for, and admits what came of it. */
export interface Inference {
  readonly request: (request: EffectRequest) => void;
  readonly run: ModelRunner['run'];
  readonly cancel: ModelRunner['cancel'];
  readonly counters: () => PoolCounters;
  readonly load: ModelRunner['load'];
  close(): Promise<void>;
}

/** What inference needs. */
export interface InferenceOptions {
  readonly config: PerceptionConfig;
  /** By name. */
  readonly heads: Readonly<Record<string, HeadConfig>>;
  readonly worker: WorkerProgram;
  readonly now: () => Stamp;
  readonly admit: Admit;
  readonly log: Log;
}

/** Starts the worker that runs the configured models; `undefined` where there are none. */
export function startInference({ config, heads, worker, now, admit, log }: InferenceOptions): Inference | undefined {
  const stages = [...Object.values(config.detectors), ...Object.values(config.sounds), ...Object.values(heads)];
  // A head without a model may be given one by a command.
  if (stages.length === 0) return undefined;
  const models = startModels({
    config,
    worker,
    log,
    deadlineMs: Math.max(...stages.map(({ deadlineMs }) => deadlineMs)),
    // What may be open at once: a picture a detector, the backlog of a listener, a window and a new model of a head.
    queue: Object.values(config.sounds).reduce(
      (sum, { backlog }) => sum + backlog,
      Object.keys(config.detectors).length + 2 * Object.keys(heads).length,
    ),
  });
  return {
    request: (asked) => models.run(asked, (outcome) => admit({ kind: 'effect', at: now(), id: asked.id, outcome })),
    run: models.run,
    cancel: models.cancel,
    counters: models.counters,
    load: models.load,
    close: () => models.close(),
  };
}
