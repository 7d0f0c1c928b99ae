import { connect as connectTcp, type Socket } from 'node:net';
import { once } from 'node:events';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPublishers, type NoticingPublisher, type PublishConfig } from '../../src/publish/index.ts';
import { configured, freePort, identity, poses, textOf } from './support/publishing.ts';
import { subscribeMqtt, type Subscription } from './support/subscribing.ts';

const never = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function start(
  mqtt: Partial<PublishConfig['mqtt']> = {},
): Promise<{ publisher: NoticingPublisher; port: number }> {
  const port = await freePort();
  const [publisher] = createPublishers(
    configured({ mqtt: { port, ...mqtt }, zeromq: { enabled: false }, queueSize: 20_000 }),
    identity(),
  );
  if (publisher === undefined) throw new Error('nothing is enabled');
  open.push(publisher);
  await publisher.start(never);
  return { publisher, port };
}

async function subscribe(port: number): Promise<Subscription> {
  const subscription = await subscribeMqtt(`mqtt://127.0.0.1:${port}`, 'sensorium/#');
  open.push(subscription);
  return subscription;
}

describe('the broker of our own', () => {
  it('retains the state for those who come later, and nothing else', async () => {
    const { publisher, port } = await start();
    poses(3).forEach((pose) => publisher.publish(pose));
    await vi.waitUntil(() => publisher.counters().sent === 4);
    const late = await subscribe(port);
    await late.until((received) => received.length > 0);
    expect(late.received).toEqual([
      { topic: 'sensorium/robot/state', retain: true, payload: expect.stringContaining('"state":"online"') as string },
    ]);
  });

  it('lets nobody speak for the robot', async () => {
    const { publisher, port } = await start();
    const honest = await subscribe(port);
    const impostor = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    const thrownOut = new Promise((resolve) => impostor.once('close', () => resolve(undefined)));
    impostor.publish('sensorium/robot/pose', '{"sequence":1}');
    await thrownOut;
    await impostor.endAsync(true);
    const [pose] = poses(1);
    if (pose !== undefined) publisher.publish(pose);
    await honest.until((received) => received.some(({ topic }) => topic === 'sensorium/robot/pose'));
    const got = honest.received.filter(({ topic }) => topic === 'sensorium/robot/pose');
    expect(got.map(({ payload }) => payload)).toEqual([textOf(pose?.payload ?? new Uint8Array())]);
  });

  it('asks for the password that is configured', async () => {
    const { port } = await start({ username: 'robot', password: 'secret' });
    const url = `mqtt://127.0.0.1:${port}`;
    const login = (options: object) => connectAsync(url, { reconnectPeriod: 0, ...options });
    await expect(login({})).rejects.toThrow();
    await expect(login({ username: 'robot', password: 'wrong' })).rejects.toThrow();
    await (await login({ username: 'robot', password: 'secret' })).endAsync();
  });

  it('loses messages to a subscriber that does not read, and to nobody else', async () => {
    const { publisher, port } = await start();
    const sleeper = await sleepingSubscriber(port);
    const reader = await subscribe(port);
    // More than the kernel and the broker hold for one subscriber; handed over as fast as the reader takes them.
    const sent = poses(12_000);
    for (let index = 0; index < sent.length; index += 500) {
      const part = sent.slice(index, index + 500);
      part.forEach((pose) => publisher.publish(pose));
      const last = textOf(part.at(-1)?.payload ?? new Uint8Array());
      await reader.until((received) => received.at(-1)?.payload === last);
    }
    const got = reader.received.filter(({ topic }) => topic.endsWith('/pose'));
    expect(got.length).toBe(sent.length);
    expect(publisher.counters().dropped['slow subscriber']).toBeGreaterThan(0);
    expect(publisher.counters().dropped['queue full']).toBe(0);
    sleeper.destroy();
  });
});

/** Connects, subscribes to everything and reads nothing from then on. */
async function sleepingSubscriber(port: number): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1');
  await once(socket, 'connect');
  // CONNECT: MQTT 3.1.1, clean session, no keepalive, client `sleeper`.
  socket.write(Buffer.from('101300044d5154540402000000' + '07736c6565706572', 'hex'));
  await once(socket, 'data');
  // SUBSCRIBE: `#`, quality of service 0.
  socket.write(Buffer.from('8206000100012300', 'hex'));
  await once(socket, 'data');
  socket.pause();
  return socket;
}
