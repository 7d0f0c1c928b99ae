import { closeSync, openSync, readSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { SensoriumError } from '../contract/index.ts';

/** A configuration longer than this is not one. */
const MAX_BYTES = 1 << 20;

/**
 * Reads a YAML or JSON file (JSON is YAML).
 * @returns what it says, unchecked; `null` for an empty file
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT (too large), E_CONFIG_SYNTAX with line and column
 */
export function readConfigFile(file: string): unknown {
  return parseConfigText(decode(readBounded(file), file), file);
}

/**
 * Parses YAML or JSON.
 * @param name shown in messages
 * @throws SensoriumError E_CONFIG_SYNTAX
 */
export function parseConfigText(text: string, name: string): unknown {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem === undefined) return document.toJS({ maxAliasCount: 100 });
    const { line, col } = lines.linePos(problem.pos[0]);
    throw syntax(`${name}:${line}:${col}`, firstSentence(problem.message));
  } catch (error) {
    if (error instanceof SensoriumError) throw error;
    // The parser itself gives up: nested too deeply, too many aliases.
    throw syntax(name, error instanceof Error ? firstSentence(error.message) : 'cannot be read', error);
  }
}

function syntax(path: string, what: string, cause?: unknown): SensoriumError {
  return new SensoriumError('E_CONFIG_SYNTAX', what, { path, cause });
}

function firstSentence(message: string): string {
  return message.split('\n')[0].replace(/[.:]\s*$/, '');
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw syntax(file, 'expected text in UTF-8');
  }
}

function readBounded(file: string): Uint8Array {
  try {
    const handle = openSync(file, 'r');
    try {
      const buffer = Buffer.alloc(MAX_BYTES + 1);
      let length = 0;
      for (let read = 1; read > 0 && length < buffer.length; length += read) {
        read = readSync(handle, buffer, length, buffer.length - length, null);
      }
      if (length > MAX_BYTES) {
        throw new SensoriumError('E_FILE_FORMAT', `expected a configuration of at most ${MAX_BYTES} bytes`, {
          path: file,
        });
      }
      return buffer.subarray(0, length);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (error instanceof SensoriumError) throw error;
    throw new SensoriumError('E_FILE_MISSING', `cannot be read: ${reason(error)}`, { path: file, cause: error });
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'not allowed';
  return typeof code === 'string' ? code : 'unknown';
}
