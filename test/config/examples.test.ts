import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drivers, embedded } from '../../drivers/index.ts';
import { loadConfig } from '../../src/config/index.ts';

const folder = join(import.meta.dirname, '..', '..', 'config');
const files = readdirSync(folder);

describe('the configurations in config/', () => {
  it('are there', () => {
    expect(files).toEqual(
      expect.arrayContaining(['jackal.yaml', 'jetson.yaml', 'raspberry-pi.yaml', 'simulation.yaml']),
    );
  });

  it.each(files)('%s loads', (name) => {
    expect(loadConfig({ file: join(folder, name), drivers }).robot).toBeTruthy();
  });

  it('and what runs without a file load', () => {
    expect(Object.keys(loadConfig({ embedded, drivers }).sources)).toHaveLength(1);
  });
});
