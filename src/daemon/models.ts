import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  SensoriumError,
  showValue,
  type EffectOutcome,
  type EffectRequest,
  type ModelDefinition,
} from '../contract/index.ts';
import { familyOfFolder, referenceOf } from '../hub/index.ts';
import { modelFolder, readModel } from '../inference/index.ts';
import { windowOf, type ListenerConfig, type PerceptionConfig } from '../perception/index.ts';
import { createPool, type Job, type Outcome, type PoolCounters, type WorkerProgram } from '../workers/index.ts';
import { createAnswers, type Question, type Slow } from './answers.ts';
import type { Log } from './log.ts';
import type {
  AnswerJob,
  EmbedWordsJob,
  FuseJob,
  ImagineJob,
  ListenJob,
  NotFinite,
  OpenJob,
  PictureJob,
  ProgressJob,
  TranscribeJob,
} from './jobs.ts';

/** Runs the configured models in a worker process. */
export interface ModelRunner {
  /** Never throws; `done` is called once, later; not at all once it is closed. */
  readonly run: (
    request: EffectRequest,
    done: (outcome: EffectOutcome) => void,
    /** What an answer says while it says it: for display only. */
    heard?: (piece: string) => void,
  ) => void;
  /** Calls a question off: within one run of a network it fails as `cancelled`. */
  readonly cancel: (id: string) => void;
  readonly counters: () => PoolCounters;
  /** Jobs that run or wait, and how many more would be taken. */
  readonly load: () => { readonly backlog: number; readonly credit: number };
  close(): Promise<void>;
}

/** What a runner needs. */
export interface ModelRunnerOptions {
  readonly config: PerceptionConfig;
  readonly worker: WorkerProgram;
  readonly log: Log;
  /** Longest time of a run, ms. */
  readonly deadlineMs: number;
  /** Questions that may wait for the worker. */
  readonly queue: number;
}

/** One worker: one core for models, the others for everything else. */
const WORKERS = 1;
/** Time that a worker may take to start and to load its models, ms. */
const START_MS = 10_000;
/** The same where it loads encoders: their networks are larger, and tokenizers are a package of their own. */
const ENCODER_START_MS = 60_000;
/** A worker's bound; a model that needs more has no place beside the daemon on a small board. */
const MEMORY = 1.5 * 2 ** 30;
/** ms beyond the deadline of writing down before its worker is killed: it ends by itself behind a token. */
const GRACE_MS = 10_000;

/** Names of the models of this build, and the encoders, that a configuration asks for, each once. */
export function modelsOf({ detectors, sounds, embeddings }: PerceptionConfig): string[] {
  const stages = [...Object.values(detectors), ...Object.values(sounds), ...Object.values(embeddings)];
  return [...new Set(stages.map(({ model }) => model))];
}

/**
 * Checks that the configured models are there, as their manifests say, and that they take what they are to be given.
 * @throws SensoriumError E_CONFIG_RANGE for a model that this build does not know, or windows and labels that it does not have;
 *   E_MODEL_* for one whose files are not there or not right
 */
export async function checkModels(config: PerceptionConfig, models: readonly ModelDefinition[]): Promise<void> {
  for (const [stream, { model, words }] of Object.entries(config.detectors)) {
    const path = `perception.detectors.${stream}`;
    if (words.length > 0) await checkFamily(model, `${path}.model`, 'boxes');
    else if (/[/.]/.test(model)) {
      throw new SensoriumError('E_CONFIG_MISSING', `expected words that ${model} is to find`, {
        path: `${path}.words`,
      });
    } else await checkFiles(definitionOf(models, 'detector', model, `${path}.model`));
  }
  for (const [stream, its] of Object.entries(config.sounds)) {
    const path = `perception.sounds.${stream}`;
    const definition = definitionOf(models, 'sound', its.model, `${path}.model`);
    if (definition.kind === 'sound') checkListener(its, definition, path);
    await checkFiles(definition);
  }
  for (const [stream, { model }] of Object.entries(config.embeddings)) {
    checkHubModel(model, `perception.embeddings.${stream}.model`);
  }
  const { model: imagining } = config.imagination;
  if (imagining !== undefined) checkHubModel(imagining, 'perception.imagination.model');
  const { model: writing } = config.speech;
  if (writing !== undefined) await checkFamily(writing, 'perception.speech.model', 'speech');
  const { model } = config.answers;
  // A server is looked for when it is asked: it may start later.
  if (model !== undefined && !/^https?:/.test(model)) checkHubModel(model, 'perception.answers.model');
}

