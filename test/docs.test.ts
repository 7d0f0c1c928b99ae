import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('docs/faults.md', () => {
  /** Every test that is named, with the words that stand behind it: `path`: words … further words. */
  const named = [...read('docs/faults.md').matchAll(/`(test\/[^`]+\.ts)`(?:: ([^`;|]+))?/g)].map(
    ([, path, words = '']) => ({
      path,
      words: words
        .split('…')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    }),
  );

  it('names tests that are there, by their own words', () => {
    expect(named.length).toBeGreaterThan(40);
    for (const { path, words } of named) {
      expect(existsSync(join(root, path)), path).toBe(true);
      for (const part of words) expect(read(path), path).toContain(part);
    }
  });
});
