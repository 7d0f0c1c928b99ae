import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sensorium, start } from '../support/program.ts';
import { describeWithModels } from '../support/requirements.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-inference-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = (model: string): string => {
  const path = join(folder, `${model}.yaml`);
  writeFileSync(
    path,
    `sources: { robot: { driver: simulation, seed: 1, senses: all } }
perception: { detectors: { camera: { model: ${model}, hz: 10 } }, sounds: { microphones: { model: yamnet } } }
publish: { mqtt: { enabled: false }, zeromq: { enabled: false } }
web: { enabled: false }
`,
  );
  return path;
};

describeWithModels('a live run with a detector and a sound model', (models) => {
  const env = { SENSORIUM_MODELS: models };

  it('replays to the same digest without the model, also after its worker was killed', async () => {
    const log = join(folder, 'seen.mcap');
    const run = start(['run', '--config', config('fastestdet'), '--record', log, '--duration', '8s', '--json'], env);
    const seconds = (line: string) => (JSON.parse(line) as { seconds?: number }).seconds ?? 0;
    await run.line((line) => line.startsWith('{"robot"') && seconds(line) > 3);
    const worker = childOf(run.child.pid ?? 0);
    process.kill(worker, 'SIGKILL');
    const { exitCode, stderr } = await run.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/a model worker was lost and is replaced/);

    expect(stderr).not.toMatch(/a model gave no answer.*(error|not finite)/);

    const replay = await sensorium(['replay', log, '--verify', '--json'], { SENSORIUM_MODELS: join(folder, 'none') });
    expect(JSON.parse(replay.stdout)).toMatchObject({ verified: true });
    const info = JSON.parse((await sensorium(['info', log, '--json'])).stdout) as {
      channels: { topic: string; count: number }[];
    };
    const answers = info.channels.find(({ topic }) => topic === '/sensorium/effect');
    expect(answers?.count).toBeGreaterThan(10);
  });

  it('refuses a model that this build does not know, before anything is started', async () => {
    const log = join(folder, 'never.mcap');
    const { exitCode, stderr } = await sensorium(['run', '--config', config('eagle'), '--record', log], env);
    expect(exitCode).toBe(78);
    expect(stderr.trim().split('\n').at(-1)).toBe(
      'perception.detectors.camera.model: expected one of "fastestdet", got "eagle" (E_CONFIG_RANGE)',
    );
    expect((await sensorium(['info', log])).exitCode).toBe(66);
  });
});

describe('a live run without the files of its model', () => {
  it('says which file is missing', async () => {
    const { exitCode, stderr } = await sensorium(['run', '--config', config('fastestdet')], {
      SENSORIUM_MODELS: join(folder, 'none'),
    });
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(
      /fastestdet\/FastestDet\.onnx: not there; "sensorium models pull fastestdet" .*\(E_MODEL_MISSING\)/,
    );
  });
});

/** The worker: the one child of the program. */
function childOf(pid: number): number {
  return Number(
    execFileSync('pgrep', ['-P', `${pid}`, '-f', 'model-worker'], { encoding: 'utf8' })
      .trim()
      .split('\n')[0],
  );
}
