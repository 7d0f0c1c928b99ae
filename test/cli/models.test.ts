import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWithData, describeWithModels } from '../support/requirements.ts';
import { sensorium } from '../support/program.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-models-cli-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('sensorium models', () => {
  it('lists what is missing, in words and as JSON', async () => {
    const env = { SENSORIUM_MODELS: folder };
    const words = await sensorium(['models', 'list'], env);
    expect(words.exitCode).toBe(0);
    expect(words.stdout).toMatch(/fastestdet +detector +missing +1\.0 MB +BSD-3-Clause/);
    const { stdout } = await sensorium(['models', 'list', '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject({
      folder,
      models: [
        { name: 'fastestdet', state: 'missing' },
        { name: 'mobilenet-v1-embedding', kind: 'encoder', state: 'missing' },
        { name: 'yamnet', state: 'missing' },
      ],
    });
  });

  it('names a model that does not exist, and the one that was meant', async () => {
    const { exitCode, stderr } = await sensorium(['models', 'pull', 'fastesdet'], { SENSORIUM_MODELS: folder });
    expect([exitCode, stderr]).toEqual([64, 'fastesdet: no such model; did you mean fastestdet? (E_MODEL_UNKNOWN)\n']);
  });

  it('never fetches but when told to: verify of an empty folder fails', async () => {
    const { exitCode, stderr, stdout } = await sensorium(['models', 'verify', 'yamnet'], { SENSORIUM_MODELS: folder });
    expect(exitCode).toBe(66);
    expect(stdout).toMatch(/yamnet +wrong/);
    expect(stderr).toContain('(E_MODEL_MISSING)');
  });

  describeWithModels('with files', (models) => {
    it('copies them from a folder, checks and runs them', async () => {
      const env = { SENSORIUM_MODELS: join(folder, 'store') };
      const pulled = await sensorium(['models', 'pull', '--from', models], env);
      expect([pulled.exitCode, pulled.stdout.split('\n').length]).toEqual([0, 3]);
      expect(pulled.stdout).toContain(`copied: ${join(folder, 'store', 'fastestdet', 'FastestDet.onnx')}`);
      const { exitCode, stdout, stderr } = await sensorium(['models', 'verify', '--json'], env);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(JSON.parse(stdout)).toMatchObject({
        ok: true,
        models: [
          { name: 'fastestdet', ok: true, execution: { runtime: 'onnxruntime', provider: 'cpu' } },
          { name: 'mobilenet-v1-embedding', ok: true, execution: { runtime: 'litert', provider: 'wasm' } },
          { name: 'yamnet', ok: true, execution: { runtime: 'litert', provider: 'wasm' } },
        ],
      });
    });

    describeWithData('and photographs and sounds', (data) => {
      it('tries a detector on a picture and draws the boxes', async () => {
        const out = join(folder, 'boxes.png');
        const photo = join(data, 'photos', 'fd1.jpg');
        const { exitCode, stdout } = await sensorium(['models', 'try', 'fastestdet', photo, '--out', out]);
        expect(exitCode).toBe(0);
        expect(stdout).toMatch(/^0\.\d\d {2}bus /);
        expect(existsSync(out)).toBe(true);
      });

      it('tries a sound model on a WAV file, and refuses what is none', async () => {
        const clip = join(data, 'audio', 'clips', 'w_yes.wav');
        const { stdout } = await sensorium(['models', 'try', 'yamnet', clip, '--json']);
        expect(JSON.parse(stdout)).toMatchObject({ model: 'yamnet', windows: [{ time: 0 }] });
        const wrong = join(folder, 'wrong.wav');
        writeFileSync(wrong, 'RIFF1234WAVEfmt ');
        const { exitCode, stderr } = await sensorium(['models', 'try', 'yamnet', wrong]);
        expect([exitCode, stderr]).toEqual([65, `${wrong}: no sound in it (E_FILE_FORMAT)\n`]);
        const picture = await sensorium(['models', 'try', 'fastestdet', wrong]);
        expect(picture.exitCode).toBe(65);
      });
    });
  });
});
