import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { stampOf, type Arrival } from '../../src/frame/index.ts';
import { message, serve, UPGRADE, view, type Served } from './support/serving.ts';

const served: Served[] = [];
afterEach(async () => {
  await Promise.all(served.splice(0).map(({ page }) => page.close()));
});

async function start(limits?: Parameters<typeof serve>[0]): Promise<Served> {
  const one = await serve(limits);
  served.push(one);
  return one;
}

/** A scan of one ray, received at so many ms. */
function scan(ms: number, range = 2): Arrival {
  const ranges = Float32Array.of(range);
  return {
    stream: 'scan',
    frameId: 'scan_link',
    device: undefined,
    received: stampOf(ms * 1e6),
    measurement: {
      kind: 'scan',
      angleMin: 0,
      angleMax: 0,
      angleIncrement: 0.1,
      timeIncrement: 0,
      scanTime: 0,
      rangeMin: 0.1,
      rangeMax: 10,
      ranges,
    },
  };
}

const sequenceOf = (one: unknown): number => (one as { sequence: number }).sequence;

describe('a new page', () => {
  it('is told at once who speaks, and the latest of every topic', async () => {
    const { port, page } = await start({ periodMs: 1_000_000 });
    for (const sequence of [1, 2, 3]) page.publish(message('pose', sequence));
    page.publish(message('sensors/imu', 7));
    const viewer = await view(port);
    await viewer.until(() => viewer.heard.length >= 4);
    expect(viewer.heard.map(([topic]) => topic)).toEqual(['about', 'state', 'pose', 'sensors/imu']);
    expect(viewer.heard[0][1]).toEqual({
      robot: 'robot',
      version: '0.1.0',
      boot: 'boot-1',
      notices: ['a notice'],
      asks: false,
    });
    expect(viewer.heard.slice(2).map(([, one]) => sequenceOf(one))).toEqual([3, 7]);
  });
});

describe('an open page', () => {
  /**
   *   published   pose 1 2 3 … 50 in one go      then 51
   *   delivered              pose 50                  51
   */
  it('is told the latest of what has changed, and nothing twice', async () => {
    const { port, page } = await start({ periodMs: 5 });
    const viewer = await view(port);
    for (let sequence = 1; sequence <= 50; sequence += 1) page.publish(message('pose', sequence));
    await viewer.until(() => viewer.heard.some(([topic]) => topic === 'pose'));
    page.publish(message('pose', 51));
    await viewer.until(() => viewer.heard.some(([, one]) => sequenceOf(one) === 51));
    const poses = viewer.heard.filter(([topic]) => topic === 'pose').map(([, one]) => sequenceOf(one));
    expect(poses).toEqual([50, 51]);
    expect(viewer.heard.filter(([topic]) => topic === 'state')).toHaveLength(1);
  });

  it('is shown scans at most five times a second of the stream’s own time', async () => {
    const { port, page } = await start({ periodMs: 5 });
    const viewer = await view(port);
    page.observe(scan(0, 1));
    page.observe(scan(100, 2));
    await viewer.until(() => viewer.views.length === 1);
    page.observe(scan(199, 3));
    page.observe(scan(200, 4));
    await viewer.until(() => viewer.views.length === 2);
    const ranges = viewer.views.map((one) => one.readFloatLE(one.length - 4));
    expect(ranges).toEqual([1, 4]);
  });

  it('is shown scans again after the time of their source went back', async () => {
    const { port, page } = await start({ periodMs: 5 });
    const viewer = await view(port);
    page.observe(scan(50_000, 1));
    await viewer.until(() => viewer.views.length === 1);
    page.observe(scan(0, 2));
    await viewer.until(() => viewer.views.length === 2);
  });
});

describe('without a page', () => {
  it('frames cost nothing and are not kept', async () => {
    const { port, page } = await start({ periodMs: 5 });
    page.observe(scan(0));
    const { socket, views } = await view(port);
    page.publish(message('pose', 1));
    await once(socket, 'message');
    expect(views).toEqual([]);
  });
});

describe('topics without end', () => {
  it('are kept up to a bound, the others counted', async () => {
    const { page } = await start({ topics: 10 });
    for (let topic = 0; topic < 100; topic += 1) page.publish(message(`sensors/${topic}`, 1));
    // One of the ten is the robot's state.
    expect(page.counters().dropped['too many topics']).toBe(91);
  });
});

describe('a page that does not read', () => {
  it('is given nothing more, counted, and hung up on; the others are told as ever', async () => {
    const { port, page } = await start({ periodMs: 2, bufferedBytes: 65_536, patience: 20 });
    const viewer = await view(port);
    const deaf = connect(port, '127.0.0.1').pause();
    const lines = Object.entries({ Host: 'localhost', Origin: 'http://localhost', ...UPGRADE });
    deaf.write(`GET /live HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    deaf.on('error', () => undefined);
    // The next is published when the one before has been read by the page that does: until the other one is given up.
    let sequence = 0;
    let slow = 0;
    while ((page.counters().dropped['slow page'] ?? 0) < 20) {
      page.publish(message('pose', (sequence += 1), 100_000));
      await viewer.until(() => sequenceOf(viewer.heard.at(-1)?.[1]) === sequence);
      slow = page.counters().dropped['slow page'] ?? 0;
    }
    expect(slow).toBe(20);
    // Hung up on: from now on nothing is counted, and nothing waits.
    for (let more = 0; more < 20; more += 1) {
      page.publish(message('pose', (sequence += 1), 100_000));
      await viewer.until(() => sequenceOf(viewer.heard.at(-1)?.[1]) === sequence);
    }
    expect(page.counters().dropped['slow page']).toBe(20);
    deaf.destroy();
  });

  it('is told the latest once it reads again', async () => {
    const { port, page } = await start({ periodMs: 2, bufferedBytes: 65_536, patience: 1_000_000 });
    const [viewer, slow] = [await view(port), await view(port)];
    slow.socket.pause();
    let sequence = 0;
    while ((page.counters().dropped['slow page'] ?? 0) < 5) {
      page.publish(message('pose', (sequence += 1), 100_000));
      await viewer.until(() => sequenceOf(viewer.heard.at(-1)?.[1]) === sequence);
    }
    slow.socket.resume();
    await slow.until(() => sequenceOf(slow.heard.at(-1)?.[1]) === sequence);
    const told = slow.heard.filter(([topic]) => topic === 'pose').map(([, one]) => sequenceOf(one));
    expect(told.length).toBeLessThan(sequence);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });
});
