import { SensoriumError } from '../../../src/contract/index.ts';
import { hex, pause, readFrom, writeTo, type I2cChip, type I2cProcedure } from '../../../src/device/index.ts';
import { filterCode, settingsOf, type InvenSenseConfig } from '../invensense/config.ts';
import type { ChipFacts, SampleLayout } from '../invensense/decode.ts';
import { LOSSES, MOST_SAMPLE_BYTES, RECORD, recordOf } from '../invensense/record.ts';

/*
 * InvenSense MPU-6000, 6050, 9150: RM-MPU-6000A-00, revision 4.2. MPU-6500, 9250, 9255 (RM-MPU-6500A-00, RM-MPU-9250A-00) have the
 * same registers, one more for the accelerometer's filter, and a shorter FIFO.
 */

export const REGISTER = {
  sampleRateDivider: 0x19,
  config: 0x1a,
  gyroscopeConfig: 0x1b,
  accelerometerConfig: 0x1c,
  /** Of the later ones only. */
  accelerometerConfig2: 0x1d,
  fifoEnable: 0x23,
  status: 0x3a,
  userControl: 0x6a,
  power1: 0x6b,
  power2: 0x6c,
  fifoCount: 0x72,
  fifo: 0x74,
  identity: 0x75,
} as const;

/** USER_CTRL. */
export const FIFO_ON = 0x40;
export const FIFO_RESET = 0x04;
/** INT_STATUS: the FIFO has overflowed since it was read. */
export const OVERFLOWED = 0x10;
/** PWR_MGMT_1: reset; awake, with the gyroscope x for a clock, as the manual recommends. */
export const DEVICE_RESET = 0x80;
const AWAKE = 0x01;
/** FIFO_EN: temperature, three gyroscopes, accelerometer. They stand in the FIFO in the order of their registers (59 to 72). */
const ALL_SENSORS = 0xf8;
export const LAYOUT: SampleLayout = { size: 14, acceleration: 0, temperature: 6, angularVelocity: 8 };

/** The rate is divided from this while the low-pass filter is on, Hz. */
export const BASE_RATE = 1000;
/** DLPF_CFG and the accelerometer's bandwidth with it, Hz. */
const FILTERS = [
  [1, 184],
  [2, 94],
  [3, 44],
  [4, 21],
  [5, 10],
  [6, 5],
] as const;
/** ms: after a reset, and until the gyroscope runs (PS-MPU-6000A-00: 30 ms). */
const RESET_MS = 100;
const START_MS = 50;

const OLD = { countsPerKelvin: 340, zero: 273.15 + 36.53 } as const;
const NEW = { countsPerKelvin: 333.87, zero: 273.15 + 21 } as const;

interface Model extends ChipFacts {
  readonly fifoBytes: number;
  readonly hasOwnFilter: boolean;
}

/** By WHO_AM_I. Numbers and sizes as in the manuals and in Linux, drivers/iio/imu/inv_mpu6050. */
const MODELS: Readonly<Record<number, Model>> = {
  0x68: { name: 'MPU-6000, MPU-6050 or MPU-9150', temperature: OLD, fifoBytes: 1024, hasOwnFilter: false },
  0x70: { name: 'MPU-6500', temperature: NEW, fifoBytes: 512, hasOwnFilter: true },
  0x71: { name: 'MPU-9250', temperature: NEW, fifoBytes: 512, hasOwnFilter: true },
  0x73: { name: 'MPU-9255', temperature: NEW, fifoBytes: 512, hasOwnFilter: true },
  0x74: { name: 'MPU-6515', temperature: NEW, fifoBytes: 512, hasOwnFilter: true },
  // Many a board sold as an MPU-6050 has this one, or one that says so.
  0x98: {
    name: 'ICM-20689',
    temperature: { countsPerKelvin: 326.8, zero: 273.15 + 25 },
    fifoBytes: 4096,
    hasOwnFilter: true,
  },
};

