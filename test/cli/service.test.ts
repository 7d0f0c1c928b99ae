import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configHashOf, renderUnit } from '../../src/cli/service/unit.ts';
import { describeWithTools } from '../support/requirements.ts';
import { sensorium } from '../support/program.ts';

const UNIT = 'etc/systemd/system/sensorium.service';
const CONFIG = 'etc/sensorium/sensorium.yaml';
const SYSUSERS = 'etc/sysusers.d/sensorium.conf';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'sensorium-root-'))));
afterEach(() => rmSync(root, { recursive: true }));

const service = (verb: string, ...args: string[]) => sensorium(['service', verb, '--root', root, ...args]);
const there = (path: string) => existsSync(join(root, path));

describe('sensorium service', () => {
  it('installs below a root, says so, and removes it all', async () => {
    expect((await service('status')).stdout).toBe('not installed');
    const ending = await service('install');
    expect(ending.exitCode).toBe(0);
    expect([UNIT, CONFIG, SYSUSERS].map(there)).toEqual([true, true, true]);
    expect(JSON.parse((await service('status', '--json')).stdout)).toEqual({ installed: true });
    expect((await sensorium(['check', join(root, CONFIG)])).exitCode).toBe(0);
    await service('uninstall');
    expect([UNIT, CONFIG, SYSUSERS].map(there)).toEqual([false, false, false]);
    expect((await service('uninstall')).stdout).toBe('nothing was installed');
  });

  it('keeps a configuration that has been changed', async () => {
    await service('install');
    appendFileSync(join(root, CONFIG), 'robot: mine\n');
    expect((await service('install')).stdout).toContain(`kept ${join(root, CONFIG)}`);
    expect((await service('uninstall')).stdout).toContain('it is not as it was installed');
    expect(readFileSync(join(root, CONFIG), 'utf8')).toContain('robot: mine');
  });

  it('removes its own configuration after being installed twice', async () => {
    await service('install');
    await service('install');
    await service('uninstall');
    expect(there(CONFIG)).toBe(false);
  });

  it('refuses a wrong configuration before anything is written', async () => {
    const file = join(root, 'wrong.yaml');
    writeFileSync(file, 'robt: x\n');
    const ending = await service('install', '--config', file);
    expect(ending).toMatchObject({ exitCode: 78, stderr: 'robt: no such key; did you mean "robot"? (E_CONFIG_KEY)\n' });
    expect([UNIT, CONFIG, SYSUSERS].map(there)).toEqual([false, false, false]);
  });

  it('runs as another user when asked to, and makes none then', async () => {
    await service('install', '--user', 'robot');
    expect(readFileSync(join(root, UNIT), 'utf8')).toContain('\nUser=robot\n');
    expect(there(SYSUSERS)).toBe(false);
    expect((await service('install', '--user', 'a b')).exitCode).toBe(64);
  });
});

describe('the unit', () => {
  const values = { node: '/usr/bin/node', main: '/opt/my robot/50%/main.js', config: '/etc/a$b', user: 'u' };

  it('escapes what systemd would take for something else', () => {
    const template = 'ExecStart=@NODE@ @MAIN@ --config @CONFIG@';
    expect(renderUnit(template, { ...values, configHash: undefined })).toBe(
      'ExecStart=/usr/bin/node "/opt/my robot/50%%/main.js" --config "/etc/a$$b"',
    );
  });

  it('remembers which configuration was installed', () => {
    const hash = 'ab'.repeat(32);
    const render = (configHash: string | undefined) =>
      renderUnit('# configuration: @CONFIG_SHA256@', { ...values, configHash });
    expect(configHashOf(render(hash))).toBe(hash);
    expect(configHashOf(render(undefined))).toBeUndefined();
  });
});

describeWithTools(['systemd-analyze'], 'systemd-analyze verify', () => {
  it('has nothing to say about the installed unit', async () => {
    await service('install');
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', join(root, UNIT)], {
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toBe('');
  });
});