/** Its files are looked at when they are loaded: they may be large. */
function checkHubModel(model: string, path: string): void {
  const { folder } = referenceOf(modelFolder(), model);
  if (existsSync(join(folder, 'config.json'))) return;
  const what = `no model in ${folder}; "sensorium models pull ${model.split(':')[0]}" fetches one of a hub`;
  throw new SensoriumError('E_MODEL_MISSING', what, { path });
}

/** @throws SensoriumError E_MODEL_MISSING, and E_MODEL_UNKNOWN where it does something else */
async function checkFamily(model: string, path: string, kind: 'boxes' | 'speech'): Promise<void> {
  checkHubModel(model, path);
  await familyOfFolder(referenceOf(modelFolder(), model).folder, [kind]);
}

function definitionOf(
  models: readonly ModelDefinition[],
  kind: ModelDefinition['kind'],
  name: string,
  path: string,
): ModelDefinition {
  const fitting = models.filter((model) => model.kind === kind);
  const found = fitting.find(({ manifest }) => manifest.name === name);
  if (found !== undefined) return found;
  const known = fitting.map(({ manifest }) => `"${manifest.name}"`);
  throw new SensoriumError('E_CONFIG_RANGE', `expected one of ${known.join(', ')}, got ${showValue(name)}`, { path });
}

function checkListener(
  config: ListenerConfig,
  { manifest, window }: Extract<ModelDefinition, { kind: 'sound' }>,
  path: string,
): void {
  const { sampleRate, samples } = windowOf(config);
  const refuse = (key: string, expected: string, got: unknown): never => {
    throw new SensoriumError('E_CONFIG_RANGE', `expected ${expected}, got ${showValue(got)}`, {
      path: `${path}.${key}`,
    });
  };
  if (sampleRate !== window.sampleRate) refuse('sampleRate', `${window.sampleRate} for ${manifest.name}`, sampleRate);
  if (samples !== window.samples) {
    refuse('windowMs', `${(1000 * window.samples) / window.sampleRate} for ${manifest.name}`, config.windowMs);
  }
  const strange = config.labels.find((label) => !manifest.labels.includes(label));
  if (strange !== undefined) refuse('labels', `labels of ${manifest.name}`, strange);
}

async function checkFiles({ manifest }: ModelDefinition): Promise<void> {
  await readModel(modelFolder(), manifest).catch((error: unknown) => {
    if (!(error instanceof SensoriumError) || error.code !== 'E_MODEL_MISSING') throw error;
    const { name } = manifest;
    const what = `not there; "sensorium models pull ${name}" fetches it, SENSORIUM_MODELS says where it is`;
    throw new SensoriumError('E_MODEL_MISSING', what, { path: error.path, cause: error });
  });
}

/** Starts the worker that runs the configured models. */
export function startModels(options: ModelRunnerOptions): ModelRunner {
  const { config, log } = options;
  const pool = createPool({
    ...options.worker,
    args: modelsOf(config),
    size: WORKERS,
    queue: options.queue,
    deadlineMs: options.deadlineMs,
    startMs: holdsHubModel(config) ? ENCODER_START_MS : START_MS,
    memoryLimit: MEMORY,
    replaced: (reason, detail) => log.error({ reason, detail }, 'a model worker was lost and is replaced'),
  });
  // In a process of its own, too: an utterance takes seconds. It is there as long as the daemon, since who speaks does not wait for a model to open.
  const { model: writing, deadlineMs, backlog } = config.speech;
  const speech =
    writing === undefined
      ? undefined
      : createPool({
          ...options.worker,
          args: [writing],
          size: WORKERS,
          queue: Math.max(backlog, options.queue),
          deadlineMs: Math.max(deadlineMs, options.deadlineMs) + GRACE_MS,
          startMs: ENCODER_START_MS,
          memoryLimit: MEMORY,
          replaced: (reason, detail) =>
            log.error({ reason, detail }, 'a worker that writes down speech was lost and is replaced'),
        });
  // In a process of its own: an answer takes seconds, in which a detector would see nothing.
  const answers = createAnswers(options.worker, log);
  return {
    run(request, done, heard) {
      const ended = (outcome: Outcome): void => {
        const { output, reason, detail } = judged(outcome);
        if (reason === 'closed') return;
        if (detail !== undefined) log.error({ model: request.model, reason, detail }, 'a model gave no answer');
        done(reason === undefined ? { status: 'done', output } : { status: 'failed', reason });
      };
      switch (request.task) {
        case 'answer':
          return answers.run(answerJob(request, answers.jobOf(request), heard), ended);
        case 'imagine':
        case 'progress':
          return answers.run(imagineJob(request), ended);
        case 'transcribe':
          return (speech ?? pool).run(speechJob(request), ended);
        default:
          pool.run(jobOf(request), ended);
      }
    },
    cancel: (id) => answers.cancel(id),
    counters: () => pool.counters(),
    load() {
      const { running, waiting } = pool.counters();
      return { backlog: running + waiting, credit: WORKERS - running + options.queue - waiting };
    },
    async close() {
      await Promise.all([pool.close(), speech?.close(), answers.close()]);
    },
  };
}

