import type { EmulatorDefinition } from '../../../src/device/index.ts';
import { createEmulatedChip, EmulatedFifo, words, type EmulatedRegisters } from '../invensense/emulated-chip.ts';
import type { ChipFacts } from '../invensense/decode.ts';
import { DEGREE, G, motionAt } from '../motion.ts';
import { BASE_RATE, DEVICE_RESET, FIFO_ON, FIFO_RESET, mpu6050Chip, OVERFLOWED, REGISTER } from './chip.ts';

const ADDRESS = 0x68;
const IDENTITY = 0x68;
const FIFO_BYTES = 1024;
/** 25 °C by the manual's formula, register 65. */
const WARM = (25 - 36.53) * 340;
const SLEEP = 0x40;

const FACTS: ChipFacts = { name: 'MPU-6050', temperature: { countsPerKelvin: 340, zero: 273.15 + 36.53 } };

/** An MPU-6050 on a table that turns to and fro. */
export const mpu6050Emulator: EmulatorDefinition = {
  device: 'mpu6050',
  summary: 'an MPU-6050 on an I2C bus, on a table that turns to and fro, 200 Hz',
  line: { kind: 'i2c', address: ADDRESS },
  found: FACTS,
  create() {
    const chip = createRegisters();
    return createEmulatedChip(
      (address) => (address === ADDRESS ? chip : undefined),
      mpu6050Chip({
        bus: '',
        address: ADDRESS,
        rateHz: 200,
        pollMs: 10,
        accelerationRange: 4,
        rotationRange: 500,
        bandwidthHz: 95,
        temperature: false,
      }),
    );
  },
};

/** @param identity what its WHO_AM_I says */
export function createRegisters(identity = IDENTITY): EmulatedRegisters {
  const registers = new Uint8Array(128);
  const fifo = new EmulatedFifo(FIFO_BYTES, REGISTER);
  reset();

  /** RM-MPU-6000A-00, 3: all are zero but these. */
  function reset(): void {
    registers.fill(0);
    registers[REGISTER.power1] = SLEEP;
    registers[REGISTER.identity] = identity;
    fifo.clear();
  }

  function sample(seconds: number): number[] {
    const { linearAcceleration, angularVelocity } = motionAt(seconds);
    const acceleration = 2 ** (14 - (registers[REGISTER.accelerometerConfig] >> 3)) / G;
    const rotation = 32_768 / (250 * 2 ** (registers[REGISTER.gyroscopeConfig] >> 3) * DEGREE);
    return words([
      ...linearAcceleration.map((value) => value * acceleration),
      WARM,
      ...angularVelocity.map((value) => value * rotation),
    ]);
  }

  return {
    until(seconds) {
      const isOn = (registers[REGISTER.userControl] & FIFO_ON) !== 0 && (registers[REGISTER.power1] & SLEEP) === 0;
      fifo.until(seconds, isOn ? BASE_RATE / (1 + registers[REGISTER.sampleRateDivider]) : 0, sample);
    },
    read(register) {
      if (register !== REGISTER.status) return fifo.read(register) ?? registers[register & 0x7f];
      const status = fifo.hasOverflowed ? OVERFLOWED : 0;
      fifo.hasOverflowed = false;
      return status;
    },
    write(register, value) {
      if (register === REGISTER.identity) return;
      registers[register & 0x7f] = value;
      if (register === REGISTER.power1 && (value & DEVICE_RESET) !== 0) reset();
      if (register === REGISTER.userControl && (value & FIFO_RESET) !== 0) fifo.clear();
    },
    staysAt: (register) => register === REGISTER.fifo,
  };
}