/** Others that may be found at these addresses. */
const STRANGERS: Readonly<Record<number, string>> = {
  0xea: 'an ICM-20948: use the driver icm20948',
  0x00: 'nothing at all: a bus that is stuck, or a real-time clock such as DS1307 or DS3231, which has the same address',
  0xff: 'nothing at all: check the wires',
  0x12: 'an ICM-20602, which this driver does not know: use the driver iio',
  0xaf: 'an ICM-20608, which this driver does not know: use the driver iio',
};

/** How an MPU-6050 or a relative of it is set up and read. */
export function mpu6050Chip(config: InvenSenseConfig): I2cChip<ChipFacts> {
  const { address } = config;
  const settings = settingsOf(config, BASE_RATE);
  let identity = 0;
  let model = MODELS[0x68];

  function* identify(): I2cProcedure<void> {
    [identity] = yield* readFrom(address, REGISTER.identity);
    if (identity in MODELS) model = MODELS[identity];
    else {
      const known = Object.entries(MODELS).map(([id, { name }]) => `${hex(Number(id))} ${name}`);
      const what = STRANGERS[identity] ?? `no MPU-6050: expected ${known.join(', ')}`;
      throw new SensoriumError('E_DRIVER', `the chip at address ${hex(address)} says ${hex(identity)}: ${what}`);
    }
  }

  function* prepare(): I2cProcedure<ChipFacts> {
    yield* identify();
    yield* writeTo(address, REGISTER.power1, DEVICE_RESET);
    yield* pause(RESET_MS);
    yield* writeTo(address, REGISTER.power1, AWAKE, 0);
    yield* pause(START_MS);
    const filter = filterCode(FILTERS, config.bandwidthHz);
    const wanted = [settings.divider, filter, settings.rotationCode << 3, settings.accelerationCode << 3];
    yield* writeTo(address, REGISTER.sampleRateDivider, ...wanted);
    if (model.hasOwnFilter) yield* writeTo(address, REGISTER.accelerometerConfig2, filter);
    const kept = yield* readFrom(address, REGISTER.sampleRateDivider, wanted.length);
    if (wanted.some((value, i) => kept[i] !== value))
      throw new SensoriumError('E_DRIVER', `the chip at address ${hex(address)} does not keep its settings`);
    yield* writeTo(address, REGISTER.fifoEnable, ALL_SENSORS);
    yield* restart();
    return { name: model.name, temperature: model.temperature };
  }

  /** Empties the FIFO: it is switched off meanwhile, as the manual has it. */
  function* restart(): I2cProcedure<void> {
    yield* writeTo(address, REGISTER.userControl, 0);
    yield* writeTo(address, REGISTER.userControl, FIFO_RESET);
    yield* writeTo(address, REGISTER.userControl, FIFO_ON);
  }

  function* poll(wasInterrupted: boolean): I2cProcedure<Uint8Array> {
    const [said] = yield* readFrom(address, REGISTER.identity);
    if (said !== identity) return recordOf(RECORD.identity, [said]);
    const [high, low] = yield* readFrom(address, REGISTER.fifoCount, 2);
    const count = (high << 8) | low;
    // An overflow takes the beginning of the oldest sample, and no one can tell where the next begins.
    const [status] = yield* readFrom(address, REGISTER.status);
    const isFull = (status & OVERFLOWED) !== 0 || count > model.fifoBytes - LAYOUT.size;
    if (wasInterrupted || isFull) {
      yield* restart();
      const lost = Math.ceil(Math.min(count, model.fifoBytes) / LAYOUT.size);
      return recordOf(RECORD.lost, [LOSSES.indexOf(isFull ? 'fifo overflow' : 'bus error'), lost >> 8, lost & 0xff]);
    }
    const whole = Math.floor(Math.min(count, MOST_SAMPLE_BYTES) / LAYOUT.size) * LAYOUT.size;
    if (whole === 0) return new Uint8Array();
    return recordOf(RECORD.samples, yield* readFrom(address, REGISTER.fifo, whole));
  }

  return { prepare, poll };
}
