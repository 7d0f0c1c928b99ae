import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpy } from '../../src/numpy/read.ts';
import type { MessageTypes } from '../../src/publish/index.ts';
import type { Agreement } from '../../src/replay/index.ts';
import { freePort } from '../publish/support/publishing.ts';
import { startLive } from '../support/live.ts';
import { sensorium } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-heads-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const HEAD = { streams: ['imu', 'wheels', 'scan'], stepMs: 100, windowMs: 800, hopMs: 200 };
const robot = (streams: object = {}) => ({ driver: 'simulation', seed: 1, streams });

/** A configuration in a file. */
function configured(name: string, head: object, source: object = robot()): string {
  const path = at(`${name}.json`);
  writeFileSync(path, JSON.stringify({ sources: { robot: source }, fusion: { heads: { happening: head } } }));
  return path;
}

const build = (...args: string[]) => sensorium(['dataset', 'build', ...args]);
const trained = at('trained');
const drive = at('drive.mcap');
const config = configured('robot', HEAD);
const labels = at('labels.csv');

beforeAll(async () => {
  await sensorium(['simulate', '--config', config, '--duration', '20s', '--out', drive]);
  writeFileSync(labels, 'recording,start,end,label\ndrive,1,9,early\ndrive.mcap,9,18,late\nother,0,99,other\n');
  await build(drive, '--labels', labels, '--out', at('windows'));
  await sensorium(['train', at('windows'), '--head', 'late', '--hidden', '8', '--epochs', '3', '--out', trained]);
});

const numbersOf = async (file: string) => readNpy(join(at('windows'), file));

