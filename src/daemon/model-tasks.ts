import {
  SensoriumError,
  type DetectorAdapter,
  type Model,
  type ModelDefinition,
  type SoundAdapter,
  type Tensors,
} from '../contract/index.ts';
import type { HeadAnswer, Opened } from '../fusion/index.ts';
import { familyOfFolder, openWordDetector, referenceOf } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import { openRunningHead, type RunningHead } from '../learn/running.ts';
import type { DetectorAnswer, HearingAnswer } from '../perception/index.ts';
import { serve } from '../workers/index.ts';
import { createAnswerTasks } from './answer-tasks.ts';
import { oneOpen } from './one-open.ts';
import { createEncoderTasks } from './encoder-tasks.ts';
import { headFile } from './head-file.ts';
import { createImagineTasks } from './imagine-tasks.ts';
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
import { pixelsOf } from './pixels.ts';
import { createSpeechTasks } from './speech-tasks.ts';

type Loaded = { readonly model: Model } & (
  | { readonly kind: 'detector'; readonly adapter: DetectorAdapter }
  | { readonly kind: 'sound'; readonly adapter: SoundAdapter }
);

/**
 * The worker's side of inference: loads the models that it will be asked about, says that it is ready, and answers. One that
 * cannot be loaded is tried again with each question, which fails with the reason.
 * @param known models of this build
 * @param load loads one
 * @param names those to load before the first question
 */
export async function serveModels(
  known: readonly ModelDefinition[],
  load: (definition: ModelDefinition) => Promise<Model>,
  names: readonly string[],
): Promise<void> {
  const cache = new Map<string, Promise<Loaded>>();

  function loaded(name: string): Promise<Loaded> {
    const before = cache.get(name);
    if (before !== undefined) return before;
    const now = begin(name);
    cache.set(name, now);
    now.catch(() => cache.delete(name));
    return now;
  }

  async function begin(name: string): Promise<Loaded> {
    const definition = known.find(({ manifest }) => manifest.name === name);
    if (definition === undefined) throw new Error(`no model "${name}"`);
    if (definition.kind === 'encoder') throw new Error(`no detector and no sound model "${name}"`);
    const model = await load(definition);
    return definition.kind === 'detector'
      ? { model, kind: 'detector', adapter: definition.createAdapter() }
      : { model, kind: 'sound', adapter: definition.createAdapter() };
  }

  const finder = oneOpen((model) => {
    const { folder, precision } = referenceOf(modelFolder(), model);
    return openWordDetector(folder, { precision });
  });

  async function detect(job: PictureJob, data: Uint8Array): Promise<DetectorAnswer | NotFinite> {
    const { model: name, picture, words, least } = job;
    if (words !== undefined) {
      const its = await finder(name);
      const detections = await its.find(await pixelsOf(picture, data), words, { least });
      return { sha256: its.sha256, detections };
    }
    const its = await loaded(name);
    if (its.kind !== 'detector') throw new Error(`no detector "${name}"`);
    const { inputs, placement } = its.adapter.prepare(await pixelsOf(picture, data));
    const outputs = await its.model.run(inputs);
    const sha256 = hashOf(its.model);
    return notFinite(outputs) ?? { sha256, detections: its.adapter.interpret(outputs, placement) };
  }

  async function listen({ model: name, samples }: ListenJob): Promise<HearingAnswer | NotFinite> {
    const its = await loaded(name);
    if (its.kind !== 'sound') throw new Error(`no sound model "${name}"`);
    const outputs = await its.model.run(its.adapter.prepare(samples));
    return notFinite(outputs) ?? { sha256: hashOf(its.model), ...its.adapter.interpret(outputs) };
  }

  const encoders = createEncoderTasks();
  const speech = createSpeechTasks();
  const answers = createAnswerTasks();
  const imagination = createImagineTasks();
  const heads = new Map<string, Promise<RunningHead>>();

  async function fuse({ model, window }: FuseJob): Promise<HeadAnswer | NotFinite> {
    const path = headFile(model);
    const before = heads.get(path);
    const opening = before ?? openRunningHead(path);
    if (before === undefined) {
      heads.set(path, opening);
      opening.catch(() => heads.delete(path));
    }
    const head = await opening;
    const { sha256, classes } = head;
    const { probabilities, uncertainty, contributions } = await head.decide(window);
    const all = [...probabilities, uncertainty, ...Object.values(contributions)];
    if (!all.every(Number.isFinite)) return { notFinite: 'probabilities' };
    return { sha256, classes, probabilities, uncertainty, contributions };
  }

  /** Takes the head of a file in place of the one that was there; keeps that where the file is no head, or none for this. */
  async function open({ model, shape }: OpenJob): Promise<Opened> {
    try {
      const path = headFile(model);
      const head = await openRunningHead(path, shape);
      const before = heads.get(path);
      heads.set(path, Promise.resolve(head));
      await before?.then((old) => old.close()).catch(() => undefined);
      return { opened: head.sha256 };
    } catch (error) {
      return {
        refused: error instanceof SensoriumError ? error.message : `${model}: ${String(error)} (E_MODEL_RUNTIME)`,
      };
    }
  }

  /** What is none of this build's models is one of a hub: `owner/name`, a path. */
  async function prepare(name: string): Promise<unknown> {
    if (known.some(({ manifest }) => manifest.name === name)) return loaded(name);
    const { kind } = await familyOfFolder(referenceOf(modelFolder(), name).folder);
    if (kind === 'speech') return speech.load(name);
    return kind === 'boxes' ? finder(name) : encoders.load(name);
  }

  await Promise.allSettled(names.map(prepare));
  serve({
    detect: (payload, bytes) => detect(payload as PictureJob, bytes),
    embedWords: (payload) => encoders.embedWords(payload as EmbedWordsJob),
    embedPicture: (payload, bytes) => encoders.embedPicture(payload as PictureJob, bytes),
    answer: (payload, bytes, running) => answers.answer(payload as AnswerJob, bytes, running),
    imagine: (payload) => imagination.imagine(payload as ImagineJob),
    progress: (payload, bytes) => imagination.progress(payload as ProgressJob, bytes),
    transcribe: (payload, bytes, running) => speech.transcribe(payload as TranscribeJob, bytes, running),
    listen: (payload) => listen(payload as ListenJob),
    fuse: (payload) => fuse(payload as FuseJob),
    open: (payload) => open(payload as OpenJob),
  });
}

function hashOf({ manifest }: Model): string {
  return manifest.files[0].sha256;
}

function notFinite(outputs: Tensors): NotFinite | undefined {
  for (const [name, { data }] of Object.entries(outputs)) {
    for (const value of data) if (!Number.isFinite(value)) return { notFinite: name };
  }
  return undefined;
}
