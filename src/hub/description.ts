import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';
import { familyOf, type Family, type Kind } from './family.ts';
import type { HubFile, HubFolder } from './folder.ts';
import { parseJson, type Section } from './json.ts';

/** A description is text: a vocabulary of 256,000 pieces is 34 MB. */
const MOST_TEXT = 2 ** 26;

/** What a model's folder says of it, beside its networks. */
export interface Description {
  readonly family: Family;
  has(file: string): boolean;
  /** A file as text. */
  text(file: string): string;
  /** @throws SensoriumError E_MODEL_MANIFEST where it is no JSON */
  json(file: string): Section;
  /** Path of a file, for errors. */
  path(file: string): string;
  /** Hexadecimal sha256 over these files and others: what the model is known by. */
  sha256(others: readonly string[]): string;
}

/**
 * Reads the descriptions of a model.
 * @param kinds what it may do
 * @throws SensoriumError E_MODEL_UNKNOWN, E_MODEL_MISSING, E_MODEL_MANIFEST, E_MODEL_PATH, E_MODEL_SIZE, E_MODEL_HASH
 */
export async function readDescription(folder: HubFolder, kinds: readonly Kind[]): Promise<Description> {
  const files = new Map<string, HubFile>();
  const config = await folder.read('config.json', MOST_TEXT);
  files.set('config.json', config);
  const family = familyOf(parseJson(config.content, config.path), config.path, kinds);
  for (const name of family.descriptions) if (!files.has(name)) files.set(name, await folder.read(name, MOST_TEXT));
  for (const name of family.extras) {
    const file = await folder.readIfThere(name, MOST_TEXT);
    if (file !== undefined) files.set(name, file);
  }
  const path = (name: string): string => join(folder.path, name);
  const content = (name: string): Uint8Array => {
    const file = files.get(name);
    if (file !== undefined) return file.content;
    throw new SensoriumError('E_MODEL_MISSING', 'no such file', { path: path(name) });
  };
  return {
    family,
    path,
    has: (name) => files.has(name),
    text: (name) => Buffer.from(content(name)).toString(),
    json: (name) => parseJson(content(name), path(name)),
    sha256(others) {
      const hash = createHash('sha256');
      for (const its of [...[...files.values()].map((file) => file.sha256), ...others]) hash.update(its);
      return hash.digest('hex');
    },
  };
}