describe('sensorium dataset build', () => {
  it('cuts labelled windows that can be learned from, with the head that the log says', async () => {
    const description = JSON.parse(readFileSync(join(at('windows'), 'dataset.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(description).toMatchObject({ classes: ['early', 'late'], stepMs: 100, recordings: ['drive.mcap'] });
    const found = [...(await numbersOf('labels.npy')).values];
    // From 1 s to 18 s every 200 ms; a window needs half of it in a class.
    expect(found.length).toBeGreaterThan(80);
    expect(found).toEqual([...found].sort());
    expect((await numbersOf('scan.npy')).shape).toEqual([found.length, 8, 33]);
    expect((await numbersOf('imu.npy')).values.every(Number.isFinite)).toBe(true);
    expect(existsSync(join(trained, 'head.onnx'))).toBe(true);
  });

  it('cuts windows without labels, from which encoders learn and no head', async () => {
    const { stdout } = await build(drive, '--labels', 'none', '--out', at('bare'), '--json');
    const { counts, samples } = JSON.parse(stdout) as { counts: object; samples: number };
    expect(counts).toEqual({ unlabelled: samples });
    const out = at('encoders');
    const learned = await sensorium(['pretrain', at('bare'), '--hidden', '8', '--epochs', '2', '--out', out, '--json']);
    expect([learned.exitCode, learned.stderr]).toEqual([0, '']);
    const { loss } = JSON.parse(learned.stdout) as { loss: number };
    // Something was told apart within the one recording.
    expect(loss).toBeGreaterThan(0.5);
    const head = ['train', at('windows'), '--head', 'late', '--hidden', '8', '--epochs', '1', '--out', at('begun')];
    expect((await sensorium([...head, '--encoders', out])).exitCode).toBe(0);
    expect((await sensorium(['train', at('bare'), '--out', at('begun')])).exitCode).toBe(65);
  });

  it('takes the truth of a simulation, and masks a sense that a recording lacks', async () => {
    const truth = { scene: { enabled: true }, scan: { enabled: false } };
    const source = { ...robot(truth), world: { varied: true } };
    const blind = configured('blind', { ...HEAD, streams: ['imu', 'wheels'] }, source);
    const sighted = { ...source, streams: { scene: { enabled: true } } };
    await sensorium(['simulate', '--config', blind, '--duration', '10s', '--out', at('blind.mcap')]);
    await sensorium([
      'simulate',
      '--config',
      configured('sighted', HEAD, sighted),
      '--duration',
      '10s',
      '--out',
      at('sighted.mcap'),
    ]);
    const ending = await build(
      at('blind.mcap'),
      at('sighted.mcap'),
      '--config',
      config,
      '--out',
      at('both'),
      '--classes',
      'approach,door',
      '--json',
    );
    expect(ending.stderr).toBe('');
    const report = JSON.parse(ending.stdout) as { samples: number; absent: object; counts: Record<string, number> };
    expect(report.absent).toEqual({ 'blind.mcap': ['scan'] });
    expect(Object.keys(report.counts)).toEqual(['approach', 'door', 'nothing']);
    const scans = await readNpy(join(at('both'), 'scan.npy'));
    const groups = await readNpy(join(at('both'), 'group.npy'));
    const size = scans.values.length / report.samples;
    groups.values.forEach((group, i) => {
      expect(Number.isNaN(scans.values[i * size + size - 1])).toBe(group === 0);
    });
    const balanced = await build(
      at('blind.mcap'),
      at('sighted.mcap'),
      '--config',
      config,
      '--out',
      at('even'),
      '--classes',
      'approach,door',
      '--balance',
      '1',
      '--json',
    );
    const even = JSON.parse(balanced.stdout) as { counts: Record<string, number> };
    const there = Object.values(even.counts).filter((count) => count > 0);
    expect(new Set(there)).toEqual(new Set([Math.min(...Object.values(report.counts).filter((count) => count > 0))]));
  });

  it.each([
    ['no labels', ['--out', at('x')], 65, /has no labels: expected a stream of kind scene, or --labels/],
    ['a CSV without columns', ['--labels', config, '--out', at('x')], 65, /expected a column start/],
    [
      'a stream that is not there',
      ['--labels', 'text:floor', '--out', at('x')],
      65,
      /has no stream "floor" with labels/,
    ],
    [
      'half a step',
      ['--labels', labels, '--hop', '150ms', '--out', at('x')],
      64,
      /--hop: expected whole steps of 100 ms/,
    ],
    [
      'a head that is not there',
      ['--labels', labels, '--head', 'other', '--out', at('x')],
      64,
      /expected one of happening/,
    ],
  ])('refuses %s in one line', async (_what, args, exitCode, message) => {
    const ending = await build(drive, ...args);
    expect(ending).toMatchObject({ exitCode, stderr: expect.stringMatching(message) as string });
    expect(ending.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('refuses a log without a head, and leaves nothing behind where all windows are one class', async () => {
    const bare = at('bare.json');
    writeFileSync(bare, JSON.stringify({ sources: { robot: robot() } }));
    const without = await build(drive, '--config', bare, '--labels', labels, '--out', at('x'));
    expect(without).toMatchObject({
      exitCode: 78,
      stderr: expect.stringMatching(/fusion.heads.*E_CONFIG_MISSING/) as string,
    });
    const single = at('single.csv');
    writeFileSync(single, 'start,end,label\n0,99,same\n');
    const same = await build(drive, '--labels', single, '--out', at('same'));
    expect(same).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/all windows are "same"/) as string });
    expect(existsSync(join(at('same'), 'imu.npy'))).toBe(false);
  });
});

describe('a head in a live session', () => {
  const broken = at('broken');
  const log = at('live.mcap');
  const live = async (model: string, head: object = HEAD, path = at('refused.mcap')) => {
    const port = await freePort();
    const publish = { mqtt: { port }, zeromq: { enabled: false } };
    const fusion = { heads: { happening: { ...head, model } } };
    return { port, run: await startLive(path, {}, {}, { sources: { robot: robot() }, fusion, publish }) };
  };

  beforeAll(() => {
    mkdirSync(broken);
    writeFileSync(join(broken, 'head.onnx'), readFileSync(join(trained, 'head.onnx')));
    truncateSync(join(broken, 'head.onnx'), 2000);
  });

  it('decides, loses a modality by a command, refuses a broken model and goes on; all of it replays', async () => {
    const { port, run } = await live(trained, HEAD, log);
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
    const decisions: MessageTypes['Decision'][] = [];
    const replies: MessageTypes['Reply'][] = [];
    client.on('message', (topic, payload) => {
      if (topic.endsWith('/decisions/happening')) decisions.push(JSON.parse(payload.toString()) as never);
      if (topic.endsWith('/replies')) replies.push(JSON.parse(payload.toString()) as never);
    });
    await client.subscribeAsync('sensorium/#');
    const scanOf = (decision?: MessageTypes['Decision']) =>
      decision?.modalities.find(({ stream }) => stream === 'scan');
    const command = (verb: string, args: object) =>
      client.publishAsync(`sensorium/robot/cmd/${verb}`, JSON.stringify(args), { qos: 1 });

    await run.until(() => decisions.length > 3);
    expect(scanOf(decisions.at(-1))).toMatchObject({ present: 1, unplugged: false });
    const { probabilities, label, confidence, modalities } = decisions[0];
    expect(probabilities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    expect(probabilities.find((one) => one.label === label)?.probability).toBe(confidence);
    expect(modalities.map(({ stream }) => stream)).toEqual(HEAD.streams);

    await command('unplug', { stream: 'scan', id: 'a1' });
    await run.until(() => scanOf(decisions.at(-1))?.unplugged === true);
    expect(scanOf(decisions.at(-1))).toEqual({ stream: 'scan', present: 0, unplugged: true, contribution: 0 });
    expect(decisions.at(-1)?.provenance.absent).toEqual(['scan']);
    const told = ['--mqtt', `mqtt://127.0.0.1:${port}`];
    const refused = await sensorium(['command', 'head', 'head=happening', `model=${broken}`, ...told]);
    expect(refused).toMatchObject({
      exitCode: 64,
      stderr: expect.stringMatching(/head: .*broken.*E_MODEL_FORMAT/) as string,
    });
    const plugged = await sensorium(['command', 'plug', 'stream=scan', '--robot', 'robot', ...told]);
    expect(plugged).toMatchObject({ exitCode: 0, stdout: 'unplugged now: none' });
    const before = decisions.length;
    await run.until(() => decisions.length > before + 2);
    expect(decisions.at(-1)?.model).toBe(trained);
    expect(replies).toMatchObject([
      { id: 'a1', status: 'done' },
      { verb: 'head', status: 'refused', what: expect.stringMatching(/broken.*E_MODEL_FORMAT/) as string },
      { verb: 'plug', status: 'done' },
    ]);
    expect(scanOf(decisions.at(-1))).toMatchObject({ present: 1, unplugged: false });
    await client.endAsync(true);
    await run.daemon.stop();

    const recorded = await sensorium(['replay', log, '--verify', '--json']);
    expect(JSON.parse(recorded.stdout)).toMatchObject({ verified: true, inference: 'recorded' });
    const rerun = await sensorium(['replay', log, '--inference', 'rerun', '--json']);
    expect(rerun.exitCode).toBe(0);
    const { agreement } = JSON.parse(rerun.stdout) as { agreement: Agreement };
    expect(agreement).toMatchObject({ agreed: agreement.compared, failedNow: {}, agrees: true });
    expect(agreement.compared).toBeGreaterThan(8);
  });

  it.each([
    ['is cut short', broken, HEAD, /fusion.heads.happening.model: .*broken.*E_MODEL_FORMAT/],
    ['is not there', at('nowhere'), HEAD, /fusion.heads.happening.model: .*nowhere.*E_MODEL_MISSING/],
    [
      'takes longer windows',
      trained,
      { ...HEAD, windowMs: 400 },
      /of imu it takes 8 x 9 numbers; the windows have 4 x 9/,
    ],
    [
      'has learned from other steps',
      trained,
      { ...HEAD, stepMs: 50, windowMs: 400 },
      /steps of 100 ms; those of the windows are 50 ms/,
    ],
    [
      'is to take a stream that is not there',
      trained,
      { ...HEAD, streams: ['imu', 'wheels', 'scan', 'microphones'] },
      /there is no stream "microphones"/,
    ],
  ])('is refused before anything runs where it %s', async (_what, model, head, message) => {
    await expect(live(model, head)).rejects.toThrow(message);
  });
});
