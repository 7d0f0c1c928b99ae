import { describe, expect, it } from 'vitest';
import { RECORD, recordOf } from '../../../drivers/imu/invensense/record.ts';
import { createEmulatedChip } from '../../../drivers/imu/invensense/emulated-chip.ts';
import type { InvenSenseConfig } from '../../../drivers/imu/invensense/config.ts';
import { mpu6050Chip } from '../../../drivers/imu/mpu6050/chip.ts';
import { mpu6050 } from '../../../drivers/imu/mpu6050/driver.ts';
import { createRegisters, mpu6050Emulator } from '../../../drivers/imu/mpu6050/emulator.ts';
import { motionAt } from '../../../drivers/imu/motion.ts';
import { createStreamClock, DEFAULT_CLOCK } from '../../../src/clock/index.ts';
import { i2cLink, perform, type EmulatedDevice } from '../../../src/device/index.ts';
import { stampOf } from '../../../src/frame/index.ts';
import { describeDevice } from '../device/conformance.ts';
import { configOf, converse, createDecoding } from '../device/decoding.ts';
import { busOf, type Transcript } from './invensense.ts';

describeDevice({ driver: mpu6050, emulator: mpu6050Emulator });

const CONFIG = configOf(mpu6050) as InvenSenseConfig;

/** A device whose chip says that it is another. */
function another(identity: number): EmulatedDevice {
  const registers = createRegisters(identity);
  return createEmulatedChip((address) => (address === 0x68 ? registers : undefined), mpu6050Chip(CONFIG));
}

describe('the registers of an MPU-6050', () => {
  it('are set as RM-MPU-6000A-00 has it: reset, clock, rate, filter, ranges, FIFO', async () => {
    const transcript: Transcript = [];
    const bus = busOf(mpu6050Emulator.create(1), () => 0, { transcript });
    const config = { ...CONFIG, rateHz: 250, accelerationRange: 8, rotationRange: 2000, bandwidthHz: 44 };
    await perform(bus, mpu6050Chip(config).prepare());
    expect(transcript).toEqual([
      '68 w 75',
      '68 r 1',
      // DEVICE_RESET; CLKSEL 1, and every axis on.
      '68 w 6b80',
      '68 w 6b0100',
      // 1 kHz / (1 + 3); DLPF_CFG 3: 44 Hz; FS_SEL 3; AFS_SEL 2.
      '68 w 1903031810',
      '68 w 19',
      '68 r 4',
      // TEMP, XG, YG, ZG, ACCEL.
      '68 w 23f8',
      // FIFO off, FIFO_RESET, FIFO_EN.
      '68 w 6a00',
      '68 w 6a04',
      '68 w 6a40',
    ]);
  });

  it('of the emulated one are as a real one’s in the trace of jrowberg/i2cdevlib, issue 460', () => {
    const device = mpu6050Emulator.create(1);
    const read = (register: number) => {
      device.transfer?.(0, 0x68, Uint8Array.of(register), 0);
      return device.transfer?.(0, 0x68, new Uint8Array(), 1)?.[0];
    };
    // "reading 1 bytes from 0x1B...0", "from 0x1C...0", "from 0x75...68", "writing 1 bytes to 0x6B...81", "reading 1 bytes from 0x6B...40".
    expect([read(0x1b), read(0x1c), read(0x75)]).toEqual([0, 0, 0x68]);
    device.transfer?.(0, 0x68, Uint8Array.of(0x6b, 0x81), 0);
    expect(read(0x6b)).toBe(0x40);
  });

  it.each([
    [0x70, 'MPU-6500'],
    [0x71, 'MPU-9250'],
    [0x98, 'ICM-20689'],
  ])('of a relative, 0x%s, have a filter of the accelerometer’s own', async (identity, name) => {
    const transcript: Transcript = [];
    const found = await perform(
      busOf(another(identity), () => 0, { transcript }),
      mpu6050Chip(CONFIG).prepare(),
    );
    expect(found.name).toBe(name);
    expect(transcript).toContain('68 w 1d02');
  });

  it.each([
    [0xea, /says 0xea: an ICM-20948: use the driver icm20948/],
    [0x00, /DS3231/],
    [0x42, /says 0x42: no MPU-6050: expected 0x68 MPU-6000.*0x98 ICM-20689/],
  ])('tell a stranger: %s', async (identity, words) => {
    await expect(
      perform(
        busOf(another(identity), () => 0),
        mpu6050Chip(CONFIG).prepare(),
      ),
    ).rejects.toMatchObject({
      code: 'E_DRIVER',
      message: expect.stringMatching(words) as string,
    });
  });
});

