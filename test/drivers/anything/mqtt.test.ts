import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, expect, it } from 'vitest';
import { messages } from '../../../drivers/anything/messages/driver.ts';
import { mqttEmulator } from '../../../drivers/anything/messages/emulator.ts';
import { isFor } from '../../../drivers/anything/messages/topics.ts';
import type { Section } from '../../../src/config/index.ts';
import type { Driver } from '../../../src/contract/index.ts';
import type { TextMeasurement } from '../../../src/frame/index.ts';
import { startMosquitto } from '../../publish/support/mosquitto.ts';
import { freePort } from '../../publish/support/publishing.ts';
import { describeWithTools } from '../../support/requirements.ts';
import { describeDevice } from '../device/conformance.ts';
import { configOf } from '../device/decoding.ts';
import { createHost } from '../support/host.ts';
import { openBrokerLine } from './broker.ts';

describeDevice({ driver: messages, emulator: mqttEmulator, open: openBrokerLine, rate: 5, hasChecksum: false });

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function brokerOf(lines?: readonly string[]) {
  const broker = await startMosquitto(await freePort(), lines);
  open.push(broker.kill);
  return broker.url;
}

async function publisherTo(url: string) {
  const client = await connectAsync(url);
  open.push(() => client.endAsync(true));
  return client;
}

async function started(section: Section) {
  const host = createHost();
  const driver: Driver = messages.create('mine', configOf(messages, { retrySeconds: 0.05, ...section }));
  open.push(() => driver.close());
  await driver.start(host, new AbortController().signal);
  const texts = () =>
    host.frames().map(({ stream, measurement }) => `${stream}: ${(measurement as TextMeasurement).text}`);
  return { host, texts };
}

const said = (text: string, more: object = {}) => JSON.stringify({ ...more, text });
const refusal = (section: Section) =>
  started(section).then(
    () => 'none',
    (error: unknown) => (error as Error).message,
  );

it('topics are for filters as MQTT has them (OASIS MQTT 5.0, 4.7.1 and 4.7.2)', () => {
  const game = 'sport/tennis/player1';
  expect([game, `${game}/ranking`, `${game}/score/wimbledon`].map((topic) => isFor(`${game}/#`, topic))).toEqual([
    true,
    true,
    true,
  ]);
  expect(['sport', 'sport/', '/finance'].map((topic) => isFor('sport/#', topic))).toEqual([true, true, false]);
  expect([game, 'sport/tennis/player1/ranking'].map((topic) => isFor('sport/tennis/+', topic))).toEqual([true, false]);
  expect(['sport', 'sport/'].map((topic) => isFor('sport/+', topic))).toEqual([false, true]);
  expect(['+/+', '/+', '+'].map((filter) => isFor(filter, '/finance'))).toEqual([true, true, false]);
  expect(
    ['#', '+/monitor/Clients', '$SYS/#', '$SYS/monitor/+'].map((one) => isFor(one, '$SYS/monitor/Clients')),
  ).toEqual([false, false, true, true]);
});

it('what cannot be is told by the configuration', () => {
  const made = (section: Section) => () => messages.create('mine', configOf(messages, section));
  const mqtt = { url: 'mqtt://localhost' };
  expect(made({ mqtt, host: 'there' })).toThrow(/sources.device.host: excludes mqtt.url: messages have one way in/);
  expect(made({ mqtt, streams: { words: { topic: 'a/#/b' } } })).toThrow(
    /sources.device.streams.words.topic: expected a filter of MQTT, got "a\/#\/b"/,
  );
  expect(made({ mqtt: { ...mqtt, password: 'x' } })).toThrow(
    /sources.device.mqtt.password: a password without a username/,
  );
});

