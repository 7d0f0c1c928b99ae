import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createPool, type FailureReason, type Outcome, type Pool, type PoolOptions } from '../../src/workers/index.ts';
import { childrenOf, LAUNCHER, runs, workersOf } from '../support/workers.ts';

const OPTIONS = {
  script: join(import.meta.dirname, 'support', 'tasks.mjs'),
  launcher: LAUNCHER,
  size: 1,
  queue: 2,
  deadlineMs: 400,
  startMs: 10_000,
  memoryLimit: 2 ** 28,
};

let pool: Pool | undefined;
afterEach(() => pool?.close());

function start(options: Partial<PoolOptions> = {}) {
  const replaced: FailureReason[] = [];
  const made = createPool({ ...OPTIONS, replaced: (reason) => replaced.push(reason), ...options });
  pool = made;
  let jobs = 0;
  const run = (task: string, payload?: unknown): Promise<Outcome> =>
    new Promise((resolve) => made.run({ id: `${(jobs += 1)}`, task, payload }, resolve));
  return { run, replaced, pool: made };
}

describe('a pool', () => {
  it('does its jobs, and copies typed arrays over', async () => {
    const { run } = start();
    expect(await run('sum', new Float32Array([1, 2, 3.5]))).toEqual({ status: 'done', output: 6.5 });
  });

  it('tells what a task threw, and goes on with the same worker', async () => {
    const { run, replaced } = start();
    expect(await run('refuse')).toEqual({ status: 'failed', reason: 'error', detail: 'no' });
    expect(await run('fly')).toMatchObject({
      reason: 'error',
      detail: expect.stringContaining('no task "fly"') as string,
    });
    expect(await run('sum', [1])).toEqual({ status: 'done', output: 1 });
    expect(replaced).toEqual([]);
  });

  it.each([
    ['dies', 'die', 'died'],
    ['hangs', 'spin', 'deadline'],
    ['leaks', 'leak', 'memory'],
  ] as const)('replaces a worker that %s, fails its job and does the next one', async (_what, task, reason) => {
    const { run, replaced, pool: it } = start({ deadlineMs: task === 'leak' ? 60_000 : OPTIONS.deadlineMs });
    expect(await run('sum', [1])).toMatchObject({ status: 'done' });
    const [lost, next] = await Promise.all([run(task), run('sum', [2, 3])]);
    expect(lost).toMatchObject({ status: 'failed', reason });
    expect(next).toEqual({ status: 'done', output: 5 });
    expect(replaced).toEqual([reason]);
    expect(it.counters()).toMatchObject({ done: 2, failed: { [reason]: 1 }, waiting: 0, running: 0, replaced: 1 });
  });

  it('hands over bytes from shared memory, and says when they are not needed any more', async () => {
    const { pool: it } = start();
    const bytes = new Uint8Array(new SharedArrayBuffer(3_000_000)).fill(2);
    const taken: string[] = [];
    const job = { id: 'one', task: 'total', payload: undefined, bytes, taken: () => taken.push('taken') };
    const outcome = await new Promise((resolve) => it.run(job, resolve));
    expect(outcome).toEqual({ status: 'done', output: 6_000_000 });
    expect(taken).toEqual(['taken']);
  });

  it('passes on what a task tells while it runs', async () => {
    const { pool: it } = start();
    const heard: unknown[] = [];
    const job = { id: 'one', task: 'count', payload: 3, heard: (part: unknown) => heard.push(part) };
    expect(await new Promise((resolve) => it.run(job, resolve))).toEqual({ status: 'done', output: 3 });
    expect(heard).toEqual([1, 2, 3]);
  });

  it('calls off the job that runs and the one that waits, and keeps the worker', async () => {
    const { run, replaced, pool: it } = start({ deadlineMs: 60_000 });
    const ended = new Promise<Outcome>((resolve) => {
      const job = { id: 'long', task: 'count', payload: Infinity, heard: () => it.cancel('long') };
      it.run(job, resolve);
    });
    const waiting = new Promise<Outcome>((resolve) => it.run({ id: 'next', task: 'sum', payload: [1] }, resolve));
    it.cancel('next');
    it.cancel('nobody');
    expect(await waiting).toEqual({ status: 'failed', reason: 'cancelled' });
    expect(await ended).toEqual({ status: 'failed', reason: 'cancelled', detail: 'called off' });
    expect(await run('sum', [1, 2])).toEqual({ status: 'done', output: 3 });
    expect(replaced).toEqual([]);
    expect(it.counters()).toMatchObject({ done: 1, failed: { cancelled: 2 } });
  });

  it('goes on after the loss of its launcher, and leaves no worker behind', async () => {
    const { run, replaced } = start();
    await run('sum', []);
    const [worker] = workersOf(process.pid, 'tasks');
    const spinning = run('spin');
    process.kill(childrenOf(process.pid, 'launcher')[0], 'SIGKILL');
    expect(await spinning).toMatchObject({ reason: 'died', detail: 'its launcher ended: SIGKILL' });
    expect(await run('sum', [1])).toEqual({ status: 'done', output: 1 });
    expect(replaced).toEqual(['died']);
    expect(runs(worker)).toBe(false);
  });

  it('has closed when its workers have ended, and are not even listed any more', async () => {
    const { run, pool: it } = start({ size: 2, deadlineMs: 60_000 });
    await Promise.all([run('sum', []), run('sum', [])]);
    const workers = workersOf(process.pid, 'tasks');
    void run('spin');
    await it.close();
    expect(workers).toHaveLength(2);
    expect(workers.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  });

  it('is bounded: what has no room fails at once', async () => {
    const { run } = start();
    await run('sum', []);
    const outcomes = await Promise.all([run('spin'), run('sum', [1]), run('sum', [2]), run('sum', [3])]);
    expect(outcomes.map((outcome) => (outcome.status === 'done' ? outcome.output : outcome.reason))).toEqual([
      'deadline',
      1,
      2,
      'busy',
    ]);
  });

  it('tells what has no room later, and not while it is asked', async () => {
    const { run, pool: it } = start({ queue: 0 });
    await run('sum', []);
    const spinning = run('spin');
    let told = '';
    const isTold = new Promise<void>((resolve) => {
      it.run({ id: 'no room', task: 'sum', payload: [1] }, (outcome) => {
        told = outcome.status === 'failed' ? outcome.reason : 'done';
        resolve();
      });
    });
    expect(told).toBe('');
    await isTold;
    expect(told).toBe('busy');
    await spinning;
  });

  it('fails what has not ended when it is closed, twice if need be', async () => {
    const { run, pool: it } = start({ deadlineMs: 60_000 });
    await run('sum', []);
    const pending = [run('spin'), run('sum', [1])];
    await it.close();
    await it.close();
    expect(await Promise.all(pending)).toEqual([
      { status: 'failed', reason: 'closed' },
      { status: 'failed', reason: 'closed' },
    ]);
    expect(await run('sum', [1])).toEqual({ status: 'failed', reason: 'closed' });
  });

  it('starts a worker that cannot start ever later, and lets its jobs wait', async () => {
    const { replaced, pool: it, run } = start({ args: ['no start'] });
    const pending = run('sum', [1]);
    await expect.poll(() => replaced.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    expect(it.counters()).toMatchObject({ waiting: 1, ready: 0 });
    await it.close();
    expect(await pending).toEqual({ status: 'failed', reason: 'closed' });
  });
});
