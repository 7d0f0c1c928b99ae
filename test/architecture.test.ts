import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** What everything else speaks in. */
const WORDS = ['src/frame', 'src/geometry', 'src/contract'];
const STAGES = ['src/clock', 'src/align', 'src/perception', 'src/fusion', 'src/publish'];

/** Who may import whom, by folder: the arrows of docs/architecture.md. A folder may always import itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'src/frame': [],
  'src/geometry': [],
  'src/contract': ['src/frame', 'src/geometry'],
  'src/clock': WORDS,
  'src/align': WORDS,
  'src/perception': WORDS,
  'src/inference': ['src/contract'],
  'src/hub': ['src/contract', 'src/inference', 'src/perception', 'src/random'],
  'src/recall': ['src/contract', 'src/inference', 'src/workers'],
  'src/fusion': WORDS,
  'src/publish': [...WORDS, 'src/deadline', 'src/ondemand'],
  'src/record': WORDS,
  'src/numpy': ['src/contract'],
  'src/random': [],
  'src/plot': [],
  'src/calibrate': WORDS,
  'src/words': ['src/contract', 'src/random'],
  'src/stills': ['src/contract', 'src/numpy', 'src/words', 'src/clips'],
  'src/clips': [...WORDS, 'src/perception'],
  'src/evaluate': [
    ...WORDS,
    'src/plot',
    'src/numpy',
    'src/random',
    'src/words',
    'src/stills',
    'src/inference',
    'src/hub',
    'src/clock',
    'src/align',
    'src/perception',
    'src/fusion',
    'src/record',
    'src/pipeline',
    'src/recall',
    'src/workers',
  ],
  'src/learn': ['src/contract', 'src/numpy', 'src/random', 'src/plot', 'src/inference', 'src/perception', 'src/fusion'],
  'src/dataset': [
    ...WORDS,
    'src/perception',
    'src/fusion',
    'src/numpy',
    'src/record',
    'src/pipeline',
    'src/config',
    'src/replay',
  ],
  'src/workers': [],
  'src/deadline': [],
  'src/ondemand': [],
  'src/memory': WORDS,
  'src/bench': [
    ...WORDS,
    ...STAGES,
    'src/random',
    'src/workers',
    'src/record',
    'src/pipeline',
    'src/config',
    'src/daemon',
    'src/replay',
    'src/device',
  ],
  'src/pipeline': [...WORDS, ...STAGES, 'src/clips'],
  'src/web': [...WORDS, 'src/publish'],
  'src/config': [...WORDS, ...STAGES, 'src/pipeline', 'src/record', 'src/memory', 'src/recall', 'src/web'],
  'src/daemon': [
    ...WORDS,
    ...STAGES,
    'src/inference',
    'src/hub',
    'src/learn',
    'src/workers',
    'src/memory',
    'src/recall',
    'src/record',
    'src/pipeline',
    'src/config',
    'src/web',
    'src/deadline',
  ],
  'src/replay': [...WORDS, 'src/perception', 'src/fusion', 'src/publish', 'src/record', 'src/pipeline', 'src/config'],
  'src/device': [...WORDS, 'src/deadline', 'src/ondemand'],
  'src/inventory': [...WORDS, 'src/device'],
  drivers: [...WORDS, 'src/device'],
  models: [...WORDS, 'src/perception'],
};

/** Only these see drivers and models; verbs may use everything in `src`. */
const COMPOSITION = ['src/main.ts', 'src/compose.ts', 'src/model-worker.ts', 'src/faulty-worker.ts'];

const root = resolve(import.meta.dirname, '..');

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) =>
      relative(root, resolve(root, dirname(file), name))
        .split(sep)
        .join('/'),
    );
}

function folderOf(file: string): string {
  const [top, second] = file.split('/');
  return top === 'src' && file.split('/').length > 2 ? `src/${second}` : top;
}

const files = ['src', 'drivers', 'models'].flatMap(filesUnder);
const graph = new Map(files.map((file) => [file, importsOf(file)]));

describe('architecture', () => {
  it('has only the allowed arrows between folders', () => {
    const wrong: string[] = [];
    for (const [file, imports] of graph) {
      if (COMPOSITION.includes(file)) continue;
      const from = folderOf(file);
      const allowed =
        from === 'src/cli' || (file.startsWith('src/') && file.split('/').length === 2) ? undefined : ALLOWED[from];
      for (const target of imports) {
        const to = folderOf(target);
        if (to === from) continue;
        const fine = allowed === undefined ? to.startsWith('src') : allowed.includes(to);
        if (!fine) wrong.push(`${file} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('knows every folder', () => {
    const known = new Set([...Object.keys(ALLOWED), 'src/cli', 'src']);
    expect([...new Set(files.map(folderOf))].filter((folder) => !known.has(folder))).toEqual([]);
  });

  it('keeps driver families apart, and models', () => {
    const family = (file: string): string => file.split('/').slice(0, 2).join('/');
    const wrong = [...graph].flatMap(([file, imports]) =>
      /^(drivers|models)\//.test(file) && !/^\w+\/index.ts$/.test(file)
        ? imports
            .filter((to) => /^(drivers|models)\//.test(to) && family(to) !== family(file))
            .map((to) => `${file} -> ${to}`)
        : [],
    );
    expect(wrong).toEqual([]);
  });

  it('has no circular imports', () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) {
        circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });
});
