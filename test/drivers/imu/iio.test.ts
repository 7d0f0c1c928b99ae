import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDecoder, type ScanLayout } from '../../../drivers/imu/iio/decode.ts';
import { iio } from '../../../drivers/imu/iio/driver.ts';
import { filesOf, iioEmulator } from '../../../drivers/imu/iio/emulator.ts';
import { layOut, parseType, readerOf, type ElementType } from '../../../drivers/imu/iio/layout.ts';
import { prepareDevice, type IioConfig } from '../../../drivers/imu/iio/prepare.ts';
import { motionAt } from '../../../drivers/imu/motion.ts';
import { stampOf, type Measurement } from '../../../src/frame/index.ts';
import { describeDevice } from '../device/conformance.ts';
import { configOf, converse, createDecoding } from '../device/decoding.ts';

describeDevice({ driver: iio, emulator: iioEmulator, hasChecksum: false });

const typeOf = (text: string): ElementType => {
  const type = parseType(text);
  if (type === undefined) throw new Error(text);
  return type;
};
const read = (type: string, hex: string): number => {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  return readerOf(typeOf(type))(new DataView(bytes.buffer), 0);
};

describe('elements of a scan', () => {
  it('reads the type of the kernel’s documentation (iio_devbuf.rst): 12 bits, shifted', () => {
    expect(typeOf('le:s12/16>>4')).toEqual({
      bigEndian: false,
      signed: true,
      bits: 12,
      storageBits: 16,
      repeat: 1,
      shift: 4,
    });
    // D11..D4 in the high byte, D3..D0 in the upper half of the low one.
    expect([read('le:s12/16>>4', 'f07f'), read('le:s12/16>>4', '0f80'), read('le:s12/16>>4', 'ffff')]).toEqual([
      2047, -2048, -1,
    ]);
    expect(typeOf('be:s16/16X4>>0').repeat).toBe(4);
    for (const nonsense of ['', 'le:s12', 'le:s17/16', 'xe:s16/16', 'le:s16/16X99', 'le:f32/32'])
      expect(parseType(nonsense)).toBeUndefined();
  });

  it('reads every width, sign and order', () => {
    const width = fc.constantFrom(8, 16, 32, 64);
    fc.assert(
      fc.property(
        width,
        fc.boolean(),
        fc.boolean(),
        fc.nat(),
        fc.nat(),
        fc.bigInt(),
        (storage, big, signed, b, s, raw) => {
          const bits = 1 + (b % storage);
          const shift = s % (storage - bits + 1);
          const stored = BigInt.asUintN(storage, raw);
          const bytes = Array.from({ length: storage / 8 }, (_, i) => Number((stored >> BigInt(8 * i)) & 0xffn));
          if (big) bytes.reverse();
          const type = `${big ? 'be' : 'le'}:${signed ? 's' : 'u'}${bits}/${storage}>>${shift}`;
          const cut = stored >> BigInt(shift);
          expect(read(type, Buffer.from(bytes).toString('hex'))).toBe(
            Number(signed ? BigInt.asIntN(bits, cut) : BigInt.asUintN(bits, cut)),
          );
        },
      ),
    );
  });

  it('stand where the kernel’s documentation has them', () => {
    const channels = ['be:u16/16>>0', 'be:u32/32>>0', 'be:u32/32>>0', 'be:u64/64>>0'].map((type, index) => ({
      name: `${index}`,
      index,
      type: typeOf(type),
    }));
    const places = (which: readonly number[]) => {
      const { offsets, size } = layOut(which.map((i) => channels[i]));
      return [Object.fromEntries(offsets), size];
    };
    expect(places([3, 2, 1, 0])).toEqual([{ 0: 0, 1: 4, 2: 8, 3: 16 }, 24]);
    expect(places([0, 3])).toEqual([{ 0: 0, 3: 8 }, 16]);
    expect(places([0])).toEqual([{ 0: 0 }, 2]);
  });
});

