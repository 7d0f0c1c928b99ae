import { describe, expect, it } from 'vitest';
import { icm20948Chip, type Icm20948Config } from '../../../drivers/imu/icm20948/chip.ts';
import { icm20948 } from '../../../drivers/imu/icm20948/driver.ts';
import { icm20948Emulator } from '../../../drivers/imu/icm20948/emulator.ts';
import { RECORD, recordOf } from '../../../drivers/imu/invensense/record.ts';
import { motionAt } from '../../../drivers/imu/motion.ts';
import { mpu6050Emulator } from '../../../drivers/imu/mpu6050/emulator.ts';
import { perform } from '../../../src/device/index.ts';
import { describeDevice } from '../device/conformance.ts';
import { configOf, converse, createDecoding } from '../device/decoding.ts';
import { busOf, type Transcript } from './invensense.ts';

describeDevice({ driver: icm20948, emulator: icm20948Emulator });

const CONFIG = configOf(icm20948) as Icm20948Config;

describe('the registers of an ICM-20948', () => {
  it('are set as DS-000189 has it: reset, clock, rates, filters, ranges, magnetometer, FIFO', async () => {
    const transcript: Transcript = [];
    const bus = busOf(icm20948Emulator.create(1), () => 0, { transcript });
    const config = { ...CONFIG, rateHz: 225, accelerationRange: 8, rotationRange: 1000, bandwidthHz: 60 };
    await perform(bus, icm20948Chip(config).prepare());
    expect(transcript.filter((line) => line.includes(' w '))).toEqual([
      // Bank 0, WHO_AM_I.
      '69 w 7f00',
      '69 w 00',
      // DEVICE_RESET; CLKSEL 1, and every axis on; none of them duty-cycled.
      '69 w 0680',
      '69 w 060100',
      '69 w 0500',
      // Bank 2: 1125 Hz / (1 + 4); GYRO_DLPFCFG 3, FS_SEL 2, FCHOICE; ODR_ALIGN_EN; ACCEL_DLPFCFG 3, FS_SEL 2, FCHOICE.
      '69 w 7f20',
      '69 w 00041d',
      '69 w 0901',
      '69 w 100004',
      '69 w 141d',
      '69 w 00',
      '69 w 14',
      '69 w 7f00',
      // BYPASS_EN; WIA2 of the AK09916; SRST; continuous measurement mode 3, 50 Hz.
      '69 w 0f02',
      '0c w 01',
      '0c w 3201',
      '0c w 3106',
      // FIFO_EN_1, FIFO_EN_2; FIFO off, FIFO_RESET held and let go, FIFO_EN.
      '69 w 66001f',
      '69 w 0300',
      '69 w 681f',
      '69 w 6800',
      '69 w 0340',
    ]);
  });

  it('tell another chip, and where its magnetometer is missing', async () => {
    const fails = (device: Parameters<typeof busOf>[0], config: Icm20948Config): Promise<unknown> =>
      perform(
        busOf(device, () => 0),
        icm20948Chip(config).prepare(),
      ).catch((error: unknown) => error);
    expect(await fails(mpu6050Emulator.create(1), { ...CONFIG, address: 0x68 })).toMatchObject({
      code: 'E_DRIVER',
      message: expect.stringMatching(/says 0x00, expected 0xea.*use the driver mpu6050/) as string,
    });
    const { transfer } = icm20948Emulator.create(1);
    const without: typeof transfer = (seconds, address, written, toRead) =>
      address === 0x0c ? new Uint8Array(toRead) : transfer?.(seconds, address, written, toRead);
    const alone = { ...icm20948Emulator.create(1), transfer: without };
    expect(await fails(alone, CONFIG)).toMatchObject({
      code: 'E_DRIVER',
      message: expect.stringMatching(
        /address 0x0c says 0x00, expected 0x09, an AK09916: set magneticField: false/,
      ) as string,
    });
    expect(await fails(alone, { ...CONFIG, magneticField: false })).toMatchObject({ name: 'ICM-20948' });
  });
});