function holdsHubModel({ detectors, embeddings }: PerceptionConfig): boolean {
  return Object.keys(embeddings).length > 0 || Object.values(detectors).some(({ words }) => words.length > 0);
}

/** Windows are small and go as they are; a picture's bytes are leased until they have been written to the worker. */
function jobOf(request: Exclude<EffectRequest, Slow | { task: 'transcribe' }>): Job {
  const { id, model, task } = request;
  switch (request.task) {
    case 'listen':
      return { id, task, payload: { model, samples: request.samples } satisfies ListenJob };
    case 'fuse':
      return { id, task, payload: { model, window: request.window } satisfies FuseJob };
    case 'open':
      return { id, task, payload: { model, shape: request.shape } satisfies OpenJob };
    case 'embedWords':
      return { id, task, payload: { model, words: request.words } satisfies EmbedWordsJob };
    case 'detect':
    case 'embedPicture':
      return pictureJob(request);
    case 'remember':
    case 'recall':
    case 'forget':
    case 'threshold':
    case 'picture':
    case 'teach':
    case 'taught':
      // Not for models: the worker says so.
      return { id, task, payload: undefined };
  }
}

/** Half a minute of sound is 2 MB. */
function speechJob({
  id,
  task,
  model,
  samples,
  language,
  deadlineMs,
}: Extract<EffectRequest, { task: 'transcribe' }>): Job {
  const payload: TranscribeJob = { model, deadlineMs, ...(language === undefined ? {} : { language }) };
  return { id, task, payload, bytes: new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength) };
}

function pictureJob(request: Extract<EffectRequest, { task: 'detect' | 'embedPicture' }>): Job {
  const { id, model, task } = request;
  const { measurement, lease } = request.frame;
  if (measurement.kind !== 'image') return { id, task, payload: undefined };
  const { data, ...picture } = measurement;
  lease?.retain();
  const { words, least, thumbnail }: Partial<Pick<PictureJob, 'words' | 'least' | 'thumbnail'>> = request;
  const payload: PictureJob = { model, picture, words, least, thumbnail };
  return { id, task, payload, bytes: data, taken: () => lease?.release() };
}

function imagineJob(request: Exclude<Slow, Question>): Job {
  const { id, task, model } = request;
  if (request.task === 'imagine') {
    const { words, seed } = request;
    return { id, task, payload: { model, words, seed } satisfies ImagineJob };
  }
  const { goal, frame } = request;
  if (frame.measurement.kind !== 'image') return { id, task, payload: undefined };
  const { data, ...picture } = frame.measurement;
  frame.lease?.retain();
  const payload: ProgressJob = { model, picture, goal };
  return { id, task, payload, bytes: data, taken: () => frame.lease?.release() };
}

function answerJob({ id, task, frame }: Question, payload: AnswerJob, heard?: (piece: string) => void): Job {
  const told = heard === undefined ? {} : { heard: (part: unknown) => heard(String(part)) };
  if (frame?.measurement.kind !== 'image') return { id, task, payload, ...told };
  const { lease } = frame;
  const { data, ...picture } = frame.measurement;
  lease?.retain();
  return { id, task, payload: { ...payload, picture }, bytes: data, taken: () => lease?.release(), ...told };
}

/** What a job came to; an answer whose numbers are none is a failure, and no fault of the worker. */
function judged(outcome: Outcome): { output?: unknown; reason?: string; detail?: string } {
  if (outcome.status === 'failed') return outcome;
  const { notFinite } = (outcome.output ?? {}) as Partial<NotFinite>;
  if (notFinite === undefined) return { output: outcome.output };
  return { reason: 'not finite', detail: `output "${notFinite}" is not finite` };
}