describe('scans', () => {
  const decode = (layout: ScanLayout, rateHz: number, chunks: readonly Uint8Array[]) => {
    const frames: { device: bigint | undefined; measurement: Measurement }[] = [];
    const dropped: string[] = [];
    const session = createDecoder(
      rateHz,
      {
        frame: (_stream, device, measurement) => frames.push({ device, measurement }),
        dropped: (_stream, reason) => dropped.push(reason),
        trouble: () => undefined,
        alive: () => undefined,
        broken: () => undefined,
        payload: () => undefined,
        received: () => stampOf(0),
      },
      layout,
    );
    for (const chunk of chunks) session.bytes(chunk);
    return { frames, dropped };
  };

  it('of an SH5001A at 1 kHz, as its driver’s authors saw them', () => {
    // 'SH5001A六轴加速度传感器linux用户空间使用方法' 1.2 (guide to that driver, 2025-07-28), hexdump of /dev/iio:device0 and types of its elements.
    const dump = `
      0392 07b9 0050 ffdf 0090 0026 07e7 0000 517e cb6a 0397 0000 038f 07b9 0077 ffe9 008e 0020 07e7 0000 b981 cb79 0397 0000
      0393 07b7 0053 ffdf 0088 0022 07e7 0000 493a cb89 0397 0000 038f 07b2 003b ffe4 0086 0026 07e7 0000 e0c3 cb98 0397 0000
      038c 07bb 0055 ffe8 0083 001d 07e7 0000 6a4d cba8 0397 0000 0392 07bd 0056 ffe2 0082 001a 07e7 0000 f9dd cbb7 0397 0000
      0391 07b8 0060 ffe0 0083 001b 07e7 0000 8aba cbc7 0397 0000 039e 07b7 0057 ffde 007b 001a 07e7 0000 1ac7 cbd7 0397 0000`;
    const words = dump.trim().split(/\s+/);
    const bytes = Buffer.alloc(2 * words.length);
    words.forEach((word, i) => bytes.writeUInt16LE(parseInt(word, 16), 2 * i));
    const names = ['accel_x', 'accel_y', 'accel_z', 'anglvel_x', 'anglvel_y', 'anglvel_z', 'temp', 'timestamp'];
    const types = names.map((name) =>
      name === 'temp' ? 'le:u12/16>>0' : name === 'timestamp' ? 'le:s64/64>>0' : 'le:s16/16>>0',
    );
    const { offsets, size } = layOut(names.map((name, index) => ({ name, index, type: typeOf(types[index]) })));
    expect([size, offsets.get('timestamp')]).toEqual([24, 16]);
    const triple = (quantity: string) => {
      const axis = (letter: string) => ({
        at: offsets.get(`${quantity}_${letter}`) ?? 0,
        type: typeOf('le:s16/16>>0'),
        offset: 0,
        scale: 1,
      });
      return { axes: [axis('x'), axis('y'), axis('z')] as const, mount: undefined };
    };
    const layout = {
      size,
      time: { at: 16, bigEndian: false },
      acceleration: triple('accel'),
      angularVelocity: triple('anglvel'),
    };
    const { frames, dropped } = decode(layout, 1000, [bytes]);
    expect(dropped).toEqual([]);
    expect(frames).toHaveLength(8);
    expect(frames[0]).toEqual({
      device: 0x397cb6a517en,
      measurement: { kind: 'imu', linearAcceleration: [914, 1977, 80], angularVelocity: [-33, 144, 38] },
    });
    frames
      .slice(1)
      .forEach(({ device }, i) => expect(Number((device ?? 0n) - (frames[i].device ?? 0n)) / 1e6).toBeCloseTo(1, 1));
    // Five bytes are lost: the scan that they belong to is, too.
    const torn = decode(layout, 1000, [bytes.subarray(0, 60), bytes.subarray(65)]);
    expect(torn.frames.map(({ device }) => device)).toEqual([0, 1, 3, 4, 5, 6, 7].map((i) => frames[i].device));
    expect(torn.dropped).toEqual(['out of step']);
    // The time of day is set: a pair of scans tells.
    const set = Buffer.from(bytes);
    for (let at = 4 * size; at < set.length; at += size)
      set.writeBigInt64LE(set.readBigInt64LE(at + 16) - 3_600_000_000_000n, at + 16);
    expect(decode(layout, 1000, [set]).frames).toHaveLength(8);
  });

  it('feel what the emulated device is exposed to, turned by its mount matrix', () => {
    const decoding = createDecoding(iio);
    converse(decoding, iioEmulator.create(1), 0, 2);
    expect(decoding.decoded.frames).toHaveLength(200);
    decoding.decoded.frames.forEach(({ device, measurement }, i) => {
      if (measurement.kind !== 'imu') throw new Error('another kind');
      const { angularVelocity, linearAcceleration } = motionAt(i / 100);
      expect(device).toBe(1_700_000_000_000_000_000n + 10_000_000n * BigInt(i));
      angularVelocity.forEach((value, axis) => expect(measurement.angularVelocity?.[axis]).toBeCloseTo(value, 3));
      linearAcceleration.forEach((value, axis) => expect(measurement.linearAcceleration?.[axis]).toBeCloseTo(value, 2));
    });
  });
});

