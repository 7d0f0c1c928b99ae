import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { messages } from '../../../drivers/anything/messages/driver.ts';
import { messagesEmulator, msgpackEmulator } from '../../../drivers/anything/messages/emulator.ts';
import { createHost } from '../support/host.ts';
import { describeDevice } from '../device/conformance.ts';
import { configOf, createDecoding } from '../device/decoding.ts';
import { MAIN } from '../../support/program.ts';

const device = { driver: messages, rate: 5, hasChecksum: false };
describeDevice({ ...device, emulator: messagesEmulator, config: { host: '127.0.0.1' } });
describeDevice({ ...device, emulator: msgpackEmulator, config: { host: '127.0.0.1', ...msgpackEmulator.config } });

function heard(streams: object, ...lines: (object | string)[]) {
  const { session, decoded } = createDecoding(messages, { streams });
  for (const line of lines) session.bytes(Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`));
  return decoded;
}

describe('lines of JSON', () => {
  it('are measurements of every kind', () => {
    const only = (kind: string, fields: object) =>
      heard({ it: { kind } }, fields).frames.map(({ measurement }) => measurement);
    const pose = { position: [1, 2, 3], orientation: [1, 0, 0, 0] };
    const twist = { linear: [1, 0, 0], angular: [0, 0, 0.5] };
    expect(only('imu', { angularVelocity: [0, 0, 0.1], linearAcceleration: [0, 0, 9.81] })).toEqual([
      { kind: 'imu', angularVelocity: [0, 0, 0.1], linearAcceleration: [0, 0, 9.81] },
    ]);
    expect(only('magneticField', { field: [2e-5, 0, -4e-5] })).toEqual([
      { kind: 'magneticField', field: [2e-5, 0, -4e-5] },
    ]);
    expect(only('odometry', { twist })).toEqual([{ kind: 'odometry', childFrameId: 'base_link', twist }]);
    expect(only('pose', { pose })).toEqual([{ kind: 'pose', pose }]);
    expect(only('twist', { twist })).toEqual([{ kind: 'twist', twist }]);
    expect(only('range', { distance: 1.5, rangeMin: 0.02, rangeMax: 4 })).toEqual([
      { kind: 'range', distance: 1.5, rangeMin: 0.02, rangeMax: 4, fieldOfView: 0 },
    ]);
    expect(only('scalar', { quantity: 'temperature', value: 293.1, variance: 0.01 })).toEqual([
      { kind: 'scalar', quantity: 'temperature', value: 293.1, variance: 0.01 },
    ]);
    expect(only('text', { text: 'stop' })).toEqual([{ kind: 'text', text: 'stop', duration: 0 }]);
    const covariance = [1, 0, 0, 0, 2, 0, 0, 0, 3];
    expect(only('fix', { latitude: 46.9, longitude: 7.4, covariance })).toEqual([
      {
        kind: 'fix',
        latitude: 46.9,
        longitude: 7.4,
        quality: 'fix',
        service: 0,
        covariance: Float64Array.from(covariance),
      },
    ]);
    expect(only('fix', { quality: 'none' })).toMatchObject([{ latitude: NaN, quality: 'none' }]);
    const scan = { angleMin: 0, angleMax: 1, angleIncrement: 0.5, rangeMin: 0.1, rangeMax: 10, ranges: [1, null, 3] };
    expect(only('scan', scan)).toMatchObject([{ kind: 'scan', ranges: Float32Array.of(1, NaN, 3), scanTime: 0 }]);
  });

  it('are stamped as the stream’s clock is configured', () => {
    const stamps = (clock: string, ...values: unknown[]) =>
      heard({ it: { kind: 'text', clock } }, ...values.map((stamp) => ({ stamp, text: '' }))).frames.map(
        ({ device }) => device,
      );
    expect(stamps('unix', '1700000000123456789', 1_700_000_000_000_000_000)).toEqual([
      1_700_000_000_123_456_789n,
      1_700_000_000_000_000_000n,
    ]);
    expect(stamps('counter', 0, 17, `${2n ** 64n - 1n}`)).toEqual([0n, 17n, 2n ** 64n - 1n]);
    expect(stamps('sequence', 3)).toEqual([3n]);
    expect(stamps('none', undefined)).toEqual([undefined]);
    expect(stamps('counter', -1, 1.5, '1e3', `${2n ** 64n}`, true, undefined)).toEqual([]);
    expect(stamps('unix', 0, '0')).toEqual([]);
    expect(stamps('none', 1)).toEqual([]);
  });

  it('are refused with a reason, which is gone with the next good one', () => {
    const streams = { water: { kind: 'scalar' }, hand: { kind: 'pose' } };
    const good = { stream: 'water', quantity: 'temperature', value: 280 };
    const why = (line: object | string) => heard(streams, line).troubles[0];
    expect(heard(streams, { ...good, value: '280' }, good, good).troubles).toEqual([
      'value: expected a number, got "280"',
      undefined,
    ]);
    expect(why({ ...good, stream: 'wine' })).toBe('stream: expected one of water, hand, got "wine"');
    expect(why({ quantity: 'temperature', value: 280 })).toMatch(/^stream: expected one of water, hand/);
    expect(why({ ...good, kind: 'text' })).toBe('kind: expected scalar, got "text"');
    expect(why({ ...good, quantity: 'speed' })).toMatch(/^quantity: expected one of temperature, pressure/);
    expect(why({ ...good, unit: 'K' })).toBe('unit: expected one of quantity, value, variance, got "unit"');
    expect(why({ stream: 'water', quantity: 'temperature' })).toBe('value: expected a value, got nothing');
    expect(why({ stream: 'hand', pose: { position: [1, 2], orientation: [1, 0, 0, 0] } })).toMatch(
      /^pose.position: expected \[x, y, z\]/,
    );
    expect(why({ stream: 'hand', pose: { position: [1, 2, 3], orientation: [1, 1, 0, 0] } })).toMatch(
      /^pose.orientation: expected \[w, x, y, z\] of unit length/,
    );
    expect(heard({ it: { kind: 'imu' } }, {}).troubles[0]).toMatch(/^imu: expected an angularVelocity/);
    expect(heard({ it: { kind: 'fix' } }, { latitude: 1 }).troubles[0]).toMatch(/^fix: expected a latitude/);
    expect(heard(streams, '{', { stream: 'wine' }, { ...good, value: null }, 'x'.repeat(2_000_000)).dropped).toEqual({
      malformed: 1,
      'too long': 1,
      'unknown stream': 1,
      invalid: 1,
    });
    expect(heard(streams, '{"stream":"water","__proto__":{"value":1},"quantity":"temperature"}').frames).toEqual([]);
  });
});

describe('a program', () => {
  const counting = 'let n = 0; setInterval(() => console.log(JSON.stringify({ stamp: n++, text: `line ${n}` })), 20)';

  it('is started, read, and ended', async () => {
    const host = createHost();
    const streams = { text: { kind: 'text', clock: 'sequence' } };
    const driver = messages.create(
      'mine',
      configOf(messages, { command: [process.execPath, '-e', counting], streams }),
    );
    await driver.start(host, new AbortController().signal);
    await host.until(() => host.frames().length >= 5);
    await driver.close();
    expect(host.frames().map(({ device }) => device)).toEqual(host.frames().map((_, i) => BigInt(i)));
  });

  it('may be piped into the daemon', async () => {
    const sections = [
      'sources.mine.driver=messages',
      'publish.mqtt.enabled=false',
      'publish.zeromq.enabled=false',
      'web.enabled=false',
    ];
    const set = sections.flatMap((section) => ['--set', section]);
    const daemon = spawn(process.execPath, [MAIN, 'run', ...set, '--duration', '3s', '--json'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const talking = setInterval(() => daemon.stdin.write(`${JSON.stringify({ text: 'hello' })}\n`), 20);
    daemon.stdin.on('error', () => undefined);
    let out = '';
    daemon.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const [code] = (await once(daemon, 'close')) as [number];
    clearInterval(talking);
    expect(code).toBe(0);
    const received = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { streams?: Record<string, { received: number }> })
      .map(({ streams }) => streams?.['text']?.received ?? 0);
    expect(Math.max(...received)).toBeGreaterThan(0);
  });
});
