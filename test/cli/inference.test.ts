import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Input } from '../../src/contract/index.ts';
import { SILENT } from '../../src/daemon/index.ts';
import type { HearingAnswer } from '../../src/perception/index.ts';
import { createLogWriter, openLog } from '../../src/record/index.ts';
import type { Agreement } from '../../src/replay/index.ts';
import { writeAsForeign } from '../support/foreign-log.ts';
import { SMALL_ROBOT, startLive } from '../support/live.ts';
import { sensorium, start } from '../support/program.ts';
import { describeWithModels } from '../support/requirements.ts';
import { workersOf } from '../support/workers.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-inference-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PERCEPTION = {
  detectors: { camera: { model: 'fastestdet', hz: 10 } },
  sounds: { microphones: { model: 'yamnet' } },
};

/** A configuration with this detector. */
const config = (model: string): string => {
  const path = join(folder, `${model}.json`);
  const perception = { ...PERCEPTION, detectors: { camera: { model, hz: 10 } } };
  writeFileSync(path, JSON.stringify({ sources: { robot: SMALL_ROBOT }, perception }));
  return path;
};

describeWithModels('a live run with a detector and a sound model', (models) => {
  const env = { SENSORIUM_MODELS: models };

  const log = join(folder, 'seen.mcap');
  const none = { SENSORIUM_MODELS: join(folder, 'none') };

  it('replays to the same digest without the models, also after their worker was killed', async () => {
    const errors: string[] = [];
    const run = await startLive(log, PERCEPTION, { log: { ...SILENT, error: (_facts, text) => errors.push(text) } });
    const given = (task: string) =>
      run.answers.filter(({ id, outcome }) => id.startsWith(task) && outcome.status === 'done').length;
    await run.until(() => given('detect') > 5 && given('listen') > 2);
    process.kill(workersOf(process.pid, 'model-worker')[0], 'SIGKILL');
    const [seen, heard] = [given('detect'), given('listen')];
    await run.until(() => given('detect') > seen + 5 && given('listen') > heard + 2);
    await run.daemon.stop();
    expect(errors).toContain('a model worker was lost and is replaced');

    const replay = await sensorium(['replay', log, '--verify', '--json'], none);
    expect(replay.exitCode, replay.stderr).toBe(0);
    expect(JSON.parse(replay.stdout)).toMatchObject({ verified: true, inference: 'recorded' });
  });

  it('replays with the models run again, and tells whether they say the same', async () => {
    const again = await sensorium(['replay', log, '--inference', 'rerun', '--json'], env);
    expect(again.exitCode).toBe(0);
    const { agreement } = JSON.parse(again.stdout) as { agreement: Agreement };
    expect(agreement).toMatchObject({ agreed: agreement.compared, failedNow: {}, agrees: true });
    expect(agreement.compared).toBeGreaterThan(10);
    expect((await sensorium(['replay', log, '--inference', 'rerun'], none)).exitCode).toBe(66);

    const other = join(folder, 'other.mcap');
    await withOtherAnswers(log, other);
    const differs = await sensorium(['replay', other, '--inference', 'rerun', '--json'], env);
    expect(differs.exitCode).toBe(1);
    expect(differs.stderr).toMatch(/the models say other things now: \d+ of \d+ answers agree.*E_VERIFY/);
    expect(JSON.parse(differs.stdout)).toMatchObject({ inference: 'rerun', agreement: { agrees: false } });
    expect((await sensorium(['replay', other, '--inference', 'recorded'], none)).exitCode).toBe(0);
  });

  it('runs the models over a log from elsewhere, twice to the same digest', async () => {
    const foreign = join(folder, 'foreign.mcap');
    await writeAsForeign(log, foreign);
    const args = ['replay', foreign, '--config', config('fastestdet'), '--to', '4s', '--json'];
    const [first, second] = [await sensorium(args, env), await sensorium(args, env)];
    expect(first.stderr).toMatch(/the log holds no answers of models: fastestdet, yamnet run now/);
    const result = JSON.parse(first.stdout) as { digest: string; agreement: Agreement };
    expect(result).toMatchObject({ inference: 'rerun', agreement: { compared: 0, failedNow: {}, agrees: true } });
    expect(result.agreement.notRecorded).toBeGreaterThan(10);
    expect((JSON.parse(second.stdout) as { digest: string }).digest).toBe(result.digest);
    const without = await sensorium([...args, '--inference', 'recorded'], none);
    expect(JSON.parse(without.stdout)).toMatchObject({ inference: 'recorded' });
  });

  it('refuses a model that this build does not know, before anything is started', async () => {
    const never = join(folder, 'never.mcap');
    const { exitCode, stderr } = await start(['run', '--config', config('eagle'), '--record', never], env).ended;
    expect(exitCode).toBe(78);
    expect(stderr.trim().split('\n').at(-1)).toBe(
      'perception.detectors.camera.model: expected one of "fastestdet", got "eagle" (E_CONFIG_RANGE)',
    );
    expect((await sensorium(['info', never])).exitCode).toBe(66);
  });
});

describe('a live run without the files of its model', () => {
  it('says which file is missing', async () => {
    const { exitCode, stderr } = await start(['run', '--config', config('fastestdet')], {
      SENSORIUM_MODELS: join(folder, 'none'),
    }).ended;
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(
      /fastestdet\/FastestDet\.onnx: not there; "sensorium models pull fastestdet" .*\(E_MODEL_MISSING\)/,
    );
  });
});

/** Copies a recording, each voice that was heard in it 0.1 surer. */
async function withOtherAnswers(from: string, to: string): Promise<void> {
  const log = await openLog(from);
  if (log.session === undefined) throw new Error('no recording of ours');
  const writer = await createLogWriter(to, log.session);
  for await (const batch of log.entries()) {
    for (const entry of batch as readonly Input[]) {
      const output = entry.kind === 'effect' && entry.outcome.status === 'done' ? entry.outcome.output : undefined;
      const { voice } = (output ?? {}) as Partial<HearingAnswer>;
      if (voice === undefined) writer.tap(entry);
      else {
        const outcome = {
          status: 'done',
          output: { ...(output as HearingAnswer), voice: Math.min(1, voice + 0.1) },
        } as const;
        writer.tap({ ...entry, outcome } as Input);
      }
    }
  }
  await writer.close({ digest: '', inputs: 0, published: 0 });
}
