import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { drivers } from '../../../drivers/index.ts';
import { readConfig } from '../../../src/config/index.ts';
import type { Input, Publication } from '../../../src/contract/index.ts';
import { startDaemon, type Daemon } from '../../../src/daemon/index.ts';
import { isLargeKind, unixFromStamp, type Arrival, type Measurement, type Stamp } from '../../../src/frame/index.ts';
import { freePort } from '../../publish/support/publishing.ts';
import { subscribeZmq } from '../../publish/support/subscribing.ts';
import { start as startProgram } from '../../support/program.ts';

const open: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const OFF = { enabled: false };
const MEASURED = ['imu', 'wheels', 'scan'];

/** All that a measurement says in words, and what its data are. */
function printOf(measurement: Measurement): string {
  if (!isLargeKind(measurement.kind) || !('data' in measurement)) return '';
  const { data, ...words } = measurement;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const sorted = Object.fromEntries(Object.entries(words).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted)} ${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A daemon in this process, and what it takes in. */
async function board(raw: object): Promise<{
  readonly daemon: Daemon;
  readonly inputs: readonly Input[];
  readonly frames: (stream: string) => Arrival[];
  /** What large measurements were made of, while they were there. */
  readonly prints: ReadonlyMap<Measurement, string>;
  readonly published: readonly { readonly topic: string; readonly stamp: Stamp; readonly payload: string }[];
  readonly until: (condition: () => boolean) => Promise<void>;
}> {
  const inputs: Input[] = [];
  const waiting = new Set<() => void>();
  const prints = new Map<Measurement, string>();
  const published: { topic: string; stamp: Stamp; payload: string }[] = [];
  const tap = (input: Input): void => {
    inputs.push(input);
    if (input.kind === 'frame') prints.set(input.arrival.measurement, printOf(input.arrival.measurement));
    for (const check of waiting) check();
  };
  const config = readConfig({ web: OFF, record: { path: 'x' }, ...raw }, drivers);
  const openRecorder = () => ({
    tap,
    published: ({ topic, stamp, payload }: Publication) =>
      void published.push({ topic, stamp, payload: Buffer.from(payload).toString() }),
    close: () => Promise.resolve(),
  });
  const daemon = await startDaemon({ config, drivers, version: '0', env: {}, openRecorder });
  open.push(() => daemon.stop());
  return {
    daemon,
    inputs,
    prints,
    published,
    frames: (stream) =>
      inputs.flatMap((input) => (input.kind === 'frame' && input.arrival.stream === stream ? [input.arrival] : [])),
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!condition()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

const jackal = (port: number) => ({
  robot: 'jackal',
  sources: { robot: { driver: 'simulation' } },
  publish: { mqtt: OFF, zeromq: { port }, measurements: MEASURED },
});

const listening = (port: number) => ({
  sources: {
    jackal: {
      driver: 'sensorium',
      zeromq: { url: `tcp://127.0.0.1:${port}` },
      ...{ robot: 'jackal', retrySeconds: 0.05, longestRetrySeconds: 0.2 },
      streams: {
        pose: { kind: 'odometry', topic: 'pose', frameId: 'odom' },
        imu: { kind: 'imu', frameId: 'jackal/imu' },
        wheels: { kind: 'odometry', frameId: 'odom' },
        laser: { kind: 'scan', topic: 'measurements/scan' },
      },
    },
  },
  publish: { mqtt: OFF, zeromq: OFF },
});

describe('two boards', () => {
  it('have the same measurements at the same times', async () => {
    const port = await freePort();
    const one = await board(jackal(port));
    const witness = subscribeZmq(`tcp://127.0.0.1:${port}`, 'sensorium/jackal/');
    open.push(() => witness.close());
    const other = await board(listening(port));
    await other.until(() => ['pose', 'imu', 'wheels', 'laser'].every((id) => other.frames(id).length >= 10));
    const topics = { imu: 'measurements/imu', wheels: 'measurements/wheels', laser: 'measurements/scan', pose: 'pose' };
    const last = other.frames('laser').at(-1)?.received ?? 0;
    expect(last).toBeGreaterThan(0);
    for (const [id, topic] of Object.entries(topics)) {
      const sent = new Map(
        witness.received
          .filter((message) => message.topic === `sensorium/jackal/${topic}`)
          .map(({ header, payload }) => {
            const { stamp } = header as { stamp: { sec: number; nsec: number } };
            return [BigInt(stamp.sec) * 1_000_000_000n + BigInt(stamp.nsec), JSON.parse(payload) as Sent] as const;
          }),
      );
      const got = other.frames(id).filter(({ device = 0n }) => sent.has(device));
      expect(got.length, id).toBeGreaterThanOrEqual(5);
      for (const { device = 0n, measurement } of got) {
        const { provenance, pose } = sent.get(device) as Sent;
        if (id === 'pose') {
          const { x, y, z } = pose?.position ?? { x: NaN, y: NaN, z: NaN };
          expect(measurement).toMatchObject({ kind: 'odometry', pose: { position: [x, y, z] } });
          continue;
        }
        const source = one.inputs[provenance.inputs[0] - 1];
        expect(source.kind === 'frame' && sameAs(source.arrival.measurement)).toEqual(sameAs(measurement));
      }
    }
    const states = other.daemon.report().streams.map(({ descriptor, health }) => [descriptor.id, health.condition]);
    expect(states).toEqual(['pose', 'imu', 'wheels', 'laser'].map((id) => [id, 'ok']));
  }, 30_000);

  it('have the same pictures, depth and clouds, byte for byte', async () => {
    const port = await freePort();
    const kinds = { camera: 'image', depth: 'depth', lidar3d: 'cloud' } as const;
    const ids = Object.keys(kinds);
    const lidar3d = { enabled: true, rate: 10, columns: 90, dropShare: 0 };
    const small = { enabled: true, rate: 10, width: 64, height: 48, dropShare: 0 };
    const one = await board({
      robot: 'jackal',
      sources: { robot: { driver: 'simulation', streams: { camera: small, depth: small, lidar3d } } },
      publish: { mqtt: OFF, zeromq: { port }, measurements: ids },
      shedding: { order: [] },
    });
    const { sources, publish } = listening(port);
    const streams = Object.fromEntries(Object.entries(kinds).map(([id, kind]) => [id, { kind, frameId: id }]));
    const patient = { ...sources.jackal, silentSeconds: 30, streams };
    const other = await board({ sources: { jackal: patient }, publish, shedding: { order: [] } });
    await other.until(() => ids.every((id) => other.frames(id).length >= 3));
    for (const id of ids) {
      const sent = new Map(
        one.published
          .filter(({ topic }) => topic === `measurements/${id}`)
          .map(({ stamp, payload }) => [unixFromStamp(one.daemon.clock.epoch, stamp), JSON.parse(payload) as Sent]),
      );
      for (const { device = 0n, measurement } of other.frames(id)) {
        // Its stamp is what the other board's clock stage made of the device's: by it the message is found, and what it was made of.
        const source = one.inputs[(sent.get(device)?.provenance.inputs[0] ?? 0) - 1];
        expect(source.kind === 'frame' && one.prints.get(source.arrival.measurement), id).toMatch(
          /^{.*} [0-9a-f]{64}$/,
        );
        expect(other.prints.get(measurement), id).toBe(
          source.kind === 'frame' && one.prints.get(source.arrival.measurement),
        );
      }
    }
    const lost = other.inputs.filter((input) => input.kind === 'stream' && input.event.what === 'dropped');
    expect(lost).toEqual([]);
    const large = one.daemon.publishers.find(({ name }) => name === 'large');
    expect(large?.counters()).toMatchObject({ dropped: { 'slow subscriber': 0, 'too large': 0 } });
  }, 60_000);

  it('find one another again after one of them was killed, and after it has stopped in order', async () => {
    const port = await freePort();
    const settings = [
      'robot=jackal',
      'sources.robot.driver=simulation',
      'publish.mqtt.enabled=false',
      'web.enabled=false',
      `publish.zeromq.port=${port}`,
    ];
    const program = async () => {
      const args = settings.flatMap((setting) => ['--set', setting]);
      const started = startProgram(['run', '--json', ...args]);
      open.push(async () => {
        started.child.kill('SIGKILL');
        await started.ended;
      });
      await started.line(() => true);
      return started;
    };
    const first = await program();
    const streams = { pose: { kind: 'odometry', topic: 'pose', frameId: 'odom' } };
    const config = listening(port);
    const other = await board({ ...config, sources: { jackal: { ...config.sources.jackal, streams } } });
    const events = () => other.inputs.flatMap((input) => (input.kind === 'stream' ? [input.event] : []));
    const more = async () => {
      const before = other.frames('pose').length;
      await other.until(() => other.frames('pose').length >= before + 5);
    };
    const whys = () => events().flatMap((event) => (event.what === 'lost' ? [event.reason] : []));
    await more();
    first.child.kill('SIGKILL');
    await first.ended;
    await other.until(() => whys().length > 1);
    expect(whys()[0]).toBe('hung up');
    expect(whys()[1]).toMatch(/^nothing answers: /);
    const second = await program();
    await more();
    expect(other.daemon.report().streams[0].health.condition).not.toBe('lost');
    const lost = whys().length;
    second.child.kill('SIGTERM');
    await other.until(() => whys().length > lost);
    expect(whys()[lost]).toMatch(/^the other daemon has stopped/);
    const dropped = events().filter(({ what }) => what === 'dropped');
    expect(dropped.every((event) => event.what === 'dropped' && event.reason === 'not valid')).toBe(true);
  }, 60_000);
});

describe('a daemon that says nothing of what is wanted', () => {
  const events = ({ inputs }: { readonly inputs: readonly Input[] }) =>
    inputs.flatMap((input) => (input.kind === 'stream' ? [input.event] : []));
  const one = async (timing: object) => {
    const port = await freePort();
    await board({ ...jackal(port), publish: { ...jackal(port).publish, rates: { diagHz: 10 } } });
    const streams = { ghost: { kind: 'imu' } };
    const { publish, sources } = listening(port);
    return board({ publish, sources: { jackal: { ...sources.jackal, streams, ...timing } } });
  };

  it('is there all the same', async () => {
    const other = await one({ silentSeconds: 1, senselessSeconds: 2 });
    await other.until(() => events(other).some(({ what }) => what !== 'opened'));
    expect(events(other)).toEqual([
      { what: 'opened' },
      { what: 'trouble', reason: expect.stringMatching(/^no valid frames .*: check the topics/) as string },
    ]);
  });

  it('may be another than was meant', async () => {
    const other = await one({ robot: 'husky', silentSeconds: 0.5 });
    await other.until(() => events(other).some(({ what }) => what !== 'opened'));
    const reason = expect.stringMatching(/^nothing received for .* from sensorium\/husky\/ at tcp:/) as string;
    expect(events(other).slice(0, 2)).toEqual([{ what: 'opened' }, { what: 'lost', reason }]);
  });
});

/** A message of the first board, as far as it is looked at. */
interface Sent {
  readonly provenance: { readonly inputs: readonly number[] };
  readonly pose?: { readonly position: { readonly x: number; readonly y: number; readonly z: number } };
}

/** What is rounded on the way (quaternions are made of unit length) is compared without its last digits. */
function sameAs(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' ? Number(part.toPrecision(14)) : part)),
  );
}
