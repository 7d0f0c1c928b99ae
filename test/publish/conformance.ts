import { afterEach, describe, expect, it } from 'vitest';
import type { NoticingPublisher, PublishConfig } from '../../src/publish/index.ts';
import { configured, poses, textOf } from './support/publishing.ts';
import type { Subscription } from './support/subscribing.ts';

/** How the suite meets one kind of publisher. */
export interface PublisherUnderTest {
  /** A publisher on a port of its own choice. */
  readonly make: (config: PublishConfig) => Promise<NoticingPublisher>;
  /** Subscribes to everything that it publishes. */
  readonly subscribe: (publisher: NoticingPublisher) => Promise<Subscription>;
  /** What the configuration needs besides the defaults. */
  readonly config?: Parameters<typeof configured>[0];
}

/** What every publisher is held to, whatever its transport. */
export function describePublisher(name: string, kind: PublisherUnderTest): void {
  describe(`${name} is a publisher`, () => {
    const open: { close(): Promise<void> }[] = [];
    const never = new AbortController().signal;
    afterEach(async () => {
      for (const one of open.splice(0).reverse()) await one.close();
    });
    const make = async (changes: { queueSize?: number } = {}) => {
      const publisher = await kind.make(configured({ ...kind.config, ...changes }));
      open.push(publisher);
      return publisher;
    };
    const subscribe = async (publisher: NoticingPublisher) => {
      const subscription = await kind.subscribe(publisher);
      open.push(subscription);
      return subscription;
    };

    it('delivers message for message, in order, byte for byte, named <prefix>/<robot>/<topic>', async () => {
      const publisher = await make();
      await publisher.start(never);
      const subscription = await subscribe(publisher);
      const first = await knock(publisher, subscription);
      const sent = poses(1000, first + 1);
      sent.forEach((pose) => publisher.publish(pose));
      const wanted = sent.map((pose) => ['sensorium/robot/pose', textOf(pose.payload)]);
      const last = wanted.at(-1)?.[1];
      await subscription.until((received) => received.at(-1)?.payload === last);
      const got = subscription.received.map(({ topic, payload }) => [topic, payload]);
      expect(got.slice(-1000)).toEqual(wanted);
      expect(publisher.counters()).toMatchObject({ connected: true, dropped: { 'queue full': 0 } });
    });

    it('keeps what is published before it starts', async () => {
      const publisher = await make();
      poses(3).forEach((pose) => publisher.publish(pose));
      expect(publisher.counters()).toMatchObject({ sent: 0, queued: 3, connected: false });
      await publisher.start(never);
      const subscription = await subscribe(publisher);
      await knock(publisher, subscription);
      // The state, the three and those that knocked.
      expect(publisher.counters().sent).toBeGreaterThanOrEqual(5);
    });

    it('gives up the oldest of a class when the queue is full, and counts them', async () => {
      const publisher = await make({ queueSize: 10 });
      poses(25).forEach((pose) => publisher.publish(pose));
      expect(publisher.counters()).toMatchObject({ queued: 10, dropped: { 'queue full': 15 } });
    });

    it('closes twice, and takes messages afterwards without a word', async () => {
      const publisher = await make();
      await publisher.start(never);
      await Promise.all([publisher.close(), publisher.close()]);
      await publisher.close();
      poses(1).forEach((pose) => publisher.publish(pose));
      expect(publisher.counters()).toMatchObject({ queued: 0, connected: false });
    });

    it('closes without having started', async () => {
      const publisher = await make();
      await publisher.close();
      expect(publisher.counters()).toMatchObject({ sent: 0, connected: false });
    });

    it('says offline as the last thing', async () => {
      const publisher = await make();
      await publisher.start(never);
      const subscription = await subscribe(publisher);
      await knock(publisher, subscription);
      await publisher.close();
      await subscription.until((received) => received.at(-1)?.topic === 'sensorium/robot/state');
      expect(JSON.parse(subscription.received.at(-1)?.payload ?? '')).toMatchObject({
        state: 'offline',
        boot: 'boot-1',
      });
    });

    it('does not start once it has been called off', async () => {
      const publisher = await make();
      await expect(publisher.start(AbortSignal.abort())).rejects.toThrow();
      expect(publisher.counters().connected).toBe(false);
    });

    it('shows an address without credentials', async () => {
      expect((await make()).address).toMatch(/^(mqtt|tcp):\/\/127\.0\.0\.1:\d+/);
    });
  });
}

/**
 * Publishes poses until the first one arrives: where a subscription takes effect a little later than it is made.
 * @returns the number of the last pose published
 */
export async function knock(publisher: NoticingPublisher, subscription: Subscription): Promise<number> {
  const arrived = (received: Subscription['received']) => received.some(({ topic }) => topic.endsWith('/pose'));
  let sequence = 0;
  while (!arrived(subscription.received)) {
    poses(1, ++sequence).forEach((pose) => publisher.publish(pose));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const last = poses(1, sequence)[0];
  await subscription.until((received) => last !== undefined && received.at(-1)?.payload === textOf(last.payload));
  return sequence;
}
