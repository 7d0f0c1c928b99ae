import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import {
  createPublishers,
  sendCommand,
  startPublishers,
  type NoticingPublisher,
  type PublishConfig,
} from '../../src/publish/index.ts';
import { describeWithTools } from '../support/requirements.ts';
import { describePublisher } from './conformance.ts';
import { startMosquitto, type Mosquitto } from './support/mosquitto.ts';
import { configured, freePort, identity, poses, textOf } from './support/publishing.ts';
import { subscribeMqtt, type Received } from './support/subscribing.ts';

const never = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function mosquitto(port: number, lines?: readonly string[]): Promise<Mosquitto> {
  const broker = await startMosquitto(port, lines);
  open.push({ close: broker.kill });
  return broker;
}

function publisherTo(url: string, mqtt: Partial<PublishConfig['mqtt']> = {}, queueSize = 1500): NoticingPublisher {
  const config = configured({ mqtt: { url, ...mqtt }, zeromq: { enabled: false }, queueSize });
  const [publisher] = createPublishers(config, identity());
  if (publisher === undefined) throw new Error('nothing is enabled');
  open.push(publisher);
  return publisher;
}

async function subscribe(url: string, filter = 'sensorium/#', options = {}) {
  const subscription = await subscribeMqtt(url, filter, options);
  open.push(subscription);
  return subscription;
}

const payloads = (received: readonly Received[]) =>
  received.filter(({ topic }) => topic.endsWith('/pose')).map(({ payload }) => payload);
const stateOf = ({ payload }: Received): unknown => (JSON.parse(payload) as { state: string }).state;

