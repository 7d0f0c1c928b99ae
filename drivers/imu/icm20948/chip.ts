import { SensoriumError } from '../../../src/contract/index.ts';
import {
  concatenated,
  hex,
  pause,
  readFrom,
  writeTo,
  type I2cChip,
  type I2cProcedure,
} from '../../../src/device/index.ts';
import { filterCode, settingsOf, type InvenSenseConfig } from '../invensense/config.ts';
import type { ChipFacts, SampleLayout } from '../invensense/decode.ts';
import { LOSSES, MOST_SAMPLE_BYTES, RECORD, recordOf } from '../invensense/record.ts';

/* InvenSense (TDK) ICM-20948: DS-000189, revision 1.3. */

export interface Icm20948Config extends InvenSenseConfig {
  readonly magneticField: boolean;
}

export const IDENTITY = 0xea;
/** REG_BANK_SEL, in every bank: the number of the bank in bits 4 and 5. */
export const BANK = 0x7f;
export const REGISTER = {
  identity: 0x00,
  userControl: 0x03,
  lowPower: 0x05,
  power1: 0x06,
  power2: 0x07,
  pins: 0x0f,
  fifoStatus: 0x1b,
  fifoEnable1: 0x66,
  fifoEnable2: 0x67,
  fifoReset: 0x68,
  fifoCount: 0x70,
  fifo: 0x72,
} as const;
/** Of bank 2. */
export const BANK2 = {
  gyroscopeDivider: 0x00,
  gyroscopeConfig: 0x01,
  align: 0x09,
  accelerometerDivider: 0x10,
  accelerometerConfig: 0x14,
} as const;

export const DEVICE_RESET = 0x80;
/** PWR_MGMT_1: awake, the best clock that there is. */
const AWAKE = 0x01;
export const FIFO_ON = 0x40;
/** INT_PIN_CFG: the magnetometer's own bus is joined to the host's. */
export const BYPASS = 0x02;
const ALL_FIFOS = 0x1f;
/** FIFO_EN_2: accelerometer, gyroscopes, temperature: in the order of their registers (2Dh to 3Ah). */
const ALL_SENSORS = 0x1f;
export const LAYOUT: SampleLayout = { size: 14, acceleration: 0, angularVelocity: 6, temperature: 12 };

/** What both rates are divided from while the filters are on, Hz. */
export const BASE_RATE = 1125;
/** GYRO_DLPFCFG and ACCEL_DLPFCFG: the bandwidth of the accelerometer, Hz; the gyroscope's is near it. */
const FILTERS = [
  [1, 246],
  [2, 111.4],
  [3, 50.4],
  [4, 23.9],
  [5, 11.5],
  [6, 5.7],
] as const;
/** The filter is on. */
const FILTERED = 0x01;
/** ms: after a reset, and until the gyroscope runs (35 ms). */
const RESET_MS = 100;
const START_MS = 50;

export const FACTS: ChipFacts = { name: 'ICM-20948', temperature: { countsPerKelvin: 333.87, zero: 273.15 + 21 } };

/** The AK09916 within. */
export const MAGNETOMETER = { address: 0x0c, identity: 0x01, status1: 0x10, control2: 0x31, control3: 0x32 } as const;
export const MAGNETOMETER_IDENTITY = 0x09;
const FIELD_BYTES = 9;
/** CNTL2: measures so often, Hz. */
export const FIELD_RATES = [
  [0x02, 10],
  [0x04, 20],
  [0x06, 50],
  [0x08, 100],
] as const;

/** The quickest rate of the magnetometer at which no measurement comes twice between two polls, or falls out: mode and Hz. */
export function fieldRate({ pollMs }: Pick<Icm20948Config, 'pollMs'>): readonly [mode: number, hz: number] {
  return FIELD_RATES.findLast(([, hz]) => hz * pollMs <= 500) ?? FIELD_RATES[0];
}

