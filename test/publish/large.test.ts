import { afterEach, describe, expect, it } from 'vitest';
import { Dealer } from 'zeromq';
import type { Publication } from '../../src/contract/index.ts';
import { stampOf } from '../../src/frame/index.ts';
import { openInlet } from '../../src/ondemand/index.ts';
import { createPublishers, LARGE, startPublishers, type NoticingPublisher } from '../../src/publish/index.ts';
import { knock } from './conformance.ts';
import { configured, freePort, identity, poses, textOf } from './support/publishing.ts';
import { subscribeZmq } from './support/subscribing.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const STREAMS = [
  { id: 'camera', kind: 'image' },
  { id: 'imu', kind: 'imu' },
] as const;

function publishersOf(
  zeromq: Parameters<typeof configured>[0]['zeromq'],
  measurements: readonly string[],
): NoticingPublisher[] {
  const config = { ...configured({ mqtt: { enabled: false }, zeromq }), measurements };
  const publishers = createPublishers(config, identity(), STREAMS);
  open.push(...publishers);
  return publishers;
}

const picture = (sequence: number, attachment: Uint8Array): Publication => ({
  topic: 'measurements/camera',
  schema: 'Measurement',
  stamp: stampOf(sequence * 1e9),
  sequence,
  payload: Buffer.from('{}'),
  attachment,
  only: LARGE,
});

describe('the publisher of pictures, depth and clouds', () => {
  it('is there where one of them is published', () => {
    const names = (measurements: readonly string[]) => publishersOf({}, measurements).map(({ name }) => name);
    expect([names([]), names(['imu']), names(['imu', 'camera'])]).toEqual([
      ['zeromq'],
      ['zeromq'],
      ['zeromq', 'large'],
    ]);
  });

  it('listens at the port after the other, or where it is told, and says so where one is taken', async () => {
    const [port, largePort] = [await freePort(), await freePort()];
    const start = (zeromq: Parameters<typeof configured>[0]['zeromq']) => {
      const [, large] = publishersOf(zeromq, ['camera']);
      return startPublishers([large], new AbortController().signal).then((notices) => [large.address, notices]);
    };
    expect(await start({ port })).toEqual([`tcp://127.0.0.1:${port + 1}`, []]);
    const [address, notices] = await start({ port });
    expect(address).not.toBe(`tcp://127.0.0.1:${port + 1}`);
    expect(notices).toEqual([expect.stringMatching(`^zeromq: port ${port + 1} is taken, using`)]);
    expect(await start({ port, largePort })).toEqual([`tcp://127.0.0.1:${largePort}`, []]);
    await expect(start({ port, largePort })).rejects.toMatchObject({
      code: 'E_PORT_IN_USE',
      path: 'publish.zeromq.largePort',
    });
  });

  it('keeps nothing that nobody asks for, and a copy of what somebody does', async () => {
    const [, large] = publishersOf({ port: await freePort() }, ['camera']);
    const memory = new Uint8Array(1000).fill(1);
    large.publish(picture(1, memory));
    await large.start(new AbortController().signal);
    large.publish(picture(2, memory));
    expect(large.counters()).toMatchObject({ sent: 0, queued: 0, connected: true });
    const got: unknown[] = [];
    const inlet = openInlet(large.address, ['sensorium/robot/measurements/camera'], (topic, header, further) =>
      got.push([topic.toString(), JSON.parse(header.toString()), ...further.map((part) => [part.length, part.at(-1)])]),
    );
    open.push(inlet);
    let sequence = 2;
    while (got.length === 0) {
      large.publish(picture((sequence += 1), memory.fill(1)));
      // It is used again at once.
      memory.fill(0xff);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [[topic, header, payload, data]] = got as [[string, { sequence: number }, unknown, unknown]];
    expect([topic, payload, data]).toEqual(['sensorium/robot/measurements/camera', [2, 0x7d], [1000, 1]]);
    const { sequence: first } = header;
    expect(header).toEqual({
      schema: 'Measurement',
      sequence: first,
      stamp: { sec: 1_750_000_000 + first, nsec: 0 },
      boot: 'boot-1',
    });
  });

  it('holds up no small message, however many pictures wait for one who takes none', async () => {
    const [small, large] = publishersOf({ port: await freePort() }, ['camera']);
    await startPublishers([small, large], new AbortController().signal);
    const subscription = subscribeZmq(small.address, 'sensorium/robot/');
    open.push(subscription);
    const first = await knock(small, subscription);
    const asleep = new Dealer({ linger: 0 });
    open.push({ close: () => Promise.resolve(asleep.close()) });
    asleep.connect(large.address);
    const topics = ['sensorium/robot/measurements/camera'];
    await asleep.send(JSON.stringify({ topics, window: 4, taken: 0 }));
    // 1280x720 rgb8; until the first has left, nobody may have asked.
    const memory = new Uint8Array(2_764_800);
    while (large.counters().sent === 0) {
      large.publish(picture(1, memory));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const sent = poses(200, first + 1);
    for (const pose of sent) {
      large.publish(picture(pose.sequence, memory));
      small.publish(pose);
    }
    const last = textOf(sent[199].payload);
    await subscription.until((received) => received.at(-1)?.payload === last);
    expect(subscription.received.slice(-200).map(({ payload }) => payload)).toEqual(
      sent.map(({ payload }) => textOf(payload)),
    );
    expect(small.counters().dropped).toMatchObject({ 'queue full': 0 });
    // 16 MiB: one on its way, five that wait.
    const { dropped, queued } = large.counters();
    expect([queued, large.counters().sent]).toEqual([5, 1]);
    expect(dropped['slow subscriber']).toBeGreaterThanOrEqual(195);
  });

  it('does not send what every subscriber would hang up on', async () => {
    const [, large] = publishersOf({ port: await freePort() }, ['camera']);
    await large.start(new AbortController().signal);
    large.publish(picture(1, new Uint8Array(2 ** 26 + 1)));
    expect(large.counters().dropped).toEqual({ 'slow subscriber': 0, 'too large': 1 });
    await Promise.all([large.close(), large.close()]);
    large.publish(picture(2, new Uint8Array(1)));
    expect(large.counters()).toMatchObject({ queued: 0, connected: false });
  });
});
