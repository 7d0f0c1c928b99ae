import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SensoriumError } from '../../src/contract/index.ts';
import { createPublishers, startPublishers, type NoticingPublisher } from '../../src/publish/index.ts';
import { listenOn } from '../../src/publish/ports.ts';
import { configured, freePort, identity } from './support/publishing.ts';

const never = new AbortController().signal;
const open: Server[] = [];
let publishers: NoticingPublisher[] = [];
afterEach(async () => {
  for (const publisher of publishers) await publisher.close();
  for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function occupy(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  open.push(server);
  return port;
}

describe('a configured port that is taken', () => {
  it.each(['mqtt', 'zeromq'] as const)('is an error at publish.%s.port, and nothing stays open', async (name) => {
    const taken = await occupy(await freePort());
    const free = await freePort();
    const config = configured({
      mqtt: { port: name === 'mqtt' ? taken : free },
      zeromq: { port: name === 'zeromq' ? taken : free },
    });
    publishers = createPublishers(config, identity());
    const start = startPublishers(publishers, never);
    await expect(start).rejects.toMatchObject({ code: 'E_PORT_IN_USE', path: `publish.${name}.port` });
    await expect(start).rejects.toThrow(`port ${taken} is taken`);
    await occupy(free);
  });
});

describe('a default port that is taken', () => {
  const choice = { name: 'mqtt', configured: undefined, standard: 1883, host: '127.0.0.1', path: 'publish.mqtt.port' };
  const inUse = Object.assign(new Error('in use'), { code: 'EADDRINUSE' });
  const free = (first: number) => (port: number) => (port < first ? Promise.reject(inUse) : Promise.resolve());

  it('gives way to the next free one, said aloud', async () => {
    expect(await listenOn(choice, free(1885))).toEqual({ port: 1885, notice: 'mqtt: port 1883 is taken, using 1885' });
    expect(await listenOn(choice, free(1883))).toEqual({ port: 1883 });
  });

  it('is an error when so are the hundred after it', async () => {
    await expect(listenOn(choice, free(2000))).rejects.toThrow('publish.mqtt.port: no free port in 1883..1983');
  });

  it('is found free by real publishers, one beside the other', async () => {
    const make = () => createPublishers(configured({}), identity());
    publishers = [...make(), ...make()];
    const notices = await startPublishers(publishers, never);
    expect(new Set(publishers.map(({ address }) => address)).size).toBe(4);
    expect(notices).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^mqtt: port 1883 is taken, using \d+$/),
        expect.stringMatching(/^zeromq: port 5556 is taken, using \d+$/),
      ]),
    );
  });
});

describe('an address that is not ours', () => {
  it.each(['mqtt', 'zeromq'] as const)('is an error at publish.%s.host', async (name) => {
    // 192.0.2.0/24 is for documentation (RFC 5737): nobody's.
    const given = { host: '192.0.2.1', allowRemote: true };
    const config = configured({
      mqtt: name === 'mqtt' ? given : { enabled: false },
      zeromq: name === 'zeromq' ? given : { enabled: false },
    });
    publishers = createPublishers(config, identity());
    const start = startPublishers(publishers, never);
    await expect(start).rejects.toBeInstanceOf(SensoriumError);
    await expect(start).rejects.toMatchObject({ code: 'E_CONNECT', path: `publish.${name}.host` });
  });
});
