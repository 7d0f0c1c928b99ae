import { Command } from 'commander';
import { afterEach, describe, expect, it } from 'vitest';
import { topic } from '../../src/cli/topic.ts';
import type { CliContext } from '../../src/cli/verb.ts';
import {
  createPublishers,
  matches,
  startPublishers,
  topicCounter,
  type NoticingPublisher,
} from '../../src/publish/index.ts';
import { configured, freePort, identity, poses, textOf } from './support/publishing.ts';

let publishers: NoticingPublisher[] = [];
let publishing: NodeJS.Timeout | undefined;
afterEach(async () => {
  clearInterval(publishing);
  for (const publisher of publishers) await publisher.close();
  publishers = [];
});

/** A daemon's publishers, with a pose every few milliseconds. */
async function daemon(): Promise<{ mqtt: string; zmq: string }> {
  const [mqtt, zeromq] = [await freePort(), await freePort()];
  publishers = createPublishers(configured({ mqtt: { port: mqtt }, zeromq: { port: zeromq } }), identity());
  await startPublishers(publishers, new AbortController().signal);
  let sequence = 0;
  publishing = setInterval(() => {
    poses(1, ++sequence).forEach((pose) => publishers.forEach((publisher) => publisher.publish(pose)));
  }, 5);
  return { mqtt: `mqtt://127.0.0.1:${mqtt}`, zmq: `tcp://127.0.0.1:${zeromq}` };
}

async function run(...args: string[]): Promise<{ out: string[]; err: string }> {
  let out = '';
  let err = '';
  const program = new Command().exitOverride();
  const context: CliContext = {
    drivers: [],
    models: [],
    devices: [],
    programs: [],
    embedded: {},
    home: '',
    main: '',
    version: '0',
    out: (text) => (out += String(text)),
    err: (text) => (err += text),
  };
  await topic(program, context, []);
  await program.parseAsync(['topic', ...args], { from: 'user' });
  return { out: out.split('\n').filter((line) => line !== ''), err };
}

describe('sensorium topic', () => {
  it.each(['mqtt', 'zmq'] as const)('echo prints so many messages over %s, and ends', async (transport) => {
    const address = (await daemon())[transport];
    const { out } = await run('echo', 'pose', `--${transport}`, address, '--count', '3', '--json');
    const lines = out.map((line) => JSON.parse(line) as { topic: string; message: { sequence: number } });
    const first = lines[0]?.message.sequence ?? 0;
    expect(lines.map((line) => line.topic)).toEqual(Array(3).fill('sensorium/robot/pose'));
    expect(lines.map((line) => line.message)).toEqual(
      poses(3, first).map(({ payload }) => JSON.parse(textOf(payload)) as unknown),
    );
  });

  it('echo takes the full name, and prints the message as it came', async () => {
    const { mqtt } = await daemon();
    const { out } = await run('echo', 'sensorium/robot/pose', '--mqtt', mqtt, '--count', '1');
    expect(out).toEqual([expect.stringMatching(/^sensorium\/robot\/pose \{"sequence":\d+,"timestamp"/)]);
  });

  it('list names what is heard, the retained state included', async () => {
    const { mqtt } = await daemon();
    const { out } = await run('list', '--mqtt', mqtt, '--duration', '200ms', '--json');
    expect(out.map((line) => (JSON.parse(line) as { topic: string }).topic)).toEqual([
      'sensorium/robot/pose',
      'sensorium/robot/state',
    ]);
  });

  it.each(['mqtt', 'zmq'] as const)('hz measures over %s', async (transport) => {
    const address = (await daemon())[transport];
    const { out } = await run('hz', 'pose', `--${transport}`, address, '--count', '10', '--json');
    expect(JSON.parse(out[0] ?? '')).toMatchObject({ topic: 'sensorium/robot/pose', count: 10, lost: 0 });
  });

  it.each([
    ['--mqtt', 'mqtt://127.0.0.1:'],
    ['--zmq', 'tcp://127.0.0.1:'],
  ])('says with %s when nothing answers', async (option, start) => {
    const address = `${start}${await freePort()}`;
    await expect(run('echo', 'pose', option, address)).rejects.toMatchObject({
      code: 'E_CONNECT',
      message: expect.stringContaining(`nothing answers at ${address}`) as string,
    });
  });

  it('ends when the daemon does', async () => {
    const { mqtt } = await daemon();
    const echo = run('echo', 'state', '--mqtt', mqtt);
    const waiting = run('hz', 'pose', '--mqtt', mqtt, '--count', '2');
    await waiting;
    await Promise.all(publishers.map((publisher) => publisher.close()));
    const { out, err } = await echo;
    expect(out.at(-1)).toContain('"state":"offline"');
    expect(err).toContain('the connection has ended');
  });

  it.each([
    [['echo', 'pose', '--count', '0'], 'expected a whole number from 1 on'],
    [['echo', 'pose', '--duration', 'long'], 'expected a time such as 10s'],
    [['echo', 'pose', '--zmq', 'x'], 'expected mqtt://HOST:PORT or tcp://HOST:PORT, got "x" (E_USAGE)'],
    [['list', '--zmq', 'tcp://a:1', '--mqtt', 'mqtt://a'], '--mqtt and --zmq exclude each other (E_USAGE)'],
  ])('refuses %j', async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });
});

describe('statistics of a topic', () => {
  const heard = (sequence: number) => ({
    topic: 't',
    payload: Buffer.from(`{"sequence":${sequence},"x":1}`),
    retained: false,
  });

  /*
   *  ms        0   10   30        50
   *  sequence  1   2    5 (3, 4)  1 (started anew)
   */
  it('tells rate, gaps and losses', () => {
    const counter = topicCounter();
    [
      [1, 0],
      [2, 10],
      [5, 30],
      [1, 50],
    ].forEach(([sequence = 0, now = 0]) => counter.add(heard(sequence), now));
    expect(counter.statistics()).toEqual([
      { topic: 't', count: 4, rate: 60, shortest: 0.01, longest: 0.02, lost: 2, bytes: 20 },
    ]);
  });

  it('counts messages that are not ours', () => {
    const counter = topicCounter();
    counter.add({ topic: 't', payload: Buffer.from('hello'), retained: false }, 0);
    expect(counter.statistics()).toEqual([{ topic: 't', count: 1, lost: 0, bytes: 5 }]);
  });
});

describe('topic filters', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['#', 'a/b', true],
    ['a/b/c', 'a/b', false],
    ['+/+/pose', 's/r/pose', true],
  ])('%s and %s: %s', (filter, name, expected) => expect(matches(filter, name)).toBe(expected));
});
