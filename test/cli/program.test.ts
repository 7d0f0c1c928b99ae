import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../src/cli/failure.ts';
import { ALIASES, VERBS } from '../../src/cli/index.ts';
import { createProgram } from '../../src/cli/program.ts';
import type { CliContext } from '../../src/cli/verb.ts';
import { ConfigError } from '../../src/config/index.ts';
import { SensoriumError } from '../../src/contract/index.ts';
import { sensorium, start } from '../support/program.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-cli-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const context: CliContext = {
  drivers: [],
  models: [],
  devices: [],
  programs: [],
  embedded: {},
  version: '0',
  home: '.',
  main: 'main.js',
  out: () => undefined,
  err: () => undefined,
};

describe('the command line', () => {
  it('loads the verb that is called, by any of its names, and all where none or an unknown one is', async () => {
    const namesFor = async (...args: string[]) =>
      (await createProgram(args, context)).commands.map((command) => command.name());
    const all = Object.keys(VERBS);
    for (const name of all) expect(await namesFor(name, '--json')).toEqual([name]);
    expect(await namesFor('help', 'check')).toEqual(['check']);
    const [evaluate] = (await createProgram(['eval', 'pose', '--help'], context)).commands;
    expect(evaluate.commands.map((command) => command.name())).toEqual(['pose']);
    for (const args of [[], ['--help'], ['help'], ['chek'], ['constructor']])
      expect(await namesFor(...args)).toEqual(all);
    const program = await createProgram([], context);
    const aliases = program.commands.flatMap((command) => command.aliases().map((alias) => [alias, command.name()]));
    expect(aliases).toEqual(Object.entries(ALIASES));
  });

  it('has examples in the help of every verb', async () => {
    const program = await createProgram([], context);
    for (const command of program.commands) {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) });
      command.outputHelp();
      expect(help, command.name()).toContain('Example');
    }
  });

  it.each([
    [['chek'], 64, "unknown command 'chek'; did you mean check? (E_USAGE)"],
    [['check', 'x.yaml', '--jso'], 64, "unknown option '--jso'; did you mean --json? (E_USAGE)"],
    [['check'], 64, "missing required argument 'config' (E_USAGE)"],
    [['check', '/nowhere/x.yaml'], 66, '/nowhere/x.yaml: cannot be read: no such file (E_FILE_MISSING)'],
    [
      ['eval', 'fusion', '--train', '/nowhere', '--json-'],
      64,
      "unknown option '--json-'; did you mean --json? (E_USAGE)",
    ],
    [['eval', 'fusion', '--train', '/nowhere'], 66, '/nowhere/dataset.json: the file cannot be read (E_FILE_MISSING)'],
    [['run', '--duration', 'soon'], 64, 'expected a time such as 10s, 500ms, 2m (E_USAGE)'],
    [['run', '--set', 'publish.mqtt.prt=1'], 78, 'publish.mqtt.prt: no such key; did you mean "port"? (E_CONFIG_KEY)'],
  ])('%j exits with %i and one line', async (args, exitCode, line) => {
    const ending = await sensorium(args);
    expect(ending.stderr.trimEnd().endsWith(line)).toBe(true);
    expect(ending.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(ending).toMatchObject({ exitCode, stdout: '' });
  });

  it('shows help and version on standard output', async () => {
    expect(await start(['--version']).ended).toMatchObject({ exitCode: 0, stdout: '0.1.0', stderr: '' });
    const help = await sensorium(['check', '--help']);
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain('Examples:');
  });

  it('tells every problem of a configuration, one a line, and exits with 78', async () => {
    const path = file('bad.yaml', 'robt: x\nalign: { pivto: imu, queueSize: many }\n');
    const ending = await start(['check', path]).ended;
    expect(ending.exitCode).toBe(78);
    expect(ending.stderr.trimEnd().split('\n')).toEqual([
      'robt: no such key; did you mean "robot"? (E_CONFIG_KEY)',
      'align.pivto: no such key; did you mean "pivot"? (E_CONFIG_KEY)',
      'align.queueSize: expected a whole number in 1..100000, got "many" (E_CONFIG_TYPE)',
    ]);
    const json = await sensorium(['check', path, '--json']);
    const told = JSON.parse(json.stderr) as { error: object; problems: object[] };
    expect(told.error).toMatchObject({ code: 'E_CONFIG_KEY', path: 'robt' });
    expect(told.problems).toHaveLength(3);
  });

  it('checks a right one', async () => {
    const path = file('good.yaml', 'robot: r2\nstreams: { imu: { source: /imu/data } }\n');
    const ending = await sensorium(['check', path, '--json']);
    expect(ending).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(ending.stdout)).toMatchObject({ ok: true, robot: 'r2', streams: { imu: '/imu/data' } });
  });
});

describe('an error', () => {
  it('of a user is one line', () => {
    const error = new SensoriumError('E_DRIVER', 'nobody there', { path: 'sources.imu' });
    expect(failure(error, false, false)).toEqual({ text: 'sources.imu: nobody there (E_DRIVER)\n', exitCode: 69 });
    expect(failure(error, true, false).text).toBe(
      '{"error":{"code":"E_DRIVER","path":"sources.imu","message":"sources.imu: nobody there (E_DRIVER)"}}\n',
    );
  });

  it('of ours is one line too, with the stack only when asked for', () => {
    const shown = failure(new TypeError('x is not a function'), false, false);
    expect(shown.exitCode).toBe(70);
    expect(shown.text).toBe(
      'x is not a function; this is a defect in Sensorium; SENSORIUM_DEBUG=1 shows where (E_INTERNAL)\n',
    );
    expect(failure(new TypeError('x'), false, true).text).toContain('program.test.ts');
  });

  it('of a configuration is a line for each problem', () => {
    const problem = (path: string) => new SensoriumError('E_CONFIG_KEY', 'no such key', { path });
    expect(failure(new ConfigError([problem('a'), problem('b')]), false, false)).toEqual({
      text: 'a: no such key (E_CONFIG_KEY)\nb: no such key (E_CONFIG_KEY)\n',
      exitCode: 78,
    });
  });
});
