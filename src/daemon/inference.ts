import { SensoriumError, showValue, type Admit, type EffectRequest, type ModelDefinition } from '../contract/index.ts';
import type { Stamp } from '../frame/index.ts';
import { modelFolder, readModel } from '../inference/index.ts';
import type { PerceptionConfig } from '../perception/index.ts';
import { createPool } from '../workers/index.ts';
import type { Log } from './log.ts';

/** Runs the models that the pipeline asks for, and admits what came of it. */
export interface Inference {
  readonly request: (request: EffectRequest) => void;
  /** Jobs that run or wait, and how many more would be taken. */
  readonly load: () => { readonly backlog: number; readonly credit: number };
  close(): Promise<void>;
}

/** What inference needs. */
export interface InferenceOptions {
  readonly config: PerceptionConfig;
  /** Path of the worker's program. */
  readonly worker: string;
  readonly now: () => Stamp;
  readonly admit: Admit;
  readonly log: Log;
}

/** One worker: one core for pictures, the others for everything else. */
const WORKERS = 1;
const QUEUE = 4;
/** Time that loading a model may take beside the deadline of its answers, ms. */
const LOADING_MS = 5000;
/** A worker's bound; a model that needs more has no place beside the daemon on a small board. */
const MEMORY = 1.5 * 2 ** 30;

/**
 * Checks that the configured models are there, as their manifests say.
 * @throws SensoriumError E_CONFIG_RANGE for a model that this build does not know; E_MODEL_* for one whose files are not there
 *   or not right
 */
export async function checkModels(config: PerceptionConfig, models: readonly ModelDefinition[]): Promise<void> {
  for (const [stream, { model }] of Object.entries(config.detectors)) {
    const manifest = manifestOf(models, model, stream);
    await readModel(modelFolder(), manifest).catch((error: unknown) => {
      if (!(error instanceof SensoriumError) || error.code !== 'E_MODEL_MISSING') throw error;
      const what = `not there; "sensorium models pull ${model}" fetches it, SENSORIUM_MODELS says where it is`;
      throw new SensoriumError('E_MODEL_MISSING', what, { path: error.path, cause: error });
    });
  }
}

/** Starts the worker that runs the configured models; `undefined` where there are none. */
export function startInference(options: InferenceOptions): Inference | undefined {
  const { config, log } = options;
  const detectors = Object.entries(config.detectors);
  if (detectors.length === 0) return undefined;
  const pool = createPool({
    script: options.worker,
    size: WORKERS,
    queue: QUEUE,
    deadlineMs: LOADING_MS + Math.max(...detectors.map(([, { deadlineMs }]) => deadlineMs)),
    startMs: 2 * LOADING_MS,
    memoryLimit: MEMORY,
    replaced: (reason, detail) => log.error({ reason, detail }, 'a model worker was lost and is replaced'),
  });
  return {
    request({ id, model, frame: { measurement, lease } }) {
      if (measurement.kind !== 'image') return;
      const { data, ...picture } = measurement;
      lease?.retain();
      const job = { id, task: 'detect', payload: { model, picture }, bytes: data, taken: () => lease?.release() };
      pool.run(job, (outcome) => {
        if (outcome.status === 'done') options.admit({ kind: 'effect', at: options.now(), id, outcome });
        else {
          const { reason, detail } = outcome;
          if (detail !== undefined) log.error({ model, reason, detail }, 'a model gave no answer');
          if (reason === 'closed') return;
          options.admit({ kind: 'effect', at: options.now(), id, outcome: { status: 'failed', reason } });
        }
      });
    },
    load() {
      const { running, waiting } = pool.counters();
      return { backlog: running + waiting, credit: WORKERS - running + QUEUE - waiting };
    },
    close: () => pool.close(),
  };
}

function manifestOf(models: readonly ModelDefinition[], name: string, stream: string) {
  const found = models.find(({ kind, manifest }) => kind === 'detector' && manifest.name === name);
  if (found !== undefined) return found.manifest;
  const known = models.filter(({ kind }) => kind === 'detector').map(({ manifest }) => `"${manifest.name}"`);
  throw new SensoriumError('E_CONFIG_RANGE', `expected one of ${known.join(', ')}, got ${showValue(name)}`, {
    path: `perception.detectors.${stream}.model`,
  });
}
