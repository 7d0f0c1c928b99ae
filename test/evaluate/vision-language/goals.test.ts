import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drivers } from '../../../drivers/index.ts';
import { writeGoals } from '../../../src/cli/goals.ts';
import { reportOf, TASKS } from '../../../src/evaluate/vision-language/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-'));
beforeAll(() =>
  writeGoals({ goals: 8, seed: 5, split: 'test', out: join(folder, 'goals') }, { drivers, err: () => undefined }),
);
afterAll(() => rmSync(folder, { recursive: true }));

/** These tasks need goals and a model, and nothing of the rest of the program. */
const unneeded = (): never => {
  throw new Error('not of these tasks');
};
const beside = { stills: unneeded, memory: { script: 'none.js' }, encoder: unneeded, embedding: unneeded };
const context = { data: folder, model: undefined, beside, progress: () => undefined };

describe('tasks about goals', () => {
  // Bounds are well below what the model reaches on hundreds of goals: docs/vision-language.md.
  it('find what was said in pictures that are imagined, more than in those of other sentences, and more still in rendered ones', async () => {
    const run = await TASKS['imagine'].run(context);
    const report = reportOf('imagine', TASKS['imagine'], run);
    expect(report.value).toBeGreaterThan(75);
    expect(report.baseline).toBeLessThan(report.value - 50);
    expect(report['judge']).toBeGreaterThan(95);
    expect(Object.keys(report.byForm).sort()).toEqual(['colour', 'object', 'relation']);
    expect(new Set(run.cases.map(({ id }) => id)).size).toBe(run.cases.length);
  });

  it('rank the states on the way to a goal, rendered or imagined', async () => {
    const report = reportOf('progress', TASKS['progress'], await TASKS['progress'].run(context));
    expect(report.cases).toBe(3 * 12 * 8);
    expect(report.value).toBeGreaterThan(0.85);
    expect(report.byForm['rendered']).toBe(report.value);
    expect(report.byForm['imagined']).toBeGreaterThan(0.75);
  });
});
