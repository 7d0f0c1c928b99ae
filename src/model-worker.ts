/*
 * The worker process that runs models: beside `compose.ts` the only file that imports `models/`. It loads a model with its
 * first job and keeps it.
 */
import { models } from '../models/index.ts';
import type { DetectorAdapter, Model } from './contract/index.ts';
import type { ImageMeasurement } from './frame/index.ts';
import { decodePicture, loadModel, modelFolder } from './inference/index.ts';
import { pictureOf, type DetectorAnswer } from './perception/index.ts';
import { serve } from './workers/index.ts';

/** One picture for a detector; its pixels come beside it. */
interface DetectJob {
  readonly model: string;
  readonly picture: Omit<ImageMeasurement, 'data'>;
}

interface Loaded {
  readonly model: Model;
  readonly adapter: DetectorAdapter;
}

const cache = new Map<string, Promise<Loaded>>();

serve({ detect: (payload, bytes) => detect(payload as DetectJob, bytes) });

async function detect({ model: name, picture }: DetectJob, data: Uint8Array): Promise<DetectorAnswer> {
  const { model, adapter } = await loaded(name);
  // A compressed picture is decoded here, beside the model: what travels stays small.
  const pixels = picture.rowStride === undefined ? await decodePicture(data) : pictureOf({ ...picture, data });
  const { inputs, placement } = adapter.prepare(pixels);
  const outputs = await model.run(inputs);
  return { sha256: model.manifest.files[0].sha256, detections: adapter.interpret(outputs, placement) };
}

function loaded(name: string): Promise<Loaded> {
  const before = cache.get(name);
  if (before !== undefined) return before;
  const now = load(name);
  cache.set(name, now);
  // What could not be loaded is tried again with the next job.
  now.catch(() => cache.delete(name));
  return now;
}

async function load(name: string): Promise<Loaded> {
  const definition = models.find(({ manifest }) => manifest.name === name);
  if (definition?.kind !== 'detector') throw new Error(`no detector "${name}"`);
  return { model: await loadModel(definition.manifest, modelFolder()), adapter: definition.createAdapter() };
}
