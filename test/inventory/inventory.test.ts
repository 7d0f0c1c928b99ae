import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/index.ts';
import { proposedConfig, recognise } from '../../src/cli/doctor/proposal.ts';
import { changesBetween, examineHost, inventory, probePort } from '../../src/inventory/index.ts';
import { openEmulatedLine } from '../../src/device/index.ts';
import { devices } from '../../drivers/index.ts';
import { configOf } from '../drivers/device/decoding.ts';
import { describeWithTools } from '../support/requirements.ts';
import { fakeRoot, ROBOT } from './support.ts';

const root = fakeRoot(ROBOT);
afterAll(() => rmSync(root, { recursive: true }));

describe('the inventory', () => {
  it('finds what is plugged in, by names that stay', async () => {
    expect((await inventory(root)).map(({ kind, path, name, usb }) => [kind, path, name, usb])).toEqual([
      [
        'serial',
        '/dev/serial/by-id/usb-u-blox_AG_ublox_GNSS-if00',
        'u-blox AG u-blox GNSS receiver (ttyACM0)',
        '1546:01a9',
      ],
      ['serial', '/dev/ttyUSB0', 'CP2102 USB to UART Bridge Controller (ttyUSB0)', '10c4:ea60'],
      ['camera', '/dev/v4l/by-id/usb-046d_HD_Pro_Webcam-video-index0', 'HD Pro Webcam C920', undefined],
      ['microphone', 'hw:CARD=ArrayUAC10,DEV=0', 'USB Audio', undefined],
      ['iio', 'iio:device0', 'lsm6ds3', undefined],
      ['i2c', '/dev/i2c-1', 'bcm2835 (i2c@7e804000)', undefined],
    ]);
  });

  it('is empty where there is nothing', async () => {
    const empty = fakeRoot({ 'etc/group': '' });
    expect(await inventory(empty)).toEqual([]);
    rmSync(empty, { recursive: true });
  });

  it('tells what came and what went', async () => {
    const all = await inventory(root);
    expect(changesBetween(all.slice(1), all)).toEqual({ come: [all[0]], gone: [] });
    expect(changesBetween(all, all.slice(0, 2)).gone).toEqual(all.slice(2));
  });
});

describe('the host', () => {
  const robot = { name: 'robot', groups: [1000, 44] };

  it('tells which groups the user is missing from, and what to do', async () => {
    const found = await examineHost(root, '', robot);
    const of = (name: string) => found.find((finding) => finding.name === name);
    expect(of('video')).toMatchObject({ state: 'ok' });
    expect(of('dialout')).toMatchObject({
      state: 'missing',
      detail: expect.stringContaining('log in again') as string,
    });
    expect(of('audio')).toMatchObject({
      state: 'missing',
      detail: expect.stringContaining('usermod -aG audio robot') as string,
    });
    expect(of('i2c')).toBeUndefined();
    expect(of('ffmpeg')).toMatchObject({
      state: 'missing',
      detail: expect.stringContaining('package ffmpeg') as string,
    });
  });

  it.each([
    ['0x0', 'ok', /never/],
    ['0x50000', 'warning', /since it was switched on/],
    ['0x50005', 'warning', /under-voltage.*throttled/],
  ])('reads how a Raspberry Pi is powered: %s', async (bits, state, words) => {
    const pi = fakeRoot({ 'sys/devices/platform/soc/soc:firmware/get_throttled': `${bits}\n` });
    const power = (await examineHost(pi, '', robot)).find(({ what }) => what === 'power');
    expect([power?.state, power?.detail]).toEqual([state, expect.stringMatching(words)]);
    rmSync(pi, { recursive: true });
  });
});

