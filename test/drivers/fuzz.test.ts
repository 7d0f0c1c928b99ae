import { describe, expect, it } from 'vitest';
import { devices, programs } from '../../drivers/index.ts';
import { deviceBench, fuzzDecoder, programBench } from '../../src/bench/index.ts';
import { configOf } from './device/decoding.ts';

/** `npm run fuzz` gives each decoder ten million. */
const INPUTS = 20_000;

const benches = [
  ...devices.flatMap(({ driver, emulator, others = [] }) =>
    [emulator, ...others].map((one) => deviceBench(driver, one, configOf(driver, one.config))),
  ),
  ...programs.flatMap(({ driver, emulator }) =>
    emulator.cases.map((one) => programBench(driver, emulator, one, configOf(driver, one.config))),
  ),
];

describe.each(benches)('$name', (bench) => {
  it(`survives ${INPUTS} random, truncated and bit-flipped inputs`, { timeout: 120_000 }, () => {
    const figures = fuzzDecoder(bench, INPUTS, 7);
    expect(figures).toMatchObject({ inputs: INPUTS, thrown: 0, notRecovered: 0, held: 0 });
    // Garbage that ends within a packet takes that one with it; those after it are found.
    if (bench.largestFrame === undefined) expect(figures.mostMissing).toBeLessThanOrEqual(1);
    expect(figures.largestOutputShare).toBeLessThanOrEqual(16);
  });
});
