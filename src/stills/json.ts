import { readFile } from 'node:fs/promises';
import { SensoriumError, showValue } from '../contract/index.ts';

/** Objects of a file, one a line, each with a key by which it is known to be what is wanted. */
export async function linesOf<T>(path: string, key: string): Promise<T[]> {
  const lines = (await contentOf(path)).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line, i) => {
      const value = parsed(line, `${path}:${i + 1}`);
      if (Object.hasOwn(value, key)) return value as T;
      throw new SensoriumError('E_FILE_FORMAT', `expected ${key}, got ${showValue(line)}`, {
        path: `${path}:${i + 1}`,
      });
    });
}

export async function contentOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'the file cannot be read', { path, cause });
  });
}

export function parsed(text: string, path: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SensoriumError('E_FILE_FORMAT', `not JSON: ${showValue(text)}`, { path, cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new SensoriumError('E_FILE_FORMAT', `expected an object, got ${showValue(value)}`, { path });
}
