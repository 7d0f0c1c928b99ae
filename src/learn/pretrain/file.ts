import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError, showValue } from '../../contract/index.ts';
import { floatTensor, type FloatTensor } from '../../fusion/heads/index.ts';
import { npyFile } from '../../numpy/write.ts';
import { readNpy } from '../../numpy/read.ts';
import type { Scaling } from '../dataset/scaling.ts';
import type { HeadModality } from '../head/description.ts';
import type { LearnedFrom } from '../onnx/export.ts';
import { isKept, type EncodersDescription } from './embed.ts';
import type { Pretrained } from './pretrain.ts';

/** Files of encoders in their folder: what they are, and the numbers that they have learned, one parameter behind another. */
export const FILES = { description: 'encoders.json', numbers: 'encoders.npy' } as const;

/** Encoders as they are kept: without what is thrown away. */
export interface Encoders extends Pretrained {
  readonly learnedFrom: LearnedFrom;
}

/** As JSON has it. */
interface Content extends EncodersDescription {
  readonly scalings: Readonly<Record<string, Readonly<Record<keyof Scaling, readonly number[]>>>>;
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly learnedFrom: LearnedFrom;
}

/** Content of the files, by name. */
export function encodersFiles({
  description,
  scalings,
  parameters,
  learnedFrom,
}: Encoders): Record<string, Uint8Array> {
  const kept = [...parameters].filter(([name]) => isKept(name));
  const numbers = kept.flatMap(([, { data }]) => [...data]);
  const content: Content = {
    ...description,
    scalings: Object.fromEntries(
      Object.entries(scalings).map(([name, { shift, scale, unit }]) => [
        name,
        { shift: [...shift], scale: [...scale], unit: [...unit] },
      ]),
    ),
    parameters: kept.map(([name, { shape }]) => ({ name, shape })),
    learnedFrom,
  };
  return {
    [FILES.description]: new TextEncoder().encode(`${JSON.stringify(content, undefined, 2)}\n`),
    [FILES.numbers]: npyFile(numbers, [numbers.length], '<f4'),
  };
}

/**
 * Reads encoders that `sensorium pretrain` wrote.
 * @throws SensoriumError E_MODEL_MISSING, E_MODEL_FORMAT; E_FILE_… of the numbers
 */
export async function readEncoders(folder: string): Promise<Encoders> {
  const path = join(folder, FILES.description);
  const wrong = (what: string, cause?: unknown): SensoriumError =>
    new SensoriumError('E_MODEL_FORMAT', what, { path, cause });
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SensoriumError('E_MODEL_MISSING', 'the file cannot be read', { path, cause });
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw wrong('not JSON', cause);
  }
  if (!isContent(content)) throw wrong(`not encoders of sensorium pretrain, got ${showValue(content)}`);
  const { modalities, hidden, size, scalings, parameters: list, learnedFrom } = content;
  const { values } = await readNpy(join(folder, FILES.numbers));
  const parameters = new Map<string, FloatTensor>();
  let at = 0;
  for (const { name, shape } of list) {
    const count = shape.reduce((product, side) => product * side, 1);
    parameters.set(name, floatTensor(shape, Float32Array.from(values.subarray(at, at + count))));
    at += count;
  }
  if (at !== values.length || !values.every(Number.isFinite)) {
    throw wrong(`${FILES.numbers}: expected ${at} numbers, got ${values.length}, or some that are none`);
  }
  return {
    description: { modalities, hidden, size },
    scalings: Object.fromEntries(
      modalities.map(({ name }) => {
        const { shift, scale, unit } = scalings[name];
        return [
          name,
          { shift: Float32Array.from(shift), scale: Float32Array.from(scale), unit: Float32Array.from(unit) },
        ];
      }),
    ),
    parameters,
    learnedFrom,
  };
}

function isContent(value: unknown): value is Content {
  if (!isRecord(value)) return false;
  const { modalities, hidden, size, scalings, parameters, learnedFrom } = value;
  const isScaled = ({ name, dims }: HeadModality): boolean => {
    const own = isRecord(scalings) ? scalings[name] : undefined;
    return isRecord(own) && ['shift', 'scale', 'unit'].every((key) => isNumbers(own[key], dims));
  };
  return (
    Array.isArray(modalities) &&
    modalities.every((one) => isRecord(one) && typeof one['name'] === 'string' && isCount(one['dims'])) &&
    (modalities as HeadModality[]).every(isScaled) &&
    isCount(hidden) &&
    isCount(size) &&
    Array.isArray(parameters) &&
    parameters.every((one) => isRecord(one) && typeof one['name'] === 'string' && isShape(one['shape'])) &&
    isRecord(learnedFrom) &&
    typeof learnedFrom['dataset'] === 'string'
  );
}

function isNumbers(value: unknown, count: number): boolean {
  return Array.isArray(value) && value.length === count && value.every((x) => typeof x === 'number' && isFinite(x));
}

function isShape(value: unknown): boolean {
  return Array.isArray(value) && value.every(isCount);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
