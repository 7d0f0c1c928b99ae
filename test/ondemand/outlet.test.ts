import { afterEach, describe, expect, it } from 'vitest';
import { Dealer } from 'zeromq';
import { createOutlet, openInlet, type Outlet } from '../../src/ondemand/index.ts';
import { freePort } from '../publish/support/publishing.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function outletAt(mostBytes: number, port?: number): Promise<{ outlet: Outlet; port: number; url: string }> {
  const found = port ?? (await freePort());
  const outlet = createOutlet(mostBytes);
  open.push(() => outlet.close());
  const url = `tcp://127.0.0.1:${found}`;
  await outlet.bind(url);
  return { outlet, port: found, url };
}

/** At an address that was in use until just now: ZeroMQ gives it back in a thread of its own. */
async function bound(mostBytes: number, port: number): Promise<Outlet> {
  for (;;) {
    try {
      return (await outletAt(mostBytes, port)).outlet;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

/** Somebody who speaks for himself. */
function dealer(url: string): Dealer {
  const socket = new Dealer({ linger: 0, receiveTimeout: 10_000 });
  open.push(() => socket.close());
  socket.connect(url);
  return socket;
}

const asking = (more: object = {}) => JSON.stringify({ topics: ['camera'], window: 4, taken: 0, ...more });
/** 1280x720 rgb8. */
const PICTURE = 1280 * 720 * 3;
const picture = (number: number) => ({
  topic: 'camera',
  header: JSON.stringify({ number }),
  further: [Buffer.from('{}'), Buffer.alloc(PICTURE, number)],
});

/** Waits for the socket's thread. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('large messages', () => {
  it('do not pile up for one who takes none: the oldest give way, are counted, and told', async () => {
    const { outlet, url } = await outletAt(16 * 2 ** 20);
    const slow = dealer(url);
    await slow.send(asking());
    await until(() => outlet.wants('camera'));
    // 10 s at 30 Hz.
    for (let number = 1; number <= 300; number += 1) outlet.offer(picture(number));
    await until(() => outlet.counters().sent === 1);
    // One is on its way, as two would be more than 4 MiB; of 16 MiB there is room for five more.
    expect(outlet.counters()).toMatchObject({ sent: 1, waiting: 5, slow: 294, viewers: 1 });
    const [, first] = await slow.receive();
    expect(first.toString()).toBe('{"number":1}');
    await slow.send(asking({ taken: 1 }));
    const [topic, header, , data] = await slow.receive();
    expect([topic.toString(), header.toString()]).toEqual(['camera', '{"number":296,"dropped":294}']);
    expect([data.length, data[0], data.at(-1)]).toEqual([PICTURE, 296 % 256, 296 % 256]);
  });

  it('come to one who takes them as fast as they are made, beside one who does not', async () => {
    const { outlet, url } = await outletAt(16 * 2 ** 20);
    const slow = dealer(url);
    await slow.send(asking());
    const got: number[] = [];
    const inlet = openInlet(url, ['camera', 'other'], (_topic, header, [, data]) => {
      expect(data.length).toBe(PICTURE);
      got.push((JSON.parse(header.toString()) as { number: number }).number);
    });
    open.push(() => inlet.close());
    await until(() => outlet.counters().viewers === 2);
    for (let number = 1; number <= 40; number += 1) {
      outlet.offer(picture(number));
      await until(() => got.length === number);
    }
    expect(got).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    // Those for the slow one alone.
    expect(outlet.counters()).toMatchObject({ sent: 41, waiting: 5, slow: 34 });
  });

  it('go to nobody who does not ask for their topic', async () => {
    const { outlet, url } = await outletAt(2 ** 20);
    const other = dealer(url);
    await other.send(asking({ topics: ['depth'] }));
    await until(() => outlet.counters().viewers === 1);
    outlet.offer(picture(1));
    expect([outlet.wants('camera'), outlet.counters().waiting]).toEqual([false, 0]);
  });

  it('go to eight at most, and nonsense is counted', async () => {
    const { outlet, url } = await outletAt(2 ** 20);
    for (let i = 0; i < 10; i += 1) await dealer(url).send(asking());
    await until(() => outlet.counters().tooMany === 2);
    expect(outlet.counters().viewers).toBe(8);
    const lost = dealer(url);
    await lost.send('what?');
    await lost.send(['two', 'parts']);
    await until(() => outlet.counters().senseless === 2);
  });

  it('come again after the publisher has been away', async () => {
    const { outlet, url, port } = await outletAt(2 ** 24);
    let got = 0;
    const inlet = openInlet(url, ['camera'], () => (got += 1));
    open.push(() => inlet.close());
    await until(() => outlet.wants('camera'));
    outlet.offer(picture(1));
    await until(() => got === 1);
    outlet.close();
    const again = await bound(2 ** 24, port);
    await until(() => again.wants('camera'));
    again.offer(picture(1));
    await until(() => got === 2);
  });

  it('leave nothing open where nobody answers', async () => {
    const inlet = openInlet(`tcp://127.0.0.1:${await freePort()}`, ['camera'], () => undefined);
    await inlet.close();
    await inlet.close();
  });
});