describe('samples of an MPU-6050', () => {
  it('are scaled as RM-MPU-6000A-00 has it: 4.17, 4.18 and 4.19', () => {
    // At ± 2 g 16384 counts are a g; at ± 250 °/s 131 counts are a degree a second; (counts / 340 + 36.53) °C.
    const decoding = createDecoding(mpu6050, { accelerationRange: 2, rotationRange: 250, temperature: true });
    const sample = '4000 c000 0001 0000 0083 ff7d 0000'.replaceAll(' ', '');
    decoding.session.bytes(recordOf(RECORD.samples, Buffer.from(sample, 'hex')));
    const [imu, temperature] = decoding.decoded.frames;
    expect(imu.measurement).toMatchObject({
      linearAcceleration: [9.80665, -9.80665, expect.closeTo(9.80665 / 16384)],
      angularVelocity: [expect.closeTo(Math.PI / 180, 4), expect.closeTo(-Math.PI / 180, 4), 0],
    });
    expect(temperature.measurement).toEqual({ kind: 'scalar', quantity: 'temperature', value: 273.15 + 36.53 });
  });

  it.each([
    ['05 c0 6c 01 4c 04 84 12 70 ff 3f 00 00 00 13', [-9.742, 0.199, 0.692], 35.14, [-1.473, 0, 0.145]],
    ['01 c0 90 01 8c 04 88 12 60 ff 3d 00 11 00 07', [-9.72, 0.237, 0.694], 35.09, [-1.489, 0.13, 0.053]],
  ])('of a real MPU-9250 at rest on its side: registers 3Ah to 48h %s', (dump, acceleration, celsius, rotation) => {
    // "i2cdump (GY-91)", README.md of github.com/rede97/tinyboard-tools: WHO_AM_I 71h, as it was switched on (2 g, 250 degrees a
    // second). A FIFO has them in this order (RM-MPU-6000A-00, 4.31), from 3Bh on.
    const found = { name: 'MPU-9250', temperature: { countsPerKelvin: 333.87, zero: 273.15 + 21 } };
    const config = { accelerationRange: 2, rotationRange: 250, temperature: true };
    const { session, decoded } = createDecoding(mpu6050, config, undefined, found);
    session.bytes(recordOf(RECORD.samples, Buffer.from(dump.replaceAll(' ', ''), 'hex').subarray(1)));
    const [imu, temperature] = decoded.frames.map(({ measurement }) => measurement);
    if (imu.kind !== 'imu' || temperature.kind !== 'scalar') throw new Error('another kind');
    acceleration.forEach((value, axis) => expect(imu.linearAcceleration?.[axis]).toBeCloseTo(value, 2));
    expect(Math.hypot(...(imu.linearAcceleration ?? []))).toBeCloseTo(9.77, 1);
    rotation.forEach((value, axis) => {
      expect(((imu.angularVelocity?.[axis] ?? NaN) * 180) / Math.PI).toBeCloseTo(value, 2);
    });
    expect(temperature.value - 273.15).toBeCloseTo(celsius, 1);
  });

  it('are what the emulated chip is exposed to, numbered one by one, whatever its ranges', () => {
    const decoding = createDecoding(mpu6050);
    converse(decoding, mpu6050Emulator.create(1), 0, 2);
    expect(decoding.decoded.frames).toHaveLength(400);
    decoding.decoded.frames.forEach(({ device, measurement }, i) => {
      if (measurement.kind !== 'imu') throw new Error('another kind');
      const { angularVelocity, linearAcceleration } = motionAt((i + 1) / 200);
      expect(device).toBe(BigInt(i + 1));
      angularVelocity.forEach((value, axis) => expect(measurement.angularVelocity?.[axis]).toBeCloseTo(value, 3));
      linearAcceleration.forEach((value, axis) => expect(measurement.linearAcceleration?.[axis]).toBeCloseTo(value, 2));
    });
  });

  it('have the temperature of the chip with them once a second, where that is wanted', () => {
    const decoding = createDecoding(mpu6050, { temperature: true });
    converse(decoding, mpu6050Emulator.create(1), 0, 3);
    const temperatures = decoding.decoded.frames.filter(({ stream }) => stream === 'temperature');
    expect(temperatures.map(({ measurement }) => measurement)).toEqual(
      Array.from({ length: 3 }, () => ({
        kind: 'scalar',
        quantity: 'temperature',
        value: expect.closeTo(298.15, 2) as number,
      })),
    );
  });

  it.each([1.01, 0.99])('are stamped to 0.1 ms by a chip whose oscillator is at %s of its rate', (pace) => {
    const [stream] = mpu6050.streamsOf(CONFIG);
    const clock = createStreamClock(stream, DEFAULT_CLOCK, 0n);
    const rate = 200 * pace;
    let number = 0;
    let worst = 0;
    // A poll every 10 ms, up to 3 ms late.
    for (let poll = 1; poll <= 4000; poll += 1) {
      const received = poll * 0.01 + ((poll * 7919) % 300) * 1e-5;
      for (; (number + 1) / rate <= received;) {
        number += 1;
        const stamped = clock.stamp({
          stream: stream.id,
          frameId: stream.frameId,
          device: BigInt(number),
          received: stampOf(Math.round(received * 1e9)),
          measurement: { kind: 'imu' },
        });
        if (stamped.verdict !== 'stamped') throw new Error(stamped.reason);
        if (poll > 2000) worst = Math.max(worst, Math.abs(Number(stamped.stamp) / 1e9 - number / rate));
      }
    }
    expect(worst).toBeLessThan(1e-4);
  });

  it('that do not fit into its FIFO are lost, and the count begins anew', async () => {
    const decoding = createDecoding(mpu6050);
    const chip = mpu6050Chip(CONFIG);
    let now = 0;
    const bus = busOf(mpu6050Emulator.create(1), () => now);
    const poll = async (seconds: number) => {
      now = seconds;
      decoding.session.bytes(await perform(bus, chip.poll(false)));
      return decoding.decoded.frames.length;
    };
    await perform(bus, chip.prepare());
    expect(await poll(0.1)).toBe(20);
    // 1024 bytes are 73 samples: 0.365 s.
    expect(await poll(1)).toBe(20);
    expect(decoding.decoded.dropped).toEqual({ 'fifo overflow': 74 });
    expect(await poll(1.05)).toBe(30);
    expect(decoding.decoded.frames[20].device).toBeGreaterThan(10_000n);
    // Whole ones, from where the FIFO was emptied.
    const { measurement } = decoding.decoded.frames[20];
    expect(measurement).toMatchObject({ linearAcceleration: [0, 0, expect.closeTo(9.80665, 2)] });
  });

  it('are not taken from a chip that suddenly is another', () => {
    const decoding = createDecoding(mpu6050);
    decoding.session.bytes(recordOf(RECORD.identity, [0xff]));
    expect([decoding.decoded.frames, decoding.decoded.dropped]).toEqual([[], { 'wrong identity': 1 }]);
  });

  it('are asked for so often that its FIFO does not overflow', () => {
    expect(mpu6050.streamsOf(configOf(mpu6050, { rateHz: 300 }))[0].nominalRate).toBeCloseTo(1000 / 3);
    expect(() => configOf(mpu6050, { rateHz: 1000, pollMs: 50 })).toThrow(
      expect.objectContaining({ code: 'E_CONFIG_CONFLICT', path: 'sources.device.pollMs' }) as Error,
    );
  });
});

