import { describe, expect, it } from 'vitest';
import { foresee, type AlignConfig } from '../../src/align/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { MeasurementKind, StreamDescriptor } from '../../src/frame/index.ts';

const DEFAULTS = loadConfig({ drivers: [] }).align;
const stream = (id: string, kind: MeasurementKind, nominalRate?: number): StreamDescriptor => ({
  id,
  kind,
  nominalRate,
  frameId: id,
  clock: { domain: 'none' },
  role: 'sensor',
});
const IMU = stream('imu', 'imu', 200);
const SCAN = stream('scan', 'scan', 10);
const WHEELS = stream('wheels', 'odometry', 50);

describe('foresee', () => {
  // A scan is stamped at its first ray and comes after its last: 20 of the IMU's frames have come since, and all must be here.
  it.each([
    ['approximate', 5, 'no set can ever form where scan comes a period after its stamp; 21 is the least'],
    ['approximate', 20, 'only 5 % of the sets can form where scan comes a period after its stamp; 21 is the least'],
    ['approximate', 21, undefined],
    ['exact', 20, 'only 5 % of the sets can form where scan comes a period after its stamp; 21 is the least'],
    ['exact', 21, undefined],
    ['latest', 1, undefined],
    ['pivot', 400, undefined],
  ] as const)('%s with a queue of %i: %s', (policy, queueSize, expected) => {
    const foresight = foresee({ ...DEFAULTS, policy, queueSize }, [IMU, SCAN]);
    if (expected === undefined) expect(foresight).toBeUndefined();
    else {
      expect(foresight).toEqual({
        severity: 'doubtful',
        key: 'queueSize',
        what: `${queueSize} is too small for imu at 200 Hz against scan at 10 Hz: ${expected}`,
      });
    }
  });

  it.each([
    [{ policy: 'epsilon', epsilonMs: 1 }, 'epsilonMs'],
    [{ policy: 'slop', slopMs: 2 }, 'slopMs'],
    [{ policy: 'approximate', maxIntervalMs: 2 }, 'maxIntervalMs'],
    [{ policy: 'pivot', toleranceMs: 1 }, 'toleranceMs'],
  ] as const)('finds that %o is too small, and what would do', (settings, key) => {
    const config: AlignConfig = { ...DEFAULTS, ...settings };
    const foresight = foresee(config, [IMU, SCAN, WHEELS]);
    expect(foresight?.key).toBe(key);
    const least = Number(/([\d.]+) ms is the least$/.exec(foresight?.what ?? '')?.[1]);
    expect(foresee({ ...config, [key]: least }, [IMU, SCAN, WHEELS])).toBeUndefined();
    expect(foresee({ ...config, [key]: least - 1 }, [IMU, SCAN, WHEELS])).toBeDefined();
  });

  it('calls impossible what can form no set whenever frames come', () => {
    const tooFew = { ...DEFAULTS, queueSize: 3, streams: {} };
    expect(foresee(tooFew, [IMU, stream('gps', 'fix', 1)])?.severity).toBe('impossible');
  });

  it('says nothing without rates, or with one stream', () => {
    expect(foresee({ ...DEFAULTS, queueSize: 1 }, [IMU, stream('scan', 'scan')])).toBeUndefined();
    expect(foresee({ ...DEFAULTS, queueSize: 1 }, [IMU])).toBeUndefined();
  });
});