describeWithTools(['mosquitto'], 'a real Mosquitto', () => {
  for (const version of ['3.1.1', '5'] as const) {
    describePublisher(`MQTT ${version}, quality of service ${version === '5' ? 1 : 0}`, {
      config: { mqtt: { version, qos: version === '5' ? 1 : 0 } },
      async make(config) {
        const { url } = await mosquitto(await freePort());
        const given = { ...config, mqtt: { ...config.mqtt, url }, zeromq: { ...config.zeromq, enabled: false } };
        const [publisher] = createPublishers(given, identity());
        if (publisher === undefined) throw new Error('nothing is enabled');
        return publisher;
      },
      subscribe: (publisher) => subscribeMqtt(publisher.address.replace(/^(mqtt:\/\/[^/]+).*/, '$1'), '#'),
    });
  }

  it('says with MQTT 5 what is inside', async () => {
    const { url } = await mosquitto(await freePort());
    const subscription = await subscribe(url, 'sensorium/robot/pose', { protocolVersion: 5 });
    const publisher = publisherTo(url);
    await publisher.start(never);
    poses(1).forEach((pose) => publisher.publish(pose));
    await subscription.until((received) => received.length > 0);
    expect(subscription.received[0]?.header).toEqual({
      schema: 'Pose',
      sequence: '1',
      stamp: '1750000000.020000000',
      boot: 'boot-1',
    });
  });

  it('keeps to the number of unacknowledged messages that the broker allows', async () => {
    // A client that sends more at a time is thrown out by the broker.
    const { url } = await mosquitto(await freePort(), ['allow_anonymous true', 'max_inflight_messages 2']);
    const subscription = await subscribe(url, 'sensorium/robot/pose');
    const publisher = publisherTo(url, { qos: 2 });
    await publisher.start(never);
    const sent = poses(500);
    sent.forEach((pose) => publisher.publish(pose));
    await subscription.until((received) => received.length === 500);
    expect(payloads(subscription.received)).toEqual(sent.map(({ payload }) => textOf(payload)));
    expect(publisher.counters().dropped).toMatchObject({ 'connection lost': 0 });
  });

  it('retains the state for those who come later, and nothing else', async () => {
    const { url } = await mosquitto(await freePort());
    const publisher = publisherTo(url);
    await publisher.start(never);
    poses(3).forEach((pose) => publisher.publish(pose));
    await vi.waitUntil(() => publisher.counters().sent === 4);
    const late = await subscribe(url);
    await late.until((received) => received.length > 0);
    expect(late.received.map(({ topic, retain }) => [topic, retain])).toEqual([['sensorium/robot/state', true]]);
    expect(stateOf(late.received[0])).toBe('online');
    // Who sends a command is not left waiting for a robot that is gone.
    await publisher.close();
    const options = { prefix: 'sensorium', robot: undefined, withinMs: 600_000 };
    for (const robot of [undefined, 'robot']) {
      await expect(sendCommand(url, { verb: 'find', args: { id: '1' } }, { ...options, robot })).rejects.toThrow(
        'robot is offline: the daemon was stopped',
      );
    }
  });

  /*
   *  broker     up ------ killed .............. up again --------
   *  published  1..5      6..25 (queue holds 10)
   *  received   1..5                            state, 16..25, 26..30
   */
  it('waits for a broker that was killed, keeps the order and counts what it could not keep', async () => {
    const port = await freePort();
    const first = await mosquitto(port);
    const publisher = publisherTo(first.url, { qos: 1 }, 10);
    await publisher.start(never);
    poses(5).forEach((pose) => publisher.publish(pose));
    await vi.waitUntil(() => publisher.counters().sent === 6);
    await first.kill();
    await vi.waitUntil(() => !publisher.counters().connected);
    poses(20, 6).forEach((pose) => publisher.publish(pose));
    expect(publisher.counters()).toMatchObject({ queued: 10, dropped: { 'queue full': 10 } });

    // A subscriber that was never away: it is there before the publisher is back.
    const second = await mosquitto(port, ['allow_anonymous true', 'max_queued_messages 0']);
    const subscription = await subscribe(second.url);
    await vi.waitUntil(() => publisher.counters().connected, { timeout: 20_000 });
    poses(5, 26).forEach((pose) => publisher.publish(pose));
    const last = textOf(poses(1, 30)[0]?.payload ?? new Uint8Array());
    await subscription.until((received) => received.at(-1)?.payload === last);
    const got = payloads(subscription.received);
    // Subscribed perhaps after the first of them: what came is in order and without a gap.
    expect(got).toEqual(
      poses(15, 16)
        .map(({ payload }) => textOf(payload))
        .slice(-got.length),
    );
    expect(publisher.counters()).toMatchObject({ queued: 0, dropped: { 'connection lost': 0 } });
  });

  it('notices a broker that hangs, although it goes on publishing, and comes back when that does', async () => {
    const broker = await mosquitto(await freePort());
    const publisher = publisherTo(broker.url, { keepaliveSeconds: 1 });
    await publisher.start(never);
    broker.signal('SIGSTOP');
    let sequence = 0;
    await vi.waitUntil(
      () => {
        poses(1, ++sequence).forEach((pose) => publisher.publish(pose));
        return !publisher.counters().connected;
      },
      { timeout: 20_000, interval: 20 },
    );
    broker.signal('SIGCONT');
    await vi.waitUntil(() => publisher.counters().connected, { timeout: 20_000 });
  });

  it('starts without the broker, says so, and sends what waited once it is there', async () => {
    const port = await freePort();
    const publisher = publisherTo(`mqtt://user:secret@127.0.0.1:${port}`);
    const notices = await startPublishers([publisher], never);
    expect(notices).toEqual([expect.stringMatching(new RegExp(`^mqtt: mqtt://127.0.0.1:${port} does not answer`))]);
    poses(3).forEach((pose) => publisher.publish(pose));
    await mosquitto(port);
    await vi.waitUntil(() => publisher.counters().sent === 4, { timeout: 20_000 });
  });

  it('does not start when the broker refuses it', async () => {
    const { url } = await mosquitto(await freePort(), ['allow_anonymous false']);
    const publisher = publisherTo(url, { username: 'someone', password: 'secret' });
    await expect(publisher.start(never)).rejects.toMatchObject({
      code: 'E_CONNECT',
      path: 'publish.mqtt.username',
      message: expect.not.stringContaining('secret') as string,
    });
  });

  it('has the broker say offline when the process dies', async () => {
    const { url } = await mosquitto(await freePort());
    const subscription = await subscribe(url, 'sensorium/robot/state');
    const child = publisherProcess(configured({ mqtt: { url }, zeromq: { enabled: false } }));
    await subscription.until((received) => received.some((message) => stateOf(message) === 'online'));
    child.kill('SIGKILL');
    await subscription.until((received) => received.some((message) => stateOf(message) === 'offline'));
    const will = JSON.parse(subscription.received.at(-1)?.payload ?? '') as object;
    expect(will).toMatchObject({ state: 'offline', boot: 'boot-1', why: 'the connection was lost' });
    expect(will).not.toHaveProperty('since');
  });

  it('lets the process end although the broker hangs', async () => {
    const broker = await mosquitto(await freePort());
    const child = publisherProcess(configured({ mqtt: { url: broker.url, qos: 1 }, zeromq: { enabled: false } }));
    const exit = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) if (line === 'started') break;
    broker.signal('SIGSTOP');
    child.stdin.end();
    expect(await exit).toEqual([0, null]);
  });

  it('leaves nothing behind: the process ends by itself once all publishers are closed', async () => {
    const { url } = await mosquitto(await freePort());
    const subscription = await subscribe(url);
    const zeromq = { port: await freePort() };
    for (const mqtt of [{ url }, { port: await freePort() }]) {
      const child = publisherProcess(configured({ mqtt, zeromq }));
      const exit = once(child, 'exit');
      for await (const line of createInterface({ input: child.stdout })) if (line === 'started') break;
      child.stdin.end();
      expect(await exit).toEqual([0, null]);
    }
    expect(subscription.received.filter(({ topic }) => topic.endsWith('/state')).map(stateOf)).toEqual([
      'online',
      'offline',
    ]);
  });
});

function publisherProcess(config: PublishConfig) {
  const program = fileURLToPath(new URL('support/publisher-process.ts', import.meta.url));
  const loader = new URL('support/typescript.mjs', import.meta.url).href;
  const child = spawn(process.execPath, ['--import', loader, program, JSON.stringify(config)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  open.push({
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  });
  return child;
}
