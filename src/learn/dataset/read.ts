import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SensoriumError, showValue } from '../../contract/index.ts';
import { readNpy, type NpyArray } from '../../numpy/read.ts';
import type { Dataset, Modality } from './dataset.ts';
import { readDescription, type DatasetDescription } from './description.ts';

/** Clips one behind another, where a modality has no array of its own. */
const CLIPS = { values: 'signal.npy', starts: 'offsets.npy' };
/** Full scale of 16-bit sound. */
const FULL_SCALE = 2 ** 15;

/**
 * Reads a data set: `dataset.json`, `labels.npy` [N], for each modality `<name>.npy` [N, D] or [N, T, D], or clips one behind another
 * in `signal.npy` and `offsets.npy` [N + 1]. `files` in `dataset.json` may name the labels (`labels`, `label`), the group of each
 * sample (`group`, else `run`) and its place there (`order`): with both, a group is a conversation. A step in which a number is not finite is masked.
 * @param folder the data set's
 * @param isLabelled false: there may be no labels, or one class; then all are 0
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT; E_FILE_DAMAGED where the files do not go together
 */
export async function readDataset(folder: string, isLabelled = true): Promise<Dataset> {
  const description = await readDescription(folder, isLabelled);
  const { name, classes, files, stepMs } = description;
  const labelFile = files['labels'] ?? files['label'] ?? 'labels.npy';
  const isThere = isLabelled || existsSync(join(folder, labelFile));
  const labels = isThere ? await columnOf(folder, labelFile) : await withoutLabels(folder, description);
  const bad = labels.find((label) => !(label >= 0 && label < classes.length));
  if (bad !== undefined) throw damaged(folder, labelFile, `expected labels 0..${classes.length - 1}, got ${bad}`);
  if (labels.length === 0) throw damaged(folder, labelFile, 'no samples');
  const index = Int32Array.from(labels.keys());
  const groupFile = files['group'] ?? files['run'];
  const orderFile = files['order'];
  const modalities: Modality[] = [];
  for (const key of Object.keys(description.modalities)) {
    modalities.push(await modalityOf(folder, key, description, labels.length));
  }
  const groups = groupFile === undefined ? index : await columnOf(folder, groupFile, labels.length);
  const order = orderFile === undefined ? index : await columnOf(folder, orderFile, labels.length);
  const isConversation = groupFile !== undefined && orderFile !== undefined;
  if (isConversation) {
    const twice = order.findIndex(
      (place, row) => order.findIndex((other, i) => other === place && groups[i] === groups[row]) < row,
    );
    if (twice >= 0) throw damaged(folder, orderFile, `group ${groups[twice]} has two samples at place ${order[twice]}`);
  }
  return {
    name,
    ...(stepMs === undefined ? {} : { stepMs }),
    classes,
    labels,
    groups,
    order,
    ...(isConversation ? { isConversation } : {}),
    modalities,
  };
}

/**
 * Reads a file with a whole number for each sample, such as its fold.
 * @param count samples of the data set
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function columnOf(folder: string, file: string, count?: number): Promise<Int32Array> {
  const { shape, values } = await readNpy(join(folder, file));
  if (shape.length !== 1) throw damaged(folder, file, `expected one number a sample, got ${shape.join(' x ')}`);
  if (count !== undefined && shape[0] !== count)
    throw damaged(folder, file, `${shape[0]} numbers for ${count} samples`);
  const odd = values.find((value) => !Number.isInteger(value) || Math.abs(value) > 2 ** 31 - 1);
  if (odd !== undefined) throw damaged(folder, file, `expected whole numbers, got ${odd}`);
  return Int32Array.from(values);
}

/** As many zeros as the first modality has samples. */
async function withoutLabels(folder: string, { modalities }: DatasetDescription): Promise<Int32Array> {
  const { shape } = await readNpy(join(folder, `${Object.keys(modalities)[0]}.npy`));
  return new Int32Array(shape[0]);
}

async function modalityOf(
  folder: string,
  name: string,
  { modalities }: DatasetDescription,
  samples: number,
): Promise<Modality> {
  const { rateHz, dim } = modalities[name];
  const own = `${name}.npy`;
  if (!existsSync(join(folder, own)) && existsSync(join(folder, CLIPS.values))) {
    return clipsOf(folder, name, rateHz, samples);
  }
  const array = await readNpy(join(folder, own));
  const { shape } = array;
  if (shape.length < 2 || shape.length > 3) {
    throw damaged(folder, own, `expected [samples, dims] or [samples, steps, dims], got ${showValue(shape)}`);
  }
  if (shape[0] !== samples) throw damaged(folder, own, `${shape[0]} samples for ${samples} labels`);
  const dims = shape[shape.length - 1];
  const steps = shape.length === 3 ? shape[1] : 1;
  if (dims < 1 || steps < 1) throw damaged(folder, own, `expected numbers in each sample, got ${showValue(shape)}`);
  if (dim !== undefined && dim !== dims) throw damaged(folder, own, `${dims} numbers a step, dataset.json says ${dim}`);
  const starts = Int32Array.from({ length: samples + 1 }, (_, i) => i * steps);
  return { name, dims, rateHz, starts, ...stepsIn(array, dims, 1) };
}

async function clipsOf(folder: string, name: string, rateHz: number | undefined, samples: number): Promise<Modality> {
  const starts = await columnOf(folder, CLIPS.starts, samples + 1);
  const array = await readNpy(join(folder, CLIPS.values));
  if (array.shape.length !== 1)
    throw damaged(folder, CLIPS.values, `expected one channel, got ${showValue(array.shape)}`);
  const isRising = starts.every((start, i) => (i === 0 ? start === 0 : start > starts[i - 1]));
  if (!isRising || starts[samples] !== array.shape[0]) {
    throw damaged(folder, CLIPS.starts, `expected rising numbers from 0 to ${array.shape[0]}`);
  }
  return { name, dims: 1, rateHz, starts, ...stepsIn(array, 1, array.type === '<i2' ? 1 / FULL_SCALE : 1) };
}

function stepsIn(array: NpyArray, dims: number, scale: number): { values: Float32Array; mask: Uint8Array } {
  const values = new Float32Array(array.values);
  if (scale !== 1) values.forEach((value, i) => (values[i] = value * scale));
  const mask = new Uint8Array(values.length / dims).fill(1);
  for (let step = 0; step < mask.length; step += 1) {
    const row = values.subarray(step * dims, (step + 1) * dims);
    if (row.every(Number.isFinite)) continue;
    mask[step] = 0;
    row.fill(0);
  }
  return { values, mask };
}

function damaged(folder: string, file: string, what: string): SensoriumError {
  return new SensoriumError('E_FILE_DAMAGED', what, { path: join(folder, file) });
}
