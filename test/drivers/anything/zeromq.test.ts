import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Publisher } from 'zeromq';
import { afterEach, describe, expect, it } from 'vitest';
import { messages } from '../../../drivers/anything/messages/driver.ts';
import { zeromqEmulator } from '../../../drivers/anything/messages/emulator.ts';
import type { Section } from '../../../src/config/index.ts';
import { zeromqLink } from '../../../src/device/index.ts';
import type { TextMeasurement } from '../../../src/frame/index.ts';
import { freePort } from '../../publish/support/publishing.ts';
import { describeDevice } from '../device/conformance.ts';
import { configOf } from '../device/decoding.ts';
import { openLine } from '../device/line.ts';
import { createHost } from '../support/host.ts';

describeDevice({
  driver: messages,
  emulator: zeromqEmulator,
  open: async (emulator) => openLine(emulator, await freePort()),
  rate: 5,
  hasChecksum: false,
});

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function publisher() {
  const socket = new Publisher({ linger: 0, sendHighWaterMark: 0 });
  open.push(() => socket.close());
  const url = `tcp://127.0.0.1:${await freePort()}`;
  await socket.bind(url);
  return { socket, url };
}

async function started(section: Section) {
  const host = createHost();
  const driver = messages.create('mine', configOf(messages, section));
  open.push(() => driver.close());
  await driver.start(host, new AbortController().signal);
  const texts = () =>
    host.frames().map(({ stream, measurement }) => `${stream}: ${(measurement as TextMeasurement).text}`);
  const dropped = () =>
    host.admitted.flatMap(({ body }) =>
      body.kind === 'stream' && body.event.what === 'dropped'
        ? [[body.stream, body.event.reason, body.event.count]]
        : [],
    );
  return { host, texts, dropped };
}

const said = (text: string, more: object = {}) => JSON.stringify({ ...more, text });

type Host = ReturnType<typeof createHost>;

/** Until the subscriptions are there. */
async function untilHeard(host: Host, socket: Publisher, topic: string): Promise<void> {
  const hello = setInterval(() => void socket.send([topic, said('hello')]).catch(() => undefined), 20);
  await host.until(() => host.frames().length > 0);
  clearInterval(hello);
}

const whysLost = (host: Host) =>
  host.admitted.flatMap(({ body }) =>
    body.kind === 'stream' && body.event.what === 'lost' ? [body.event.reason] : [],
  );

describe('messages of ZeroMQ', () => {
  it('are of the stream whose topic theirs begins with', async () => {
    const { socket, url } = await publisher();
    const streams = { ears: { kind: 'text' }, ears2: { kind: 'text' }, notes: { kind: 'text', topic: '' } };
    const { host, texts, dropped } = await started({ zeromq: { url }, streams });
    await untilHeard(host, socket, 'ears');
    const from = texts().length;
    await socket.send(['ears2', said('a')]);
    await socket.send(['ears/left', said('b')]);
    await socket.send(['other', said('c')]);
    await socket.send(said('d'));
    // As another Sensorium has them: a header in between.
    await socket.send(['ears', '{"schema":"…"}', said('e')]);
    await socket.send(['ears', '{']);
    await socket.send(['ears', said('f', { stream: 'ears2' })]);
    await socket.send(['ears2', said('end')]);
    await host.until(() => texts().at(-1) === 'ears2: end');
    const others = texts()
      .slice(from)
      .filter((text) => text !== 'ears: hello');
    expect(others).toEqual(['ears2: a', 'ears: b', 'notes: c', 'notes: d', 'ears: e', 'ears2: end']);
    expect(dropped()).toEqual([
      ['ears', 'malformed', 1],
      ['ears', 'unknown stream', 1],
    ]);
  });

  it('that nobody can take in time give way to later ones, counted', async () => {
    const { socket, url } = await publisher();
    const { host, texts, dropped } = await started({
      zeromq: { url, highWaterMark: 100 },
      streams: { idle: { kind: 'text' }, text: { kind: 'text' } },
    });
    await untilHeard(host, socket, 'text');
    for (let burst = 0; dropped().length === 0; burst += 1)
      for (let i = 0; i < 1000; i += 1) await socket.send(['text', said(`${burst}`)]);
    await host.until(() => texts().length > 100);
    expect(dropped().every(([stream, reason]) => stream === 'text' && reason === 'queue full')).toBe(true);
  });

  it('are all taken before it is told that their publisher has gone', async () => {
    const { socket, url } = await publisher();
    const { host, texts } = await started({ zeromq: { url, highWaterMark: 10_000 } });
    await untilHeard(host, socket, 'text');
    for (let i = 0; i < 2000; i += 1) await socket.send(['text', said(`${i}`)]);
    socket.linger = 5000;
    socket.close();
    await host.until(() => whysLost(host).length > 0);
    expect(whysLost(host)[0]).toBe('hung up');
    const last = texts().filter((text) => text !== 'text: hello');
    expect(last).toEqual(Array.from({ length: 2000 }, (_, i) => `text: ${i}`));
  });

  it('are missed from a publisher that hangs, which is hung up on', async () => {
    const { url } = await publisher();
    const sockets: Socket[] = [];
    const relay = createServer((near) => {
      const far = connect(Number(new URL(url).port), '127.0.0.1');
      for (const socket of [near, far]) sockets.push(socket.on('error', () => undefined));
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    open.push(
      () => relay.close(),
      () => sockets.forEach((socket) => socket.destroy()),
    );
    const { port } = relay.address() as AddressInfo;
    const { host } = await started({ zeromq: { url: `tcp://127.0.0.1:${port}` }, silentSeconds: 3600 });
    for (const socket of sockets) socket.unpipe();
    await host.until(() => whysLost(host).length > 0);
    expect(whysLost(host)[0]).toBe('hung up');
  }, 20_000);

  it('do not come from somebody who speaks another language', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('220 mail.example ESMTP\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const link = zeromqLink(`tcp://127.0.0.1:${port}`, { highWaterMark: 1 }, ['']);
    const listener = { bytes: () => undefined, closed: () => undefined };
    await expect(link.open(listener, new AbortController().signal)).rejects.toThrow(/speaks no ZeroMQ|nothing answers/);
    const controller = new AbortController();
    const opening = link.open(listener, controller.signal);
    controller.abort(new Error('called off'));
    await expect(opening).rejects.toThrow('called off');
  });
});
