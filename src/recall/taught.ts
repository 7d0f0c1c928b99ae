import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isExample,
  isForgotten,
  SensoriumError,
  withExamples,
  type Example,
  type ForgetQuery,
} from '../contract/index.ts';
import { replaceFile } from './erase.ts';

/**
 * What was taught, in a file of the memory's folder, which is small and written anew as a whole: who is interrupted has what was there before or after.
 * What was there before is overwritten with zeros.
 */
export class TaughtStore {
  readonly #path: string;
  #examples: readonly Example[];

  /** @param folder of a memory that is open @throws SensoriumError E_FILE_FORMAT */
  constructor(folder: string) {
    this.#path = join(folder, 'taught.json');
    this.#examples = read(this.#path);
  }

  /** The oldest first. */
  get examples(): readonly Example[] {
    return this.#examples;
  }

  add(examples: readonly Example[]): void {
    this.#write(withExamples(this.#examples, examples));
  }

  /** @returns how many */
  forget(query: ForgetQuery): number {
    const left = this.#examples.filter((example) => !isForgotten(example, query));
    const count = this.#examples.length - left.length;
    if (count > 0) this.#write(left);
    return count;
  }

  #write(examples: readonly Example[]): void {
    replaceFile(this.#path, Buffer.from(`${JSON.stringify({ format: 1, examples })}\n`));
    this.#examples = examples;
  }
}

function read(path: string): readonly Example[] {
  if (!existsSync(path)) return [];
  try {
    const { format, examples } = JSON.parse(readFileSync(path, 'utf8')) as { format: unknown; examples: unknown };
    if (format === 1 && Array.isArray(examples) && examples.every(isExample)) return examples;
  } catch {
    // Said below.
  }
  throw new SensoriumError('E_FILE_FORMAT', 'expected what was taught, format 1', { path });
}