describe('a link to an MPU-6050', () => {
  /** Opens a link over a bus that fails as it is told. */
  const open = (fail: () => string | undefined = () => undefined, address = 0x68) => {
    const device = mpu6050Emulator.create(1);
    const started = performance.now();
    const bus = busOf(device, () => (performance.now() - started) / 1000, { fail });
    const chip = mpu6050Chip({ ...CONFIG, address });
    const decoding = createDecoding(mpu6050);
    const reasons: string[] = [];
    let wake = (): void => undefined;
    const link = i2cLink({ bus: '/dev/i2c-1', address, pollMs: 2, chip, openBus: () => Promise.resolve(bus) });
    const listener = {
      bytes(chunk: Uint8Array) {
        decoding.session.bytes(chunk);
        wake();
      },
      closed(reason: string) {
        reasons.push(reason);
        wake();
      },
    };
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await new Promise<void>((resolve) => (wake = resolve));
    };
    const opening = link.open(listener, new AbortController().signal);
    return { opening, bus, decoded: decoding.decoded, reasons, until };
  };

  it('says what can be done where it cannot be opened', async () => {
    for (const [code, address, words] of [
      [undefined, 0x69, /^\/dev\/i2c-1: no chip answers at address 0x69/],
      ['ENXIO', 0x68, /no chip answers at address 0x68/],
      ['EBUSY', 0x68, /a driver of the kernel has it/],
      ['ETIMEDOUT', 0x68, /stuck/],
      ['EACCES', 0x68, /group i2c/],
      ['ENOENT', 0x68, /switch I2C on/],
    ] as const) {
      const { opening, bus } = open(() => code, address);
      await expect(opening).rejects.toMatchObject({
        code: 'E_DRIVER',
        message: expect.stringMatching(words) as string,
      });
      expect(bus.isClosed()).toBe(true);
    }
  });

  it('gets over a transfer that is disturbed: what was under way is lost, and the FIFO is emptied', async () => {
    let isDisturbed = false;
    const { opening, decoded, reasons, until } = open(() => {
      const code = isDisturbed ? 'EIO' : undefined;
      isDisturbed = false;
      return code;
    });
    const link = await opening;
    await until(() => decoded.frames.length > 2);
    isDisturbed = true;
    await until(() => decoded.dropped['bus error'] !== undefined);
    const before = decoded.frames.length;
    await until(() => decoded.frames.length > before);
    expect([reasons, decoded.broken]).toEqual([[], []]);
    await link.close();
  });

  it.each([
    ['EREMOTEIO', 3, 'no chip answers at address 0x68'],
    ['ETIMEDOUT', 1, 'the bus is stuck: check its wires and pull-up resistors, and switch the chip off and on'],
  ])('is gone when its transfers end with %s, after %s of them', async (code, tries, reason) => {
    let failed = 0;
    let isThere = true;
    const { opening, bus, decoded, reasons, until } = open(() => {
      if (isThere) return undefined;
      failed += 1;
      return code;
    });
    const link = await opening;
    await until(() => decoded.frames.length > 0);
    isThere = false;
    await until(() => reasons.length > 0);
    expect([reasons, failed]).toEqual([[reason], tries]);
    await Promise.all([link.close(), link.close()]);
    expect(bus.isClosed()).toBe(true);
  });
});
