import { describe, expect, it } from 'vitest';
import { devices } from '../../drivers/index.ts';
import { fuzzDecoder } from '../../src/bench/index.ts';
import { configOf } from './device/decoding.ts';

const INPUTS = 100_000;

describe.each(devices.map(({ driver, emulator }) => ({ type: driver.type, driver, emulator })))('$type', (device) => {
  it(`survives ${INPUTS} random, truncated and bit-flipped inputs`, { timeout: 120_000 }, () => {
    const { driver, emulator } = device;
    const figures = fuzzDecoder({ driver, emulator, config: configOf(driver) }, INPUTS, 7);
    expect(figures).toMatchObject({ inputs: INPUTS, thrown: 0, notRecovered: 0 });
    expect(figures.largestOutputShare).toBeLessThanOrEqual(16);
  });
});