describe('a proposal', () => {
  const drivers = devices.map(({ driver }) => driver);
  const streamsOf = (source: { readonly driver: string }) => {
    const { config } = readConfig({ sources: { device: source } }, drivers).sources['device'];
    return (
      drivers
        .find(({ type }) => type === source.driver)
        ?.streamsOf(config)
        .map(({ id }) => id) ?? []
    );
  };
  const read = (yaml: string) => readConfig(parse(yaml) as object, drivers);

  it('names the driver by what it said, by its numbers, by its kind, or not at all', async () => {
    const [receiver, bridge, camera] = await inventory(root);
    const types = ['gnss', 'camera', 'ldrobot'];
    expect(recognise(receiver, types)).toMatchObject({ drivers: ['gnss'], by: 'usb' });
    expect(recognise(bridge, types).drivers).toEqual([]);
    expect(recognise(bridge, types, ['ldrobot'])).toMatchObject({ drivers: ['ldrobot'], by: 'probe' });
    expect(recognise(camera, types)).toMatchObject({ drivers: ['camera'], by: 'kind' });
    expect(recognise(receiver, []).drivers).toEqual([]);
  });

  it('reads what moves by its buffer, and the weather from time to time', async () => {
    const iio = (name: string, measures: readonly string[]) => ({
      kind: 'iio' as const,
      id: name,
      path: 'iio:device3',
      name,
      measures,
    });
    const board = [
      iio('lsm6ds3', ['imu', 'temperature']),
      iio('ak09916', ['magneticField']),
      iio('bmp280', ['pressure', 'temperature']),
      iio('ads1015', []),
    ].map((device) =>
      recognise(
        device,
        devices.map(({ driver: { type } }) => type),
      ),
    );
    expect(board.map(({ drivers }) => drivers)).toEqual([['iio'], ['iio'], ['environment'], []]);
    const proposed = proposedConfig(board, streamsOf) ?? '';
    expect(() => read(proposed)).not.toThrow();
    expect(parse(proposed)).toEqual({
      sources: {
        iio: { driver: 'iio', device: 'iio:device3' },
        iio_2: { driver: 'iio', device: 'iio:device3', measures: ['magneticField'] },
        environment: {
          driver: 'environment',
          device: 'bmp280',
          streams: { pressure: { quantity: 'pressure' }, temperature: { quantity: 'temperature' } },
        },
      },
    });
    const [, , , , sensor] = await inventory(root);
    expect(sensor.measures).toEqual(['imu', 'temperature']);
  });

  it('is a configuration with a source for each, no two of one name', async () => {
    const [, bridge] = await inventory(root);
    const one = recognise(bridge, [], ['ldrobot']);
    const proposed = proposedConfig([one, { ...one, path: '/dev/ttyUSB1' }, recognise(bridge, [])], streamsOf) ?? '';
    expect(proposed).toBe(
      'sources:\n  ldrobot:\n    driver: ldrobot\n    port: /dev/ttyUSB0\n  ldrobot_2:\n    driver: ldrobot\n    port: /dev/ttyUSB1\n' +
        'streams:\n  ldrobot_2_scan:\n    source: ldrobot_2/scan\n',
    );
    expect(() => read(proposed)).not.toThrow();
    expect(() => read(proposed.replace(/streams:[^]*/, ''))).toThrow(/name one of them/);
    expect(proposedConfig([recognise(bridge, [])], streamsOf)).toBeUndefined();
  });
});

describeWithTools(['socat'], 'a probe', () => {
  const serial = devices.filter(({ emulator }) => emulator.line.kind === 'serial');
  const candidates = serial.map(({ driver, emulator: { line } }) => ({
    driver,
    config: configOf(driver),
    baudRate: line.kind === 'serial' ? line.baudRate : 0,
  }));

  it('knows a device by what it says', async () => {
    const line = await openEmulatedLine(serial[0].emulator);
    const { understood } = await probePort(line.where, candidates, 500);
    await line.close();
    expect(understood[0]).toBe(serial[0].driver.type);
  });

  it('says why a port cannot be opened', async () => {
    const { problem } = await probePort(join(root, 'dev/ttyUSB9'), candidates, 10);
    expect(problem).toMatch(/no such port/);
  });
});
