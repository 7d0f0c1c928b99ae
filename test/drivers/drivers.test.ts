import { describe, expect, it } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { simulation } from '../../drivers/simulation/index.ts';
import { describeDriver, type DriverUnderTest } from './conformance.ts';

/** Every driver of the list, and what the suite needs to know of it. */
const UNDER_TEST: readonly DriverUnderTest[] = [{ definition: simulation, unopenable: [] }];

UNDER_TEST.forEach(describeDriver);

describe('the list of drivers', () => {
  it('has each type once, all of them under test', () => {
    expect(new Set(drivers.map(({ type }) => type)).size).toBe(drivers.length);
    expect(UNDER_TEST.map(({ definition }) => definition)).toEqual(drivers);
  });
});
