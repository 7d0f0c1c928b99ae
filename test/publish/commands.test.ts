import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Request } from 'zeromq';
import type { Command } from '../../src/contract/index.ts';
import { parseCommand } from '../../src/publish/commands.ts';
import { createPublishers, type NoticingPublisher, type PublishConfig } from '../../src/publish/index.ts';
import { describeWithTools } from '../support/requirements.ts';
import { startMosquitto } from './support/mosquitto.ts';
import { configured, freePort, identity } from './support/publishing.ts';

const never = new AbortController().signal;
const open: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A publisher, and the commands that it takes. */
async function taking(config: PublishConfig): Promise<{ publisher: NoticingPublisher; commands: Command[] }> {
  const commands: Command[] = [];
  const [publisher] = createPublishers(config, identity(), [], (command) => commands.push(command));
  if (publisher === undefined) throw new Error('nothing is enabled');
  open.push(() => publisher.close());
  await publisher.start(never);
  return { publisher, commands };
}

async function client(url: string): Promise<MqttClient> {
  const made = await connectAsync(url, { reconnectPeriod: 0 });
  open.push(() => made.endAsync(true));
  return made;
}

const UNPLUG = { verb: 'unplug', args: { stream: 'scan', id: 'a1' } };
const TEXT = JSON.stringify(UNPLUG.args);

describe('a command', () => {
  it.each([
    ['unplug', TEXT, UNPLUG],
    ['plug', '', { verb: 'plug', args: {} }],
    ['Unplug', '{}', 'expected a verb, got "Unplug"'],
    ['a/b', '{}', 'expected a verb, got "a/b"'],
    ['plug', '[]', 'expected a JSON object'],
    ['plug', 'null', 'expected a JSON object'],
    ['plug', '{"stream":', 'expected a JSON object'],
    ['plug', `{"stream":"${'x'.repeat(70_000)}"}`, 'expected at most 65536 bytes, got 70013'],
  ])('%s %s', (verb, payload, expected) => {
    expect(parseCommand(verb, new TextEncoder().encode(payload))).toEqual(expected);
  });

  it('is no text that is not UTF-8', () => {
    expect(parseCommand('plug', Uint8Array.of(0x7b, 0xff, 0x7d))).toBe('expected a JSON object');
  });
});

describe('commands over the broker of our own', () => {
  it('are taken, counted where they are none, and passed on to nobody', async () => {
    const port = await freePort();
    const { publisher, commands } = await taking(configured({ mqtt: { port }, zeromq: { enabled: false } }));
    const listener = await client(`mqtt://127.0.0.1:${port}`);
    const heard: string[] = [];
    listener.on('message', (topic) => heard.push(topic));
    await listener.subscribeAsync('#');
    const sender = await client(`mqtt://127.0.0.1:${port}`);
    await sender.publishAsync('sensorium/robot/cmd/unplug', TEXT, { qos: 1 });
    await sender.publishAsync('sensorium/robot/cmd/unplug', 'scan', { qos: 1 });
    expect(commands).toEqual([UNPLUG]);
    expect(publisher.counters().dropped['no command']).toBe(1);
    expect(heard.filter((topic) => topic.includes('/cmd/'))).toEqual([]);
  });

  it.each([
    ['for another robot', 'sensorium/other/cmd/unplug', false, {}],
    ['that the broker is to keep', 'sensorium/robot/cmd/unplug', true, {}],
    ['where none are taken', 'sensorium/robot/cmd/unplug', false, { commands: false }],
  ])('%s throw their sender out', async (_what, topic, retain, more) => {
    const port = await freePort();
    const config = { ...configured({ mqtt: { port }, zeromq: { enabled: false } }), ...more };
    const { commands } = await taking(config);
    const sender = await client(`mqtt://127.0.0.1:${port}`);
    const thrownOut = new Promise<void>((resolve) => sender.once('close', () => resolve()));
    sender.publish(topic, TEXT, { retain });
    await thrownOut;
    expect(commands).toEqual([]);
  });
});

describeWithTools(['mosquitto'], 'commands over a real Mosquitto', () => {
  it('are taken where that is said, but not those that it kept', async () => {
    const broker = await startMosquitto(await freePort());
    open.push(() => broker.kill());
    const sender = await client(broker.url);
    await sender.publishAsync('sensorium/robot/cmd/plug', '{}', { qos: 1, retain: true });
    const config = configured({ mqtt: { url: broker.url }, zeromq: { enabled: false } });
    const silent = await taking(config);
    const { commands } = await taking({ ...config, commands: true });
    await vi.waitUntil(async () => {
      await sender.publishAsync('sensorium/robot/cmd/unplug', TEXT, { qos: 1 });
      return commands.length > 0;
    });
    expect(new Set(commands.map(({ verb }) => verb))).toEqual(new Set(['unplug']));
    expect(commands[0]).toEqual(UNPLUG);
    expect(silent.commands).toEqual([]);
  });
});

describe('commands over ZeroMQ', () => {
  it('are accepted or refused at their own port', async () => {
    const [port, commandPort] = [await freePort(), await freePort()];
    const { commands } = await taking(configured({ mqtt: { enabled: false }, zeromq: { port, commandPort } }));
    const socket = new Request();
    open.push(() => socket.close());
    socket.connect(`tcp://127.0.0.1:${commandPort}`);
    const ask = async (parts: string[]): Promise<unknown> => {
      await socket.send(parts);
      const [answer] = await socket.receive();
      return JSON.parse(String(answer));
    };
    expect(await ask(['unplug', TEXT])).toEqual({ accepted: true });
    expect(await ask(['unplug', 'scan'])).toEqual({ refused: 'expected a JSON object' });
    expect(await ask(['unplug', TEXT, 'more'])).toEqual({ refused: 'expected two parts' });
    expect(commands).toEqual([UNPLUG]);
  });

  it('have a port that is theirs: one that is taken is an error', async () => {
    const [port, commandPort] = [await freePort(), await freePort()];
    await taking(configured({ mqtt: { enabled: false }, zeromq: { port, commandPort } }));
    const other = configured({ mqtt: { enabled: false }, zeromq: { port: await freePort(), commandPort } });
    await expect(taking(other)).rejects.toThrow(/publish.zeromq.commandPort: port \d+ is taken.*E_PORT_IN_USE/);
  });
});
