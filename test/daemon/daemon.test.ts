import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import type { Input } from '../../src/contract/index.ts';
import { startDaemon, type Daemon, type DaemonOptions } from '../../src/daemon/index.ts';
import { createFeeding } from '../../src/daemon/watchdog.ts';
import { describeWithTools } from '../support/requirements.ts';
import { metronomeDriver, type Openings } from './support/metronome.ts';
import { openNotifySocket } from './support/notify-socket.ts';

const running: Daemon[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((daemon) => daemon.stop()));
});

const QUIET = { mqtt: { enabled: false }, zeromq: { enabled: false } };

async function start(raw: object, openings: Openings, more: Partial<DaemonOptions> = {}): Promise<Daemon> {
  const drivers = [metronomeDriver(openings)];
  const config = readConfig({ publish: QUIET, web: { enabled: false }, ...raw }, drivers);
  const daemon = await startDaemon({ config, drivers, version: '0', env: {}, ...more });
  running.push(daemon);
  return daemon;
}

/** Resolves when the condition holds; looked at whenever the daemon takes an input. */
function taps(): { tap: (input: Input) => void; inputs: Input[]; until: (done: () => boolean) => Promise<void> } {
  const inputs: Input[] = [];
  const waiting = new Set<() => void>();
  return {
    inputs,
    tap: (input) => {
      inputs.push(input);
      for (const check of waiting) check();
    },
    until: (done) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!done()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

describe('a daemon', () => {
  it('takes frames, ticks and events in one order, and hands each to the recorder first', async () => {
    const openings: Openings = new Map();
    const { tap, inputs, until } = taps();
    let closed = 0;
    const openRecorder: DaemonOptions['openRecorder'] = (path, session) => {
      expect(path).toBe('x.mcap');
      expect(session.streams.map(({ id }) => id)).toEqual(['imu', 'imu2']);
      return { tap, close: () => Promise.resolve((closed += 1)) };
    };
    const sources = { imu: { driver: 'metronome' }, imu2: { driver: 'metronome', periodMs: 7 } };
    const daemon = await start({ sources, record: { path: 'x.mcap' } }, openings, { openRecorder });
    const has = (kind: string, stream?: string) => () =>
      inputs.some((one) => one.kind === kind && (one.kind !== 'frame' || one.arrival.stream === stream));
    await Promise.all([until(has('frame', 'imu')), until(has('frame', 'imu2')), until(has('tick'))]);
    await daemon.stop();
    await daemon.stop();
    expect(closed).toBe(1);
    expect(inputs.map(({ number }) => Number(number))).toEqual(inputs.map((_, index) => index + 1));
    expect(inputs.every(({ now }, index) => index === 0 || now >= inputs[index - 1].now)).toBe(true);
    expect(daemon.report().inputs).toBe(inputs.length);
    expect([...openings.values()].map(({ open }) => open)).toEqual([0, 0]);
  });

  it('runs on while one of its sources cannot be opened', async () => {
    const { tap, inputs, until } = taps();
    const sources = { imu: { driver: 'metronome' }, broken: { driver: 'metronome', failures: 1000 } };
    const daemon = await start({ sources, record: { path: 'x' } }, new Map(), {
      openRecorder: () => ({ tap, close: () => Promise.resolve() }),
    });
    await until(() => inputs.some(({ kind }) => kind === 'frame'));
    const states = daemon.report().streams.map(({ descriptor, health }) => [descriptor.id, health.condition]);
    expect(Object.fromEntries(states)).toMatchObject({ broken: 'lost' });
    expect(states[0][1]).not.toBe('lost');
  });

  it('with nothing to open says so', async () => {
    await expect(start({}, new Map())).rejects.toThrow('sources: expected at least one source to open, got none');
  });

  it('that fails to start leaves nothing behind', async () => {
    const openings: Openings = new Map();
    let closed = 0;
    const sources = { imu: { driver: 'metronome' }, bad: { driver: 'metronome', failures: 1, code: 'E_CONFIG_RANGE' } };
    const openRecorder = () => ({ tap: () => undefined, close: () => Promise.resolve((closed += 1)) });
    await expect(start({ sources, record: { path: 'x' } }, openings, { openRecorder })).rejects.toMatchObject({
      code: 'E_CONFIG_RANGE',
    });
    expect(closed).toBe(1);
    expect(openings.get('imu')).toEqual({ attempts: 1, open: 0 });
  });

  it('opens no source when a configured port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const openings: Openings = new Map();
    const publish = { mqtt: { port }, zeromq: { enabled: false } };
    try {
      await expect(start({ sources: { imu: { driver: 'metronome' } }, publish }, openings)).rejects.toThrow(
        `publish.mqtt.port: port ${port} is taken on 127.0.0.1 (E_PORT_IN_USE)`,
      );
    } finally {
      server.close();
    }
    expect(openings.get('imu')?.attempts).toBe(0);
  });
});

describe('the watchdog', () => {
  it('is fed only when frames have come since', () => {
    let frames = 0;
    const isFed = createFeeding(() => frames);
    const fed = [0, 3, 3, 4, 4].map((count) => {
      frames = count;
      return isFed();
    });
    expect(fed).toEqual([false, true, false, true, false]);
  });
});

describeWithTools(['systemd-notify', 'python3'], 'systemd', () => {
  it('is told READY, WATCHDOG while inputs come, and STOPPING', async () => {
    const socket = await openNotifySocket();
    try {
      const env = { ...process.env, NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '200000' };
      const daemon = await start({ sources: { imu: { driver: 'metronome' } } }, new Map(), { env });
      await socket.received('READY=1');
      await socket.received('WATCHDOG=1');
      await daemon.stop();
      await socket.received('STOPPING=1');
      const order = ['READY=1', 'WATCHDOG=1', 'STOPPING=1'].map((word) =>
        socket.messages.findIndex((message) => message.includes(word)),
      );
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(socket.messages.find((message) => message.includes('READY=1'))).toContain('STATUS=');
    } finally {
      socket.close();
    }
  });

  it('is not told READY before a source is open', async () => {
    const socket = await openNotifySocket();
    try {
      const env = { ...process.env, NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '100000' };
      const sources = { imu: { driver: 'metronome', failures: 1000 } };
      const daemon = await start({ sources }, new Map(), { env, delay: () => new Promise(() => undefined) });
      await socket.received('STATUS=no source could be opened');
      await socket.received('STATUS=no input');
      await daemon.stop();
      await socket.received('STOPPING=1');
      expect(socket.messages.filter((message) => /READY=1|WATCHDOG=1/.test(message))).toEqual([]);
    } finally {
      socket.close();
    }
  });
});
