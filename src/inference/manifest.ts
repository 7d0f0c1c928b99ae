import { SensoriumError, showValue, type ModelFile, type ModelManifest, type TensorSpec } from '../contract/index.ts';

const TYPES = ['float32', 'int32', 'int64', 'uint8', 'int8', 'bool'];
/** Letters, digits, `.`, `_`, `-`; not hidden. Whatever could lead out of a folder is not among them. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** No model of a robot is larger; a manifest that says so is a mistake or worse. */
const MOST_BYTES = 2 ** 32;

/**
 * Checks what a manifest says before anything is done with it.
 * @throws SensoriumError E_MODEL_MANIFEST; E_MODEL_PATH where a name could lead out of the model's folder
 */
export function checkManifest(manifest: ModelManifest): void {
  const path = `models.${manifest.name}`;
  plainName(manifest.name, 'models');
  if (manifest.files.length === 0) throw wrong(`${path}.files`, 'at least one file', []);
  manifest.files.forEach((file, i) => checkFile(file, `${path}.files.${i}`));
  for (const side of ['inputs', 'outputs'] as const) {
    if (manifest[side].length === 0) throw wrong(`${path}.${side}`, 'at least one tensor', []);
    manifest[side].forEach((tensor, i) => checkTensor(tensor, `${path}.${side}.${i}`));
  }
  for (const key of ['task', 'source', 'licence', 'preprocessing'] as const) {
    if (manifest[key] === '') throw wrong(`${path}.${key}`, 'some words', '');
  }
}

/** @throws SensoriumError E_MODEL_PATH unless it is the plain name of a file or folder */
export function plainName(name: string, path: string): void {
  if (!PLAIN_NAME.test(name) || name.includes('..')) {
    throw new SensoriumError('E_MODEL_PATH', `expected a plain name, got ${showValue(name)}`, { path });
  }
}

function checkFile({ file, bytes, sha256, url }: ModelFile, path: string): void {
  plainName(file, `${path}.file`);
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > MOST_BYTES) {
    throw wrong(`${path}.bytes`, `1..${MOST_BYTES}`, bytes);
  }
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw wrong(`${path}.sha256`, '64 hexadecimal digits', sha256);
  if (!/^https?:\/\//.test(url)) throw wrong(`${path}.url`, 'http:// or https://', url);
}

function checkTensor({ name, type, shape }: TensorSpec, path: string): void {
  if (name === '') throw wrong(`${path}.name`, 'a name', name);
  if (!TYPES.includes(type)) throw wrong(`${path}.type`, TYPES.join(', '), type);
  const fine = shape.every((size) => Number.isInteger(size) && (size > 0 || size === -1));
  if (!fine) throw wrong(`${path}.shape`, 'sizes of at least 1, or -1', shape);
}

function wrong(path: string, expected: string, got: unknown): SensoriumError {
  return new SensoriumError('E_MODEL_MANIFEST', `expected ${expected}, got ${showValue(got)}`, { path });
}
