import { dirname, join, relative, resolve } from 'node:path';
import type { Plugin } from 'vitest/config';

const root = join(import.meta.dirname, '..', '..');

/** What {@link build} builds. */
const BUILT = /^(src|drivers|models|examples)\/.*\.ts$/;

/** Modules of `dist/`: Node loads them itself, and Vite does not translate them again. */
export const DIST = /\/dist\/(src|drivers|models|examples)\/.*\.js$/;

/**
 * Gives tests the modules as they were built, where they import the sources: each is compiled once for all tests, is loaded by
 * Node, runs as fast as it does for users, and is there once in a process, however a test comes by it.
 */
export const asBuilt: Plugin = {
  name: 'as-built',
  enforce: 'pre',
  resolveId(source, importer) {
    if (importer === undefined || !source.startsWith('.')) return undefined;
    const path = relative(root, resolve(dirname(importer), source));
    return BUILT.test(path) ? join(root, 'dist', path.replace(/\.ts$/, '.js')) : undefined;
  },
};
