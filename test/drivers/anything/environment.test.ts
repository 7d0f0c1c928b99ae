import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { environment } from '../../../drivers/anything/environment/driver.ts';
import { environmentEmulator } from '../../../drivers/anything/environment/emulator.ts';
import type { Section } from '../../../src/config/index.ts';
import type { Driver } from '../../../src/contract/index.ts';
import type { ScalarMeasurement } from '../../../src/frame/index.ts';
import { describeDevice } from '../device/conformance.ts';
import { configOf } from '../device/decoding.ts';
import { createHost } from '../support/host.ts';

describeDevice({
  driver: environment,
  emulator: environmentEmulator,
  config: environmentEmulator.config,
  hasChecksum: false,
});

describe('chips in sysfs', () => {
  let folder = '';
  const open: Driver[] = [];
  const put = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), `${text}\n`);
  };
  const putAll = (place: string, files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) put(`${place}/${name}`, text);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sensorium-chips-'));
  });
  afterEach(async () => {
    for (const driver of open.splice(0)) await driver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const started = async (section: Section) => {
    const host = createHost();
    const places = { iio: join(folder, 'iio'), hwmon: join(folder, 'hwmon') };
    const timing = { rateHz: 50, silentSeconds: 0.4, retrySeconds: 0.05, longestRetrySeconds: 0.1 };
    const driver = environment.create('chip', configOf(environment, { ...places, ...timing, ...section }));
    open.push(driver);
    await driver.start(host, new AbortController().signal);
    const valueOf = (id: string) => {
      const its = host.frames().filter(({ stream }) => stream === id);
      return (its.at(-1)?.measurement as ScalarMeasurement | undefined)?.value;
    };
    const events = () => host.admitted.flatMap(({ body }) => (body.kind === 'stream' ? [body.event] : []));
    return { host, valueOf, events };
  };
  const refused = (section: Section) =>
    started(section).then(
      () => 'none',
      (error: unknown) => (error as Error).message,
    );
  const BMP280 = { name: 'bmp280', in_temp_input: '24900', in_pressure_input: '101.773699218' };
  const AIR = { temperature: { quantity: 'temperature' }, pressure: { quantity: 'pressure' } };

  it('are read in SI: IIO, ready made or raw with scale and offset', async () => {
    putAll('iio/iio:device0', BMP280);
    // Scale and offset as the kernel's driver of the SI7020 has them (drivers/iio/humidity/si7020.c).
    putAll('iio/iio:device1', {
      name: 'si7020',
      in_temp_raw: '6212',
      in_temp_offset: '-4368',
      in_temp_scale: '10.725097656',
      in_humidityrelative_raw: '1500',
      in_humidityrelative_offset: '-786.432',
      in_humidityrelative_scale: '7.629394531',
      in_illuminance_raw: '12',
      in_illuminance_scale: '0.5',
    });
    const air = await started({ device: 'bmp280', streams: AIR });
    await air.host.until(() => air.valueOf('pressure') !== undefined);
    expect([air.valueOf('temperature'), air.valueOf('pressure')]).toEqual([
      expect.closeTo(298.05, 9),
      expect.closeTo(101_773.699218, 6),
    ]);
    const streams = Object.fromEntries(
      ['temperature', 'humidity', 'illuminance'].map((quantity) => [quantity, { quantity }]),
    );
    const other = await started({ device: 'si7020', streams });
    await other.host.until(() => other.valueOf('illuminance') !== undefined);
    expect(other.valueOf('temperature')).toBeCloseTo(273.15 + ((6212 - 4368) * 10.725097656) / 1000, 9);
    expect(other.valueOf('humidity')).toBeCloseTo(((1500 - 786.432) * 7.629394531) / 100_000, 9);
    expect(other.valueOf('illuminance')).toBe(6);
  });

  it('are read as somebody saw a BME680, whose driver has units of its own', async () => {
    // Mastering Embedded Linux Development (F. Vasquez, C. Simmonds; 4th edition, chapter 12): a BME680 on a BeaglePlay, by cat.
    const seen = {
      in_humidityrelative_input: '41.074000000',
      in_pressure_input: '1014.350000000',
      in_resistance_input: '3966',
      in_temp_input: '24540 ',
    };
    putAll('iio/iio:device0', { name: 'bme680', ...seen });
    const streams = { ...AIR, humidity: { quantity: 'humidity' } };
    const { host, valueOf } = await started({ streams });
    await host.until(() => valueOf('humidity') !== undefined);
    expect(valueOf('temperature')).toBeCloseTo(297.69);
    expect(valueOf('pressure')).toBeCloseTo(101_435);
    expect(valueOf('humidity')).toBeCloseTo(0.41074);
    // A kernel in which that is put right.
    putAll('iio/iio:device0', { in_pressure_input: '101.435000000' });
    const later = await started({ streams });
    await later.host.until(() => later.valueOf('pressure') !== undefined);
    expect(later.valueOf('pressure')).toBeCloseTo(101_435);
  });

  it('are found by name, label or place, whatever their number, and their channels by label', async () => {
    putAll('devices/0-0048', { 'hwmon/hwmon7/name': 'lm75', 'hwmon/hwmon7/temp1_input': '21500' });
    putAll('devices/1-0048', { 'hwmon/hwmon3/name': 'lm75', 'hwmon/hwmon3/temp1_input': '-1500' });
    mkdirSync(join(folder, 'hwmon'));
    for (const [place, id] of [
      ['0-0048', 'hwmon7'],
      ['1-0048', 'hwmon3'],
    ]) {
      symlinkSync(`../../../${place}`, join(folder, `devices/${place}/hwmon/${id}/device`));
      symlinkSync(`../devices/${place}/hwmon/${id}`, join(folder, 'hwmon', id));
    }
    putAll('hwmon/hwmon0', {
      name: 'coretemp',
      temp1_label: 'Package id 0',
      temp1_input: '45000',
      temp2_label: 'Core 0',
      temp2_input: '43000',
      fan1_input: '900',
    });
    const value = async (section: Section) => {
      const { host, valueOf } = await started(section);
      await host.until(() => host.frames().length > 0);
      return valueOf('temperature');
    };
    const channel = (name: string) => ({ temperature: { channel: name } });
    expect(await value({ device: '0-0048' })).toBeCloseTo(294.65);
    expect(await value({ device: '1-0048' })).toBeCloseTo(271.65);
    expect(await value({ device: 'coretemp' })).toBeCloseTo(318.15);
    expect(await value({ device: 'coretemp', streams: channel('Core 0') })).toBeCloseTo(316.15);
    expect(await value({ device: 'coretemp', streams: channel('temp2') })).toBeCloseTo(316.15);
    expect(await refused({ device: 'lm75' })).toMatch(/more than one chip "lm75".*lm75 1-0048, lm75 0-0048/);
    expect(await refused({ device: 'bmp280' })).toMatch(/no chip "bmp280": there are coretemp/);
    expect(await refused({ device: 'coretemp', streams: channel('Core 9') })).toMatch(
      /no temperature "Core 9": there are Package id 0, Core 0/,
    );
    expect(await refused({ device: 'coretemp', streams: AIR })).toMatch(/no pressure: there are none/);
    expect(await refused({})).toMatch(/more than one chip: say which/);
  });

  it('whose readings are none are told with a reason, until they are again', async () => {
    putAll('iio/iio:device0', BMP280);
    const { host, valueOf, events } = await started({ streams: AIR });
    await host.until(() => valueOf('temperature') !== undefined);
    const told = (reason: string) => events().some((event) => 'reason' in event && event.reason === reason);
    const goodAgain = async () => {
      const from = events().length;
      putAll('iio/iio:device0', BMP280);
      await host.until(() =>
        events()
          .slice(from)
          .some((event) => event.what === 'trouble' && event.reason === undefined),
      );
    };
    for (const text of ['N/A', '']) {
      const from = host.admitted.length;
      put('iio/iio:device0/in_temp_input', text);
      await host.until(() =>
        host.admitted
          .slice(from)
          .some(({ body }) => body.kind === 'stream' && body.stream === 'temperature' && body.event.what === 'dropped'),
      );
    }
    expect(told('malformed')).toBe(true);
    put('iio/iio:device0/in_temp_input', '-300000');
    await host.until(() => told('impossible') && told('no such temperature: -300000'));
    await goodAgain();
    // What cannot be read at all: a folder stands in for a chip that does not answer.
    rmSync(join(folder, 'iio/iio:device0/in_temp_input'));
    mkdirSync(join(folder, 'iio/iio:device0/in_temp_input'));
    await host.until(() => told('in_temp_input cannot be read: EISDIR'));
    const before = host.frames().length;
    // The other channel goes on.
    await host.until(() => host.frames().length > before + 3);
    expect(events().some(({ what }) => what === 'lost')).toBe(false);
    rmSync(join(folder, 'iio/iio:device0/in_temp_input'), { recursive: true });
    await goodAgain();
  });

  it('that go are lost, and found again at another number', async () => {
    putAll('iio/iio:device0', BMP280);
    const { host, events, valueOf } = await started({ device: 'bmp280' });
    await host.until(() => valueOf('temperature') !== undefined);
    renameSync(join(folder, 'iio/iio:device0'), join(folder, 'elsewhere'));
    await host.until(() => events().some((event) => event.what === 'lost' && event.reason === 'unplugged'));
    renameSync(join(folder, 'elsewhere'), join(folder, 'iio/iio:device4'));
    await host.until(() => events().some(({ what }) => what === 'opened'));
    const before = host.frames().length;
    await host.until(() => host.frames().length > before);
    expect(valueOf('temperature')).toBeCloseTo(298.05);
  });
});
