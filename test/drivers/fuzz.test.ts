import { describe, expect, it } from 'vitest';
import { devices } from '../../drivers/index.ts';
import { fuzzDecoder } from '../../src/bench/index.ts';
import { configOf } from './device/decoding.ts';

const INPUTS = 100_000;

const decoders = devices.flatMap(({ driver, emulator, others = [] }) =>
  [emulator, ...others].map((one) => ({
    device: one.device,
    driver,
    emulator: one,
  })),
);

describe.each(decoders)('$device', ({ driver, emulator }) => {
  it(`survives ${INPUTS} random, truncated and bit-flipped inputs`, { timeout: 120_000 }, () => {
    const figures = fuzzDecoder({ driver, emulator, config: configOf(driver, emulator.config) }, INPUTS, 7);
    expect(figures).toMatchObject({ inputs: INPUTS, thrown: 0, notRecovered: 0 });
    expect(figures.largestOutputShare).toBeLessThanOrEqual(16);
  });
});
