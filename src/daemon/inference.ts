import type { Admit, EffectOutcome, EffectRequest } from '../contract/index.ts';
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
  /** Takes the small pictures that come with embeddings: they are too much for an input. */
  readonly thumbnail: (embedded: string, thumbnail: Uint8Array) => void;
}

/** Starts the worker that runs the configured models; `undefined` where there are none. */
export function startInference(options: InferenceOptions): Inference | undefined {
  const { config, heads, worker, now, admit, log, thumbnail } = options;
  const { detectors, sounds, embeddings, speech, answers, imagination } = config;
  const pictures = [...Object.values(detectors), ...Object.values(embeddings)];
  const stages = [...pictures, ...Object.values(sounds), ...Object.values(heads)];
  // A head without a model may be given one by a command.
  const others = [speech, answers, imagination].filter(({ model }) => model !== undefined);
  if (stages.length === 0 && others.length === 0) return undefined;
  const models = startModels({
    config,
    worker,
    log,
    deadlineMs: Math.max(1, ...stages.map(({ deadlineMs }) => deadlineMs)),
    // What may be open at once: a picture a detector, a picture and words an embedder, the backlog of a listener, a window and a new
    // model of a head.
    queue: Object.values(sounds).reduce(
      (sum, { backlog }) => sum + backlog,
      Object.keys(detectors).length + 2 * Object.keys(embeddings).length + 2 * Object.keys(heads).length,
    ),
  });
  /** An outcome that may be recorded. */
  function plain(id: string, outcome: EffectOutcome): EffectOutcome {
    if (outcome.status === 'failed') return outcome;
    const { thumbnail: picture, ...output } = { ...(outcome.output as { readonly thumbnail?: Uint8Array }) };
    if (picture === undefined) return outcome;
    thumbnail(id, picture);
    return { status: 'done', output };
  }

  return {
    request: (asked) =>
      models.run(asked, (outcome) =>
        admit({ kind: 'effect', at: now(), id: asked.id, outcome: plain(asked.id, outcome) }),
      ),
    run: models.run,
    cancel: models.cancel,
    counters: models.counters,
    load: models.load,
    close: () => models.close(),
  };
}
