import { readFile } from 'node:fs/promises';
import { SensoriumError, showValue, type Detection, type DetectorModel } from '../../contract/index.ts';
import type { Execution, Hearing, ModelDefinition, Picture, SoundModel } from '../../contract/index.ts';
import { decodePicture, loadModel } from '../../inference/index.ts';
import { monoOf } from '../../perception/index.ts';
import { writeBoxes } from './picture.ts';
import { readWav } from './wav.ts';

/** What a model makes of a file. */
export interface Tried {
  readonly model: string;
  readonly file: string;
  readonly execution: Execution;
  /** All runs together. */
  readonly ms: number;
  readonly detections?: readonly Detection[];
  /** One entry a window: s from the file's beginning, and what is heard in it. */
  readonly windows?: readonly ({ readonly time: number } & Hearing)[];
}

/**
 * Runs a model on a file.
 * @param folder the store
 * @param out where to write the picture with boxes
 */
export async function tryModel(
  model: ModelDefinition,
  folder: string,
  file: string,
  out: string | undefined,
): Promise<Tried> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'cannot be read', { path: file, cause: error });
  });
  if (model.kind === 'encoder') {
    const what = `expected a detector or a sound model, got ${showValue(model.manifest.name)}: "sensorium find" uses it`;
    throw new SensoriumError('E_USAGE', what, { path: '<model>' });
  }
  if (model.kind === 'detector') return look(model, folder, file, bytes, out);
  if (out !== undefined) {
    throw new SensoriumError('E_USAGE', `expected a detector, got ${showValue(model.manifest.name)}`, {
      path: '--out',
    });
  }
  return listen(model, folder, file, bytes);
}

async function look(
  detector: DetectorModel,
  folder: string,
  file: string,
  bytes: Uint8Array,
  out: string | undefined,
): Promise<Tried> {
  const { manifest } = detector;
  const picture = await readPicture(bytes, file);
  const model = await loadModel(manifest, folder);
  const adapter = detector.createAdapter();
  const { inputs, placement } = adapter.prepare(picture);
  const started = performance.now();
  const outputs = await model.run(inputs);
  const ms = performance.now() - started;
  const detections = adapter.interpret(outputs, placement);
  if (out !== undefined) await writeBoxes(picture, detections, out);
  await model.close();
  return { model: manifest.name, file, execution: model.execution, ms: rounded(ms), detections };
}

async function listen(sound: SoundModel, folder: string, file: string, bytes: Uint8Array): Promise<Tried> {
  const { manifest, window } = sound;
  const { sampleRate, channels, data } = readWav(bytes, file);
  if (sampleRate !== window.sampleRate) {
    throw new SensoriumError('E_MODEL_INPUT', `expected ${window.sampleRate} samples a second, got ${sampleRate}`, {
      path: file,
    });
  }
  const samples = monoOf(data, channels);
  const model = await loadModel(manifest, folder);
  const adapter = sound.createAdapter();
  const windows: ({ time: number } & Hearing)[] = [];
  let ms = 0;
  for (let from = 0; from === 0 || from + window.samples <= samples.length; from += window.samples) {
    // What is shorter than a window is followed by silence.
    const heard = new Float32Array(window.samples);
    heard.set(samples.subarray(from, from + window.samples));
    const inputs = adapter.prepare(heard);
    const started = performance.now();
    const outputs = await model.run(inputs);
    ms += performance.now() - started;
    windows.push({ time: rounded(from / sampleRate), ...adapter.interpret(outputs) });
  }
  await model.close();
  return { model: manifest.name, file, execution: model.execution, ms: rounded(ms), windows };
}

/** For people. */
export function triedInWords({ execution, ms, detections = [], windows = [] }: Tried): string {
  const lines = [
    ...detections.map(
      ({ label, score, box }) =>
        `${score.toFixed(2)}  ${label.padEnd(16)} ${box.map((side) => side.toFixed(0).padStart(5)).join('')}`,
    ),
    ...windows.map(
      ({ time, events }) =>
        `${time.toFixed(2).padStart(7)} s  ${events.map(({ label, score }) => `${label} ${score.toFixed(2)}`).join(', ')}`,
    ),
  ];
  const how = `${execution.runtime} ${execution.version}, ${execution.provider}, ${ms} ms`;
  return `${lines.length === 0 ? 'nothing' : lines.join('\n')}\n${how}\n`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** @throws SensoriumError E_FILE_FORMAT */
async function readPicture(bytes: Uint8Array, path: string): Promise<Picture> {
  return decodePicture(bytes, true).catch((error: unknown) => {
    const what = error instanceof SensoriumError ? error.what : String(error);
    throw new SensoriumError('E_FILE_FORMAT', what, { path, cause: error });
  });
}
