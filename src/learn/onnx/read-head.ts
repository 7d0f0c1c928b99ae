import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { SensoriumError, showValue } from '../../contract/index.ts';
import type { Scaling, Scalings } from '../dataset/scaling.ts';
import type { HeadDescription } from '../head/description.ts';
import type { LearnedFrom } from './export.ts';
import { decodeMetadata } from './proto.ts';

/** Bytes: a hundred times what a head of a million numbers has. */
const MOST_BYTES = 512 * 2 ** 20;
/** Numbers that one sample of a modality may have: a minute of sound. */
const MOST_NUMBERS = 2 ** 22;

/** The ONNX file of a head, and what it says of itself. */
export interface HeadFile {
  readonly content: Uint8Array;
  readonly description: HeadDescription;
  readonly scalings: Scalings;
  readonly learnedFrom: LearnedFrom;
}

/**
 * Reads a head that `sensorium train` wrote. What it says of itself is checked here, whether its network is so by
 * {@link openHead}.
 * @throws SensoriumError E_MODEL_MISSING, E_MODEL_SIZE, E_MODEL_FORMAT
 */
export async function readHead(path: string): Promise<HeadFile> {
  const content = await contentOf(path);
  const wrong = (what: string, cause?: unknown): SensoriumError =>
    new SensoriumError('E_MODEL_FORMAT', what, { path, cause });
  let texts: Readonly<Record<string, string>>;
  try {
    texts = decodeMetadata(content);
  } catch (cause) {
    throw wrong('not an ONNX file', cause);
  }
  const valueOf = (key: string): unknown => {
    if (!(key in texts)) throw wrong(`not a head of sensorium train: it does not say its ${key}`);
    try {
      return JSON.parse(texts[key]);
    } catch (cause) {
      throw wrong(`${key}: not JSON`, cause);
    }
  };
  const refuse = (key: string, expected: string, got: unknown): never => {
    throw wrong(`${key}: expected ${expected}, got ${showValue(got)}`);
  };
  const description = valueOf('description');
  checkDescription(description, refuse);
  const scalings = valueOf('scalings');
  checkScalings(scalings, description, refuse);
  const learnedFrom = valueOf('learnedFrom');
  checkLearnedFrom(learnedFrom, refuse);
  return {
    content,
    description,
    scalings: Object.fromEntries(
      Object.entries(scalings).map(([name, { shift, scale, unit }]) => [
        name,
        { shift: Float32Array.from(shift), scale: Float32Array.from(scale), unit: Float32Array.from(unit) },
      ]),
    ),
    learnedFrom,
  };
}

async function contentOf(path: string): Promise<Uint8Array> {
  const missing = (cause: unknown): SensoriumError =>
    new SensoriumError('E_MODEL_MISSING', 'the file cannot be read', { path, cause });
  // A pipe would be waited for.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw missing(cause);
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new SensoriumError('E_MODEL_PATH', 'expected a regular file', { path });
    // Before reading: a file may be larger than the memory.
    if (found.size > MOST_BYTES) {
      throw new SensoriumError('E_MODEL_SIZE', `expected at most ${MOST_BYTES} bytes, got ${found.size}`, { path });
    }
    return await handle.readFile();
  } catch (error) {
    throw error instanceof SensoriumError ? error : missing(error);
  } finally {
    await handle.close();
  }
}

type Refuse = (key: string, expected: string, got: unknown) => never;

function checkDescription(value: unknown, refuse: Refuse): asserts value is HeadDescription {
  if (!isRecord(value)) return refuse('description', 'an object', value);
  const { classes, modalities, architecture } = value;
  if (!Array.isArray(classes) || classes.length < 2 || !classes.every((name) => typeof name === 'string')) {
    refuse('description.classes', 'names, at least two', classes);
  }
  if (!isRecord(architecture) || typeof architecture['kind'] !== 'string') {
    refuse('description.architecture', 'an object with a kind', architecture);
  }
  if (!Array.isArray(modalities) || modalities.length === 0) {
    return refuse('description.modalities', 'at least one', modalities);
  }
  modalities.forEach((modality: unknown, i) => {
    const { name, dims, steps } = isRecord(modality) ? modality : {};
    const isSized = isCount(dims) && isCount(steps) && dims * steps <= MOST_NUMBERS;
    if (typeof name !== 'string' || !isSized) {
      refuse(`description.modalities.${i}`, `a name, dims and steps, together up to ${MOST_NUMBERS}`, modality);
    }
  });
}

/** As JSON has it. */
type PlainScalings = Readonly<Record<string, Readonly<Record<keyof Scaling, readonly number[]>>>>;

function checkScalings(
  value: unknown,
  { modalities }: HeadDescription,
  refuse: Refuse,
): asserts value is PlainScalings {
  if (!isRecord(value)) return refuse('scalings', 'an object', value);
  for (const { name, dims } of modalities) {
    const scaling = value[name];
    const isFine = (list: unknown, fits: (x: number) => boolean): boolean =>
      Array.isArray(list) && list.length === dims && list.every((x) => typeof x === 'number' && fits(x));
    const isPositive = (x: number): boolean => x > 0;
    const { shift, scale, unit } = isRecord(scaling) ? scaling : {};
    if (!isFine(shift, isFinite) || !isFine(scale, isPositive) || !isFine(unit, isPositive)) {
      refuse(`scalings.${name}`, `shift, scale and unit of ${dims} numbers`, scaling);
    }
  }
}

function checkLearnedFrom(value: unknown, refuse: Refuse): asserts value is LearnedFrom {
  const { dataset, samples, stepMs, heldOut } = isRecord(value) ? value : {};
  if (typeof dataset !== 'string' || !isCount(samples)) refuse('learnedFrom', 'a data set and its samples', value);
  if (stepMs !== undefined && !(typeof stepMs === 'number' && stepMs > 0))
    refuse('learnedFrom.stepMs', 'more than 0', stepMs);
  const isFold = isRecord(heldOut) && typeof heldOut['file'] === 'string' && Number.isInteger(heldOut['fold']);
  if (heldOut !== undefined && !isFold) refuse('learnedFrom.heldOut', 'a file and its fold', heldOut);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
