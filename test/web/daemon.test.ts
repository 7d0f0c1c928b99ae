import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import type { Input } from '../../src/contract/index.ts';
import { startDaemon, type SessionStart } from '../../src/daemon/index.ts';
import { createPipeline } from '../../src/pipeline/index.ts';
import { freePort } from '../publish/support/publishing.ts';
import { sensesDriver } from './support/senses.ts';
import { view } from './support/serving.ts';

const publish = { mqtt: { enabled: false }, zeromq: { enabled: false } };
const sources = { all: { driver: 'senses' } };
const drivers = [sensesDriver()];

describe('web.host', () => {
  it('beyond loopback is refused, unless nothing is served', () => {
    const load = (web: object) => () => readConfig({ web }, []);
    expect(load({ host: '0.0.0.0' })).toThrow(expect.objectContaining({ code: 'E_CONFIG_CONFLICT', path: 'web.host' }));
    expect(load({ host: '192.168.1.5' })).toThrow('(E_CONFIG_CONFLICT)');
    for (const host of ['localhost', '::1', '127.0.0.2']) expect(load({ host })).not.toThrow();
    expect(load({ host: '0.0.0.0', enabled: false })).not.toThrow();
  });
});

describe('a daemon with a page', () => {
  it('publishes what it would without, whatever looks on and whoever hammers at it', async () => {
    const web = { port: await freePort() };
    const config = readConfig({ sources, publish, web, record: { path: 'x.mcap' } }, drivers);
    const inputs: Input[] = [];
    let session: SessionStart | undefined;
    const daemon = await startDaemon({
      config,
      drivers,
      version: '0',
      env: {},
      openRecorder: (_path, its) => {
        session = its;
        return { tap: (input) => inputs.push(input), close: () => Promise.resolve() };
      },
    });
    try {
      expect(daemon.publishers.map(({ name, address }) => [name, address])).toEqual([
        ['web', `http://127.0.0.1:${web.port}/`],
      ]);
      const viewer = await view(web.port);
      const hammers = Array.from({ length: 1000 }, () => connect(web.port, '127.0.0.1').on('error', () => undefined));
      // All but what fits beside the page is hung up on.
      const closed = new Set<unknown>();
      for (const hammer of hammers) hammer.resume().once('close', () => closed.add(hammer));
      await Promise.race(hammers.map((hammer) => once(hammer, 'close')));
      await viewer.until(() => viewer.views.length > 8 && closed.size >= 900);
      for (const hammer of hammers) hammer.destroy();
    } finally {
      await daemon.stop();
    }

    const { streams } = daemon.report();
    for (const { descriptor, account } of streams) {
      expect(account.received, descriptor.id).toBeGreaterThan(0);
      expect(account.lost, descriptor.id).toEqual({});
    }
    if (session === undefined) throw new Error('no session');
    const { clock, hashes, mounts } = session;
    const again = createPipeline({
      config,
      streams: session.streams,
      mounts,
      epoch: clock.epoch,
      hashes,
      publish: () => undefined,
    });
    for (const input of inputs) again.step(input);
    expect(again.digest()).toBe(daemon.digest());
  });

  it('that publishes to nobody has none', async () => {
    const config = readConfig({ sources, publish }, drivers);
    const daemon = await startDaemon({ config, drivers, version: '0', env: {}, quiet: true });
    expect(daemon.publishers).toEqual([]);
    await daemon.stop();
  });
});