describe('a device in sysfs', () => {
  let folder = '';
  const put = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const got = (name: string): string => readFileSync(join(folder, name), 'utf8').trim();
  const prepare = (said: object = {}) =>
    prepareDevice(configOf(iio, { root: join(folder, 'sys'), dev: join(folder, 'dev'), ...said }) as IioConfig);
  const refused = async (said: object = {}): Promise<string> => {
    const error: unknown = await prepare(said).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'E_DRIVER' });
    return (error as Error).message;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sensorium-iio-'));
    for (const [name, text] of Object.entries(filesOf('mpu9250'))) put(name, text);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is set up: elements, rate, clock, trigger, buffer', async () => {
    put('sys/iio:device0/scan_elements/in_magn_x_en', '1\n');
    const { id, layout } = await prepare({ rateHz: 200, bufferMs: 20 });
    const device = 'sys/iio:device0';
    expect(id).toBe('iio:device0');
    expect(layout).toEqual({ ...(iioEmulator.found as ScanLayout) });
    expect(
      ['in_accel_x', 'in_anglvel_z', 'in_timestamp', 'in_magn_x'].map((name) =>
        got(`${device}/scan_elements/${name}_en`),
      ),
    ).toEqual(['1', '1', '1', '0']);
    expect(
      [
        'sampling_frequency',
        'current_timestamp_clock',
        'trigger/current_trigger',
        'buffer/length',
        'buffer/watermark',
        'buffer/enable',
      ].map((name) => got(`${device}/${name}`)),
    ).toEqual(['200', 'realtime', 'mpu9250-dev0', '200', '4', '0']);
  });

  it('gives the field in tesla, offsets and scales of single axes, and is found by name', async () => {
    put('sys/iio:device1/name', 'ak8963\n');
    for (const [i, axis] of ['x', 'y', 'z'].entries()) {
      put(`sys/iio:device1/scan_elements/in_magn_${axis}_en`, '0\n');
      put(`sys/iio:device1/scan_elements/in_magn_${axis}_index`, `${i}\n`);
      put(`sys/iio:device1/scan_elements/in_magn_${axis}_type`, 'le:s16/16>>0\n');
      put(`sys/iio:device1/in_magn_${axis}_scale`, `0.00${i + 1}\n`);
    }
    put('sys/iio:device1/in_magn_y_offset', '-7\n');
    for (const [name, text] of [
      ['en', '0'],
      ['index', '3'],
      ['type', 'le:s64/64>>0'],
    ])
      put(`sys/iio:device1/scan_elements/in_timestamp_${name}`, `${text}\n`);
    const { id, layout } = await prepare({ device: 'ak8963', measures: ['magneticField'], clock: 'realtime' });
    expect(id).toBe('iio:device1');
    expect(layout.magneticField?.axes.map(({ scale, offset }) => [scale * 1e7, offset])).toEqual([
      [expect.closeTo(1), 0],
      [expect.closeTo(2), -7],
      [expect.closeTo(3), 0],
    ]);
    expect([layout.acceleration, layout.size]).toEqual([undefined, 16]);
    expect(await refused({ device: 'ak8963' })).toMatch(/neither acceleration nor angular velocity/);
    expect(await refused({ device: 'ak8963', measures: ['magneticField'], clock: 'monotonic' })).toMatch(
      /time of day only/,
    );
  });

  it('says what cannot be', async () => {
    expect(await refused({ device: 'icm20948' })).toMatch(/no device "icm20948": there are iio:device0 mpu9250/);
    expect(await refused({ trigger: 'mine' })).toMatch(/no trigger "mine": there are mpu9250-dev0/);
    put('sys/iio:device0/in_accel_scale', 'broken\n');
    expect(await refused()).toMatch(/expected a number, got "broken"/);
    put('sys/iio:device0/in_accel_scale', '1\n');
    put('sys/iio:device0/in_mount_matrix', '1, 0, 0; 0, 1\n');
    expect(await refused()).toMatch(/expected nine numbers/);
    put('sys/iio:device0/scan_elements/in_accel_x_type', 'le:float\n');
    expect(await refused()).toMatch(/unknown type "le:float"/);
    rmSync(join(folder, 'sys/iio:device0/scan_elements'), { recursive: true });
    expect(await refused()).toMatch(/no device with a buffer of accel, anglvel: there are iio:device0 mpu9250/);
    expect(await refused({ root: '/nothing-there' })).toMatch(/there are none/);
  });
});
