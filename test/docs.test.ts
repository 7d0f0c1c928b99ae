import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drivers } from '../drivers/index.ts';
import { parseConfigText } from '../src/config/file.ts';
import { readConfig, type Section } from '../src/config/index.ts';
import { sensorium } from './support/program.ts';

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

describe('docs/drivers', () => {
  const examples = readdirSync(join(root, 'docs/drivers'))
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) =>
      [...read(`docs/drivers/${name}`).matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => ({
        name,
        document: parseConfigText(text, name) as { readonly sources?: Readonly<Record<string, Section>> },
      })),
    );

  it.each(examples)('$name has an example that is right: $document.sources', ({ document }) => {
    const config = readConfig(document, drivers);
    for (const [name, { driver, config: its }] of Object.entries(config.sources))
      expect(drivers.find(({ type }) => type === driver)?.create(name, its).streams.length).toBeGreaterThan(0);
  });

  /** The first example of each driver, under a source of the driver's name. */
  const sources = new Map<string, Section>();
  for (const { document } of examples) {
    for (const section of Object.values(document.sources ?? {})) {
      const type = String(section['driver']);
      if (!sources.has(type)) sources.set(type, section);
    }
  }

  it('has an example of every driver', () => {
    expect([...sources.keys()].sort()).toEqual(drivers.map(({ type }) => type).sort());
  });

  it('has what makes one configuration with every driver, which "sensorium check" finds right', async () => {
    // Two streams cannot have one name.
    const streams: Record<string, object> = {};
    for (const definition of drivers) {
      const { type } = definition;
      const { config } = readConfig({ sources: { [type]: sources.get(type) } }, [definition]).sources[type];
      for (const { id } of definition.create(type, config).streams)
        streams[`${type}-${id}`] = { source: `${type}/${id}` };
    }
    const folder = mkdtempSync(join(tmpdir(), 'sensorium-every-'));
    const file = join(folder, 'every.json');
    writeFileSync(file, JSON.stringify({ sources: Object.fromEntries(sources), streams }));
    const { exitCode, stdout, stderr } = await sensorium(['check', file, '--json']);
    rmSync(folder, { recursive: true });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(Object.keys((JSON.parse(stdout) as { sources: object }).sources).sort()).toEqual([...sources.keys()].sort());
  });
});
