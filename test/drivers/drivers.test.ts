import { describe, expect, it } from 'vitest';
import { devices, drivers, programs } from '../../drivers/index.ts';
import { simulation } from '../../drivers/simulation/index.ts';
import { describeDriver, type DriverUnderTest } from './conformance.ts';

/** Every driver that needs no device, and what the suite needs to know of it; those of devices are described beside their own tests. */
const UNDER_TEST: readonly DriverUnderTest[] = [{ definition: simulation, unopenable: [] }];

UNDER_TEST.forEach(describeDriver);

describe('the list of drivers', () => {
  it('has each type once, all of them under test', () => {
    expect(new Set(drivers.map(({ type }) => type)).size).toBe(drivers.length);
    const ofDevices = [...devices, ...programs].map(({ driver }) => driver);
    expect([...UNDER_TEST.map(({ definition }) => definition), ...ofDevices]).toEqual(drivers);
  });
});
