import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { EncoderModel, Execution, ModelDefinition, Picture } from '../contract/index.ts';
import { loadModel } from '../inference/index.ts';
import { openEncoder } from './open-encoder.ts';

/** Puts pictures into a space in which what looks alike lies near. */
export interface PictureEncoder {
  /** What sort of model it is: a hub's `model_type`, or the name of one of this build. */
  readonly family: string;
  /** Hexadecimal: embeddings of another one cannot be compared with its own. */
  readonly sha256: string;
  /** Numbers of an embedding. */
  readonly dims: number;
  readonly execution: Execution;
  /**
   * Embedding of a picture, of length 1: the product of two is their cosine.
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  embedPicture(picture: Picture): Promise<Float32Array>;
  /** The same of words, in the same space, if it knows any. */
  readonly embedWords?: (words: string) => Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens what embeds pictures: a model of this build that knows no words, by its name or the path of its folder, or a dual encoder.
 * @param store folder of models
 * @param known models of this build
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openPictureEncoder(
  store: string,
  model: string,
  known: readonly ModelDefinition[],
): Promise<PictureEncoder> {
  const isPath = /^[/.]/.test(model);
  const name = isPath ? basename(model) : model;
  const found = known.find((its): its is EncoderModel => its.kind === 'encoder' && its.manifest.name === name);
  if (found === undefined || (isPath && existsSync(join(model, 'config.json')))) return openEncoder(store, model);
  return openKnown(found, isPath ? dirname(model) : store);
}

async function openKnown(known: EncoderModel, store: string): Promise<PictureEncoder> {
  const { manifest, dims } = known;
  const model = await loadModel(manifest, store);
  const adapter = known.createAdapter();
  return {
    family: manifest.name,
    sha256: manifest.files[0].sha256,
    dims,
    execution: model.execution,
    embedPicture: async (picture) => adapter.interpret(await model.run(adapter.prepare(picture))),
    close: () => model.close(),
  };
}
