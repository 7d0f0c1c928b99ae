import type { EmulatorDefinition } from '../../../src/device/index.ts';
import {
  createEmulatedChip,
  dueTimes,
  EmulatedFifo,
  words,
  type EmulatedRegisters,
} from '../invensense/emulated-chip.ts';
import { DEGREE, G, motionAt } from '../motion.ts';
import {
  BANK,
  BANK2,
  BASE_RATE,
  BYPASS,
  DEVICE_RESET,
  FACTS,
  FIELD_RATES,
  FIFO_ON,
  icm20948Chip,
  IDENTITY,
  MAGNETOMETER,
  MAGNETOMETER_IDENTITY,
  REGISTER,
} from './chip.ts';

const ADDRESS = 0x69;
const FIFO_BYTES = 512;
/** 25 °C by the data sheet's formula (TEMP_OUT_H). */
const WARM = (25 - 21) * 333.87;
const SLEEP = 0x40;
/** Counts for a tesla. */
const FIELD_COUNTS = 1 / 0.15e-6;

/** An ICM-20948 on a table that turns to and fro. */
export const icm20948Emulator: EmulatorDefinition = {
  device: 'icm20948',
  summary: 'an ICM-20948 with its magnetometer on an I2C bus, on a table that turns to and fro, 187.5 Hz',
  line: { kind: 'i2c', address: ADDRESS },
  found: FACTS,
  create() {
    const chip = createRegisters();
    const magnetometer = createMagnetometer();
    return createEmulatedChip(
      (address) => {
        if (address === ADDRESS) return chip;
        return address === MAGNETOMETER.address && chip.isBypassed() ? magnetometer : undefined;
      },
      icm20948Chip({
        bus: '',
        address: ADDRESS,
        rateHz: 200,
        pollMs: 10,
        accelerationRange: 4,
        rotationRange: 500,
        bandwidthHz: 95,
        temperature: false,
        magneticField: true,
      }),
    );
  },
};

function createRegisters(): EmulatedRegisters & { readonly isBypassed: () => boolean } {
  const banks = Array.from({ length: 4 }, () => new Uint8Array(128));
  const [main, , settings] = banks;
  const fifo = new EmulatedFifo(FIFO_BYTES, REGISTER);
  let bank = 0;
  reset();

  /** DS-000189, 7 and 8: all are zero but these. */
  function reset(): void {
    for (const registers of banks) registers.fill(0);
    main[REGISTER.identity] = IDENTITY;
    main[REGISTER.lowPower] = 0x40;
    main[REGISTER.power1] = SLEEP | 0x01;
    settings[BANK2.gyroscopeConfig] = 0x01;
    settings[BANK2.accelerometerConfig] = 0x01;
    bank = 0;
    fifo.clear();
  }

  function sample(seconds: number): number[] {
    const { linearAcceleration, angularVelocity } = motionAt(seconds);
    const code = (register: number): number => (settings[register] >> 1) & 3;
    const acceleration = 2 ** (14 - code(BANK2.accelerometerConfig)) / G;
    const rotation = 32_768 / (250 * 2 ** code(BANK2.gyroscopeConfig) * DEGREE);
    return words([
      ...linearAcceleration.map((value) => value * acceleration),
      ...angularVelocity.map((value) => value * rotation),
      WARM,
    ]);
  }

  return {
    isBypassed: () => (main[REGISTER.pins] & BYPASS) !== 0,
    until(seconds) {
      const isOn = (main[REGISTER.userControl] & FIFO_ON) !== 0 && (main[REGISTER.power1] & SLEEP) === 0;
      fifo.until(seconds, isOn ? BASE_RATE / (1 + settings[BANK2.gyroscopeDivider]) : 0, sample);
    },
    read(register) {
      if (register === BANK) return bank << 4;
      if (bank !== 0) return banks[bank][register & 0x7f];
      if (register === REGISTER.fifoStatus) return fifo.hasOverflowed ? 1 : 0;
      return fifo.read(register) ?? main[register & 0x7f];
    },
    write(register, value) {
      if (register === BANK) bank = (value >> 4) & 3;
      else if (bank === 0 && register === REGISTER.identity) return;
      else banks[bank][register & 0x7f] = value;
      if (bank !== 0) return;
      if (register === REGISTER.power1 && (value & DEVICE_RESET) !== 0) reset();
      if (register === REGISTER.fifoReset && value !== 0) fifo.clear();
    },
    staysAt: (register) => bank === 0 && register === REGISTER.fifo,
  };
}

/** The AK09916 within. */
function createMagnetometer(): EmulatedRegisters {
  let mode = 0;
  let now = 0;
  let status = 0;
  let field: readonly number[] = [0, 0, 0, 0, 0, 0];
  return {
    until(seconds) {
      const rate = FIELD_RATES.find(([code]) => code === mode)?.[1];
      if (rate !== undefined) {
        for (const time of dueTimes(now, seconds, rate, 2)) {
          status = status === 0 ? 1 : 3;
          const [x, y, z] = motionAt(time).field;
          const bytes = words([x, -y, -z].map((value) => value * FIELD_COUNTS));
          field = [1, 0, 3, 2, 5, 4].map((i) => bytes[i]);
        }
      }
      now = Math.max(now, seconds);
    },
    read(register) {
      if (register === MAGNETOMETER.identity) return MAGNETOMETER_IDENTITY;
      if (register === MAGNETOMETER.status1) return status;
      if (register > MAGNETOMETER.status1 && register <= MAGNETOMETER.status1 + 6)
        return field[register - MAGNETOMETER.status1 - 1];
      // The second status lets it go on.
      if (register === MAGNETOMETER.status1 + 8) status = 0;
      return 0;
    },
    write(register, value) {
      if (register === MAGNETOMETER.control2) mode = value;
      if (register === MAGNETOMETER.control3) [mode, status] = [0, 0];
    },
    staysAt: () => false,
  };
}
