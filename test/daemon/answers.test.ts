import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import type { EffectOutcome, EffectRequest } from '../../src/contract/index.ts';
import { createAnswers } from '../../src/daemon/answers.ts';
import { SILENT, startModels } from '../../src/daemon/index.ts';
import { stampOf, type Frame } from '../../src/frame/index.ts';
import { frameAt } from '../support/frames.ts';
import { drawn, microModel } from '../hub/support.ts';
import { runs, workerProgram, workersOf } from '../support/workers.ts';

const MODEL = `${microModel('smolvlm')}:fp32`;
const worker = workerProgram('model-worker');
const golden = JSON.parse(readFileSync(join(microModel('smolvlm'), 'golden.json'), 'utf8')) as {
  answers: { question: string; ids: number[]; text: string }[];
};
const [{ question, ids, text }] = golden.answers;

let runner: ReturnType<typeof startModels> | undefined;
afterEach(() => runner?.close());

function start(): NonNullable<typeof runner> {
  const { perception: config } = readConfig({}, []);
  runner = startModels({ config, worker, log: SILENT, deadlineMs: 60_000, queue: 10 });
  return runner;
}

const { width, height, rowStride, data } = drawn(50, 40);
const frame: Frame = {
  ...frameAt('camera', 0),
  measurement: { kind: 'image', encoding: 'rgb8', width, height, rowStride, data },
};

function asked(id: string, more: object = {}): EffectRequest {
  return { id, task: 'answer', model: MODEL, at: stampOf(0), question, frame, most: 12, ...more };
}

const ask = (request: EffectRequest, heard?: (piece: string) => void): Promise<EffectOutcome> =>
  new Promise((resolve) => runner?.run(request, resolve, heard));

describe('questions in a model worker', () => {
  it('are answered, told while it is said, and the answer is what counts', async () => {
    start();
    const pieces: string[] = [];
    const outcome = await ask(asked('a'), (piece) => pieces.push(piece));
    expect(outcome).toMatchObject({ status: 'done', output: { ids, text, tokens: 12, ended: 'length' } });
    expect(text.startsWith(pieces.join('').trim())).toBe(true);
    expect(pieces.length).toBeGreaterThan(3);
    // Without a picture, and without anybody who listens.
    expect(await ask(asked('b', { frame: undefined }))).toMatchObject({ status: 'done' });
  });

  it('are called off while they are answered, and the next one is answered', async () => {
    const models = start();
    const off = await ask(asked('a', { most: 100_000 }), () => models.cancel('a'));
    expect(off).toEqual({ status: 'failed', reason: 'cancelled' });
    expect(await ask(asked('b'))).toMatchObject({ status: 'done', output: { ids } });
  });

  it('end with what has been said when their time is up', async () => {
    start();
    const outcome = await ask(asked('a', { most: 100_000, deadlineMs: 0 }));
    expect(outcome).toMatchObject({ status: 'done', output: { ended: 'deadline', text: '' } });
  });

  it('fail where the model is none', async () => {
    start();
    for (const model of ['/nowhere', microModel('clip')]) {
      expect(await ask(asked('a', { model }))).toEqual({ status: 'failed', reason: 'error' });
    }
  });

  it('leave no process behind once none has come for a while', async () => {
    const answers = createAnswers(worker, SILENT, 1);
    const request = asked('a');
    if (request.task !== 'answer') throw new Error('no question');
    let pid = 0;
    const outcome = await new Promise((resolve) =>
      answers.run(
        {
          id: 'a',
          task: 'answer',
          payload: answers.jobOf(request),
          heard: () => (pid = workersOf(process.pid, 'model-worker')[0]),
        },
        resolve,
      ),
    );
    expect(outcome).toMatchObject({ status: 'done' });
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => answers.counters()).toBeUndefined();
    await expect.poll(() => runs(pid)).toBe(false);
    await answers.close();
  });
});
