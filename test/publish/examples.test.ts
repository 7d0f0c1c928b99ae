import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { sensoriumEmulator } from '../../drivers/anything/sensorium/emulator.ts';
import { openEmulatedLine } from '../../src/device/index.ts';
import { createPublishers, startPublishers, type NoticingPublisher } from '../../src/publish/index.ts';
import { PYTHON, describeWithTools } from '../support/requirements.ts';
import { knock } from './conformance.ts';
import { startMosquitto } from './support/mosquitto.ts';
import { configured, freePort, identity, poses, textOf } from './support/publishing.ts';
import { subscribeZmq } from './support/subscribing.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const EXAMPLE_PY = fileOf('../../examples/subscribe.py');
const PICTURES_PY = fileOf('../../examples/pictures.py');
const EXAMPLE_TS = [
  '--import',
  new URL('support/typescript.mjs', import.meta.url).href,
  fileOf('../../examples/subscribe.ts'),
];

/** A program whose lines of output are collected. */
function program(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let look = () => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    look();
  });
  open.push({ close: () => end(child) });
  return {
    lines,
    exit: once(child, 'exit'),
    async listening() {
      for await (const line of createInterface({ input: child.stderr })) if (line === 'listening') break;
    },
    until: (condition: () => boolean) =>
      new Promise<void>((resolve) => {
        look = () => void (condition() && resolve());
        look();
      }),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function publishing(url: string | undefined): Promise<{ all: NoticingPublisher[]; mqtt: string; zmq: string }> {
  const port = await freePort();
  const config = configured({ mqtt: url === undefined ? { port } : { url }, zeromq: { port: await freePort() } });
  const all = createPublishers(config, identity());
  all.forEach((publisher) => open.push(publisher));
  await startPublishers(all, new AbortController().signal);
  return { all, mqtt: url ?? `mqtt://127.0.0.1:${port}`, zmq: all[1]?.address ?? '' };
}

/** Publishes poses, 200 a second at most, until the condition holds: for subscribers that do not say when they listen. */
async function publishUntil(all: readonly NoticingPublisher[], condition: () => boolean): Promise<number> {
  let sequence = 0;
  while (!condition()) {
    poses(1, ++sequence).forEach((pose) => all.forEach((publisher) => publisher.publish(pose)));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return sequence;
}

describeWithTools(['mosquitto', 'python3:paho.mqtt', 'python3:zmq'], 'the Python example', () => {
  it('receives over a real Mosquitto the poses that a ZeroMQ subscriber receives, message for message', async () => {
    const mosquitto = await startMosquitto(await freePort());
    open.push({ close: mosquitto.kill });
    const { all, mqtt, zmq } = await publishing(mosquitto.url);
    const overMqtt = program(PYTHON, [EXAMPLE_PY, 'pose', '--mqtt', mqtt, '--json']);
    await overMqtt.listening();
    const overZeromq = subscribeZmq(zmq, 'sensorium/robot/pose');
    open.push(overZeromq);
    const [, zeromq] = all;
    if (zeromq === undefined) throw new Error('no ZeroMQ');
    const first = await knock(zeromq, overZeromq);

    const sent = poses(3000, first + 1);
    for (const pose of sent) {
      all.forEach((publisher) => publisher.publish(pose));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const wanted = sent.map(({ payload }) => textOf(payload));
    await overMqtt.until(() => overMqtt.lines.at(-1) === wanted.at(-1));
    await overZeromq.until((received) => received.at(-1)?.payload === wanted.at(-1));
    expect(overMqtt.lines).toEqual(wanted);
    expect(overZeromq.received.slice(-wanted.length).map(({ payload }) => payload)).toEqual(wanted);
  });

  it('reads ZeroMQ, and stops after --count', async () => {
    const { all, zmq } = await publishing(undefined);
    const example = program(PYTHON, [EXAMPLE_PY, 'pose', '--zmq', zmq, '--count', '5']);
    await publishUntil(all, () => example.lines.length >= 5);
    expect(await example.exit).toEqual([0, null]);
    expect(example.lines).toHaveLength(5);
    expect(example.lines[0]).toMatch(/^sensorium\/robot\/pose \d+: x -?\d\.\d{3} y -?\d\.\d{3} in odom$/);
  });

  it('says in one line when nothing is there', async () => {
    const { status, stderr } = spawnSync(PYTHON, [EXAMPLE_PY, '--mqtt', `mqtt://127.0.0.1:${await freePort()}`]);
    expect(status).toBe(1);
    expect(stderr.toString().trim()).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+: .*refused$/);
  });
});

describe('the TypeScript example', () => {
  it.each(['mqtt', 'zmq'] as const)('prints poses over %s', async (transport) => {
    const daemon = await publishing(undefined);
    const example = program(process.execPath, [...EXAMPLE_TS, daemon[transport], 'pose']);
    await publishUntil(daemon.all, () => example.lines.length >= 3);
    expect(example.lines[0]).toMatch(/^sensorium\/robot\/pose \d+: x \S+ y \S+ in odom, sigma \d+\.\d{3} m$/);
  });
});

describeWithTools(['python3:zmq'], 'the Python example for pictures', () => {
  it('takes as many as it is told, and says what they are', async () => {
    const port = await freePort();
    open.push(await openEmulatedLine(sensoriumEmulator, { port }));
    const address = `tcp://127.0.0.1:${port + 1}`;
    const example = program(PYTHON, [PICTURES_PY, 'camera', 'depth', 'cloud', '--zmq', address, '--count', '6']);
    await example.exit;
    const said = example.lines.map((shown) => shown.replace(/ \d+:/, '').replace('sensorium/robot/measurements/', ''));
    const all = ['camera 32x24 mono8, 768 bytes', 'depth 32x24 depth, 1536 bytes', 'cloud 60x1 cloud, 720 bytes'];
    expect(said.length).toBe(6);
    expect(new Set(said)).toEqual(new Set(all));
  });
});
