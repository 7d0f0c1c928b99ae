import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A file as it is served. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

/** Everything that is ever served, by its path. Nothing else is looked for, so no path can lead anywhere. */
const NAMES = [
  'index.html',
  'page.css',
  'favicon.svg',
  'main.js',
  'connection.js',
  'dom.js',
  'geometry.js',
  'format.js',
  'above.js',
  'pose.js',
  'streams.js',
  'sets.js',
  'asking.js',
  'camera.js',
  'sound.js',
  'events.js',
] as const;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * Reads the page's files, which lie in `src/web/page` of the package (`imports` of package.json says so, for the sources
 * and for what was built alike).
 * @returns by path: `/`, `/page.css`, …
 */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const { resolve } = createRequire(import.meta.url);
  return new Map(
    NAMES.map((name) => {
      const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
      return [name === 'index.html' ? '/' : `/${name}`, { type, body: readFileSync(resolve(`#page/${name}`)) }];
    }),
  );
}
