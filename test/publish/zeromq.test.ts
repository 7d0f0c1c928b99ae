import { afterEach, describe, expect, it } from 'vitest';
import { Subscriber } from 'zeromq';
import { createPublishers, type NoticingPublisher } from '../../src/publish/index.ts';
import { knock } from './conformance.ts';
import { configured, freePort, identity, poses, textOf } from './support/publishing.ts';
import { subscribeZmq, type Subscription } from './support/subscribing.ts';

const open: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function start(): Promise<NoticingPublisher> {
  const config = configured({ mqtt: { enabled: false }, zeromq: { port: await freePort(), highWaterMark: 1000 } });
  const [publisher] = createPublishers({ ...config, queueSize: 20_000 }, identity());
  if (publisher === undefined) throw new Error('nothing is enabled');
  open.push(publisher);
  await publisher.start(new AbortController().signal);
  return publisher;
}

function subscribe(publisher: NoticingPublisher, filter = ''): Subscription {
  const subscription = subscribeZmq(publisher.address, filter);
  open.push(subscription);
  return subscription;
}

describe('the ZeroMQ publisher', () => {
  it('says in the header what is inside', async () => {
    const publisher = await start();
    const subscription = subscribe(publisher, 'sensorium/robot/pose');
    const sequence = await knock(publisher, subscription);
    const stamp = { sec: 1_750_000_000 + Math.floor(sequence / 50), nsec: (sequence % 50) * 20_000_000 };
    expect(subscription.received.at(-1)?.header).toEqual({ schema: 'Pose', sequence, stamp, boot: 'boot-1' });
  });

  it('loses messages to a subscriber that does not read, and to nobody else', async () => {
    const publisher = await start();
    const sleeper = new Subscriber({ linger: 0, receiveHighWaterMark: 1 });
    sleeper.connect(publisher.address);
    sleeper.subscribe();
    open.push(sleeper);
    const reader = subscribe(publisher);
    const first = await knock(publisher, reader);
    const sent = poses(12_000, first + 1);
    for (let index = 0; index < sent.length; index += 500) {
      const part = sent.slice(index, index + 500);
      part.forEach((pose) => publisher.publish(pose));
      const last = textOf(part.at(-1)?.payload ?? new Uint8Array());
      await reader.until((received) => received.at(-1)?.payload === last);
    }
    expect(reader.received.slice(-sent.length).map(({ payload }) => payload)).toEqual(
      sent.map(({ payload }) => textOf(payload)),
    );
    expect(publisher.counters()).toMatchObject({ queued: 0, dropped: { 'queue full': 0 } });
  });
});
