import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { headFile } from '../../src/daemon/head-file.ts';
import { openRunningHead } from '../../src/learn/running.ts';
import { headShapes } from '../../src/pipeline/index.ts';

const config = loadConfig({ file: join(import.meta.dirname, '..', '..', 'config', 'simulation.yaml'), drivers });
const { heads } = config.fusion;

describe('the head that comes along', () => {
  it('is small, and found by its name', () => {
    const path = headFile('happening');
    expect(path).toBe(join(import.meta.dirname, '..', '..', 'models', 'happening', 'head.onnx'));
    expect(statSync(path).size).toBeLessThan(1e6);
  });

  it('takes the windows that the configuration of the simulation cuts, and is less sure without its senses', async () => {
    const { driver, config: its } = config.sources['robot'];
    const streams = drivers.find(({ type }) => type === driver)?.create('robot', its).streams ?? [];
    const shape = headShapes(heads, streams)['happening'];
    expect(Object.keys(shape.dims)).toEqual(heads['happening'].streams);
    const head = await openRunningHead(headFile('happening'), shape);
    expect(head.classes).toEqual(['collision', 'dropped object', 'approach', 'door', 'nothing']);
    const nothing = await head.decide({});
    // Without anything it knows no more than chance.
    expect(Math.max(...nothing.probabilities)).toBeLessThan(0.35);
    expect(nothing.uncertainty).toBeGreaterThan(0.9);
    expect(Object.values(nothing.contributions).every((one) => one === 0)).toBe(true);
    await head.close();
  });
});