describeWithTools(['mosquitto'], 'messages of a Mosquitto', () => {
  for (const version of ['3.1.1', '5'] as const)
    it(`are of the stream whose topic they are sent to, retained ones left out, MQTT ${version}`, async () => {
      const url = await brokerOf();
      const client = await publisherTo(url);
      await client.publishAsync('robot/ears', said('long ago'), { retain: true });
      const streams = { ears: { kind: 'text', topic: 'robot/ears' }, notes: { kind: 'text', topic: 'robot/+/note' } };
      const { host, texts } = await started({ mqtt: { url, version, qos: 1 }, streams });
      await client.publishAsync('robot/ears', said('stop'), { retain: true });
      await client.publishAsync('robot/arm/note', said('moved'), { qos: 1 });
      await client.publishAsync('robot/arm/other', said('nothing'));
      await client.publishAsync('robot/ears', '{"text":', { qos: 1 });
      await client.publishAsync('robot/ears', said('not mine', { stream: 'notes' }), { qos: 1 });
      await client.publishAsync('robot/leg/note', said('go', { stream: 'notes' }), { qos: 1 });
      await host.until(() => texts().length === 3);
      expect(texts()).toEqual(['ears: stop', 'notes: moved', 'notes: go']);
      const dropped = host.admitted.flatMap(({ body }) =>
        body.kind === 'stream' && body.event.what === 'dropped' ? [[body.stream, body.event.reason]] : [],
      );
      expect(dropped).toEqual([
        ['ears', 'malformed'],
        ['ears', 'unknown stream'],
      ]);
    });

  it('may be in MessagePack, one each', async () => {
    const url = await brokerOf();
    const { host, texts } = await started({ mqtt: { url }, encoding: 'msgpack' });
    const client = await publisherTo(url);
    const message = Buffer.from('81a474657874a2676f', 'hex');
    await client.publishAsync('text', message);
    // Two at once, or half a one, are none.
    await client.publishAsync('text', Buffer.concat([message, message]));
    await client.publishAsync('text', message.subarray(0, 5));
    await client.publishAsync('text', message);
    await host.until(() => texts().length === 2);
    const dropped = host.admitted.filter(({ body }) => body.kind === 'stream' && body.event.what === 'dropped');
    expect([texts(), dropped.length]).toEqual([['text: go', 'text: go'], 2]);
  });

  it('are for those who are let in', async () => {
    const url = await brokerOf(['allow_anonymous false']);
    expect(await refusal({ mqtt: { url } })).toMatch(/user name or password refused \(E_DRIVER\)/);
    expect(await refusal({ mqtt: { url, version: '3.1.1', username: 'a', password: 'b' } })).toMatch(
      /user name or password refused \(E_DRIVER\)/,
    );
    expect(await refusal({ mqtt: { url: 'mqtts://127.0.0.1', ca: '/nothing-there' } })).toMatch(
      /^\/nothing-there: cannot be read/,
    );
    expect(await refusal({ mqtt: { url: 'mqtt://127.0.0.1:1' } })).toMatch(/nothing answers \(ECONNREFUSED\)/);
  });
});

describeWithTools(['mosquitto', 'openssl'], 'messages of a Mosquitto behind TLS', () => {
  it('come where its certificate is one that is trusted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sensorium-tls-'));
    open.push(() => rm(folder, { recursive: true }));
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
    const request =
      'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
    spawnSync('openssl', [...request.split(' '), '-keyout', key, '-out', cert]);
    // Mosquitto gives up being root.
    for (const [path, mode] of [
      [folder, 0o755],
      [key, 0o644],
    ] as const)
      chmodSync(path, mode);
    const broker = await brokerOf(['allow_anonymous true', `certfile ${cert}`, `keyfile ${key}`]);
    const url = broker.replace('mqtt://127.0.0.1', 'mqtts://localhost');
    const { host, texts } = await started({ mqtt: { url, ca: cert } });
    const client = await connectAsync(url, { ca: readFileSync(cert) });
    open.push(() => client.endAsync(true));
    await client.publishAsync('text', said('secret'));
    await host.until(() => texts().length === 1);
    expect(await refusal({ mqtt: { url } })).toMatch(/self-signed certificate/);
  });
});