describe('what an ICM-20948 measures', () => {
  it('is scaled as DS-000189 has it', () => {
    const config = { accelerationRange: 16, rotationRange: 2000, temperature: true };
    const decoding = createDecoding(icm20948, config);
    // 2048 counts are a g, 16.4 a degree a second (3.1, 3.2); ROOM TEMP OFFSET 0 is 21 °C, 333.87 counts a degree (TEMP_OUT_H).
    const sample = '0800 f800 0000 00a4 ff5c 0000 029c'.replaceAll(' ', '');
    decoding.session.bytes(recordOf(RECORD.samples, Buffer.from(sample, 'hex')));
    // ST1: DRDY; x, y, z: 0.15 µT each (3.3), y and z the other way round than the accelerometer's; ST2.
    decoding.session.bytes(recordOf(RECORD.field, Buffer.from('01640038ff0a00001000'.slice(0, 18), 'hex')));
    const [imu, temperature, field] = decoding.decoded.frames.map(({ measurement }) => measurement);
    const degree = Math.PI / 180;
    expect(imu).toMatchObject({
      linearAcceleration: [9.80665, -9.80665, 0],
      angularVelocity: [expect.closeTo(10 * degree, 3), expect.closeTo(-10 * degree, 3), 0],
    });
    expect(temperature).toMatchObject({ value: expect.closeTo(273.15 + 21 + 668 / 333.87) as number });
    if (field.kind !== 'magneticField') throw new Error('another kind');
    expect(field.field.map((value) => value * 1e6)).toEqual([
      expect.closeTo(15),
      expect.closeTo(30),
      expect.closeTo(-1.5),
    ]);
  });

  it('of a field is dropped where the magnetometer says so', () => {
    const decoding = createDecoding(icm20948);
    const fields = (hex: string): void => decoding.session.bytes(recordOf(RECORD.field, Buffer.from(hex, 'hex')));
    // ST1: data overrun; ST2: HOFL.
    fields('030000000000000010');
    fields('010000000000000018');
    expect([decoding.decoded.frames.length, decoding.decoded.dropped]).toEqual([1, { overrun: 1, overflow: 1 }]);
  });

  it('is what the emulated one is exposed to', () => {
    const decoding = createDecoding(icm20948);
    converse(decoding, icm20948Emulator.create(1), 0, 2);
    const of = (stream: string) => decoding.decoded.frames.filter((frame) => frame.stream === stream);
    expect([of('imu').length, of('magneticField').length]).toEqual([375, 100]);
    of('imu').forEach(({ measurement }, i) => {
      if (measurement.kind !== 'imu') throw new Error('another kind');
      const { angularVelocity } = motionAt((i + 1) / 187.5);
      expect(measurement.angularVelocity?.[2]).toBeCloseTo(angularVelocity[2], 3);
    });
    of('magneticField').forEach(({ measurement }, i) => {
      if (measurement.kind !== 'magneticField') throw new Error('another kind');
      motionAt((i + 1) / 50).field.forEach((value, axis) =>
        expect(1e6 * measurement.field[axis]).toBeCloseTo(1e6 * value, 0),
      );
    });
  });

  it('beyond its FIFO is lost', async () => {
    const decoding = createDecoding(icm20948);
    const chip = icm20948Chip(CONFIG);
    let now = 0;
    const bus = busOf(icm20948Emulator.create(1), () => now);
    await perform(bus, chip.prepare());
    for (const seconds of [1, 1.02]) {
      now = seconds;
      decoding.session.bytes(await perform(bus, chip.poll(false)));
    }
    expect(decoding.decoded.dropped).toEqual({ 'fifo overflow': 37, overrun: 1 });
    expect(decoding.decoded.frames.filter(({ stream }) => stream === 'imu')).toHaveLength(4);
  });
});