/** How an ICM-20948 is set up and read. Its bank 0 stays selected. */
export function icm20948Chip(config: Icm20948Config): I2cChip<ChipFacts> {
  const { address } = config;
  const settings = settingsOf(config, BASE_RATE);

  function* identify(): I2cProcedure<void> {
    yield* writeTo(address, BANK, 0);
    const [identity] = yield* readFrom(address, REGISTER.identity);
    if (identity === IDENTITY) return;
    // The MPU-6050 and its relatives have their identity elsewhere.
    const [other] = yield* readFrom(address, 0x75);
    const hint =
      other === 0x68 || (other >= 0x70 && other <= 0x74) ? ': an MPU-6050 or a relative, use the driver mpu6050' : '';
    const what = `the chip at address ${hex(address)} says ${hex(identity)}, expected ${hex(IDENTITY)}, an ICM-20948${hint}`;
    throw new SensoriumError('E_DRIVER', what);
  }

  function* prepare(): I2cProcedure<ChipFacts> {
    yield* identify();
    yield* writeTo(address, REGISTER.power1, DEVICE_RESET);
    yield* pause(RESET_MS);
    yield* writeTo(address, REGISTER.power1, AWAKE, 0);
    // Neither of them pauses between samples.
    yield* writeTo(address, REGISTER.lowPower, 0);
    yield* pause(START_MS);
    yield* setRates();
    if (config.magneticField) yield* prepareMagnetometer();
    yield* writeTo(address, REGISTER.fifoEnable1, 0, ALL_SENSORS);
    yield* restart();
    return FACTS;
  }

  function* setRates(): I2cProcedure<void> {
    const { divider, rotationCode, accelerationCode } = settings;
    const filter = (filterCode(FILTERS, config.bandwidthHz) << 3) | FILTERED;
    const [rotation, acceleration] = [filter | (rotationCode << 1), filter | (accelerationCode << 1)];
    yield* writeTo(address, BANK, 2 << 4);
    yield* writeTo(address, BANK2.gyroscopeDivider, divider, rotation);
    yield* writeTo(address, BANK2.align, 1);
    yield* writeTo(address, BANK2.accelerometerDivider, 0, divider);
    yield* writeTo(address, BANK2.accelerometerConfig, acceleration);
    const [, keptRotation] = yield* readFrom(address, BANK2.gyroscopeDivider, 2);
    const [keptAcceleration] = yield* readFrom(address, BANK2.accelerometerConfig);
    yield* writeTo(address, BANK, 0);
    if (keptRotation !== rotation || keptAcceleration !== acceleration)
      throw new SensoriumError('E_DRIVER', `the chip at address ${hex(address)} does not keep its settings`);
  }

  function* prepareMagnetometer(): I2cProcedure<void> {
    yield* writeTo(address, REGISTER.pins, BYPASS);
    const [said] = yield* readFrom(MAGNETOMETER.address, MAGNETOMETER.identity);
    if (said !== MAGNETOMETER_IDENTITY) {
      const what = `the chip at address ${hex(MAGNETOMETER.address)} says ${hex(said)}, expected ${hex(MAGNETOMETER_IDENTITY)}, an AK09916`;
      throw new SensoriumError('E_DRIVER', `${what}: set magneticField: false to do without`);
    }
    yield* writeTo(MAGNETOMETER.address, MAGNETOMETER.control3, 1);
    yield* pause(1);
    yield* writeTo(MAGNETOMETER.address, MAGNETOMETER.control2, fieldRate(config)[0]);
  }

  function* restart(): I2cProcedure<void> {
    yield* writeTo(address, REGISTER.userControl, 0);
    yield* writeTo(address, REGISTER.fifoReset, ALL_FIFOS);
    yield* writeTo(address, REGISTER.fifoReset, 0);
    yield* writeTo(address, REGISTER.userControl, FIFO_ON);
  }

  function* poll(wasInterrupted: boolean): I2cProcedure<Uint8Array> {
    const [said] = yield* readFrom(address, REGISTER.identity);
    if (said !== IDENTITY) return recordOf(RECORD.identity, [said]);
    const field = config.magneticField ? yield* pollField() : new Uint8Array();
    const [high, low] = yield* readFrom(address, REGISTER.fifoCount, 2);
    const count = ((high & 0x1f) << 8) | low;
    const [status] = yield* readFrom(address, REGISTER.fifoStatus);
    const isFull = (status & ALL_FIFOS) !== 0;
    if (wasInterrupted || isFull) {
      yield* restart();
      const lost = Math.ceil(count / LAYOUT.size);
      const why = LOSSES.indexOf(isFull ? 'fifo overflow' : 'bus error');
      return concatenated([field, recordOf(RECORD.lost, [why, lost >> 8, lost & 0xff])]);
    }
    const whole = Math.floor(Math.min(count, MOST_SAMPLE_BYTES) / LAYOUT.size) * LAYOUT.size;
    if (whole === 0) return field;
    return concatenated([recordOf(RECORD.samples, yield* readFrom(address, REGISTER.fifo, whole)), field]);
  }

  /** Reading up to the second status lets the magnetometer go on. */
  function* pollField(): I2cProcedure<Uint8Array> {
    const registers = yield* readFrom(MAGNETOMETER.address, MAGNETOMETER.status1, FIELD_BYTES);
    return (registers[0] & 1) === 0 ? new Uint8Array() : recordOf(RECORD.field, registers);
  }

  return { prepare, poll };
}
