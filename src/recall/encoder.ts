import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';
import { replaceFile } from './erase.ts';

/** The encoder whose embeddings a memory holds. Those of another one mean nothing beside them. */
export interface Encoder {
  /** Hexadecimal. */
  readonly sha256: string;
  /** Numbers of an embedding. */
  readonly dims: number;
}

/** What a memory says of itself; `undefined` before anything has been added. @throws SensoriumError E_FILE_FORMAT */
export function readEncoder(folder: string): Encoder | undefined {
  const path = join(folder, 'memory.json');
  if (!existsSync(path)) return undefined;
  try {
    const { format, encoder } = JSON.parse(readFileSync(path, 'utf8')) as { format: unknown; encoder: Encoder };
    const isWhole = Number.isInteger(encoder.dims) && encoder.dims > 0;
    if (format === 1 && isWhole && /^[0-9a-f]{64}$/.test(encoder.sha256)) return encoder;
  } catch {
    // Said below.
  }
  throw new SensoriumError('E_FILE_FORMAT', 'expected what a memory says of itself, format 1', { path });
}

export function writeEncoder(folder: string, encoder: Encoder): void {
  replaceFile(join(folder, 'memory.json'), Buffer.from(`${JSON.stringify({ format: 1, encoder })}\n`));
}
