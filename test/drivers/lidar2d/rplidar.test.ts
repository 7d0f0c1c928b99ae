import { describe, expect, it, vi } from 'vitest';
import { rplidar } from '../../../drivers/lidar2d/rplidar/driver.ts';
import { denseEmulator, rplidarEmulator } from '../../../drivers/lidar2d/rplidar/emulator.ts';
import { rangeIn } from '../../../drivers/lidar2d/room.ts';
import { deviceBench, fuzzDecoder } from '../../../src/bench/index.ts';
import type { Section } from '../../../src/config/index.ts';
import type { EmulatedDevice, EmulatorDefinition } from '../../../src/device/index.ts';
import type { Measurement } from '../../../src/frame/index.ts';
import { describeWithTools } from '../../support/requirements.ts';
import { describeDevice } from '../device/conformance.ts';
import { configOf, converse, createDecoding, type Decoded } from '../device/decoding.ts';
import { openLine } from '../device/line.ts';
import { createHost } from '../support/host.ts';
import { EXPRESS_CAPSULES, EXPRESS_POINTS, STANDARD_ANSWERS, STANDARD_POINTS } from './captures.ts';

describeDevice({ driver: rplidar, emulator: rplidarEmulator });

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/ /g, ''), 'hex'));
const scanOf = (measurement: Measurement) => {
  if (measurement.kind !== 'scan') throw new Error('no scan');
  return measurement;
};

/** A device that answers nothing by itself, and keeps what it is told. */
function silent(): EmulatedDevice & { readonly heard: string[] } {
  const heard: string[] = [];
  return { heard, until: () => new Uint8Array(), told: (told) => heard.push(Buffer.from(told).toString('hex')) };
}

describe('RPLIDAR', () => {
  it('puts the points of captured express capsules where others do', () => {
    // A slow turn has many rays: every point has one of its own.
    const { session, decoded } = createDecoding(rplidar, { turnRate: 1 });
    session.bytes(bytes('a55a5400004082'));
    session.bytes(EXPRESS_CAPSULES);
    // The same again, with a gap between: the turn that began in it is ended by the next beginning.
    session.bytes(EXPRESS_CAPSULES);
    expect(decoded.dropped).toEqual({});
    expect(decoded.frames).toHaveLength(1);
    const { ranges } = scanOf(decoded.frames[0].measurement);
    expect(ranges).toHaveLength(4000);
    expect(EXPRESS_POINTS).toHaveLength(64);
    // The turn begins with a point's place in the capsule: three degrees before its direction does.
    const turning = EXPRESS_POINTS.findIndex(([angle]) => angle < 0x8000);
    for (const [angle, distance] of EXPRESS_POINTS.slice(turning)) {
      const ray = Math.round((angle / 65_536) * ranges.length);
      const near = [-1, 0, 1].map((aside) => ranges[ray + aside]);
      expect(
        near.some((range) => Math.abs(range - distance / 4000) < 1e-6),
        `${angle}: ${near.join()}`,
      ).toBe(true);
    }
  });

  it('reads captured points of the standard mode', () => {
    const { session, decoded } = createDecoding(rplidar, { mode: 'standard' });
    session.bytes(STANDARD_ANSWERS);
    session.bytes(STANDARD_POINTS);
    session.bytes(STANDARD_POINTS);
    expect(decoded.dropped).toEqual({});
    expect(decoded.frames).toHaveLength(1);
    const { ranges, intensities, scanTime } = scanOf(decoded.frames[0].measurement);
    // 3E 1D 00 BB 03: quality 15, 14/64 degrees, 238.75 mm.
    expect(ranges[0]).toBeCloseTo(0.23875, 6);
    expect(intensities?.[0]).toBe(15);
    // 02 F1 04 00 00: 9.875 degrees, no return.
    expect(ranges[Math.round((9.875 / 360) * ranges.length)]).toBe(0);
    expect(ranges[100]).toBeNaN();
    expect(scanTime).toBeCloseTo(21 / 2000, 6);
    expect(decoded.troubles).toEqual(['partial sweeps']);
  });

  it('finds points again after a byte is lost, and takes none from between them', () => {
    const { session, decoded } = createDecoding(rplidar, { mode: 'standard' });
    session.bytes(STANDARD_ANSWERS);
    session.bytes(STANDARD_POINTS.subarray(0, 32));
    session.bytes(STANDARD_POINTS.subarray(33));
    session.bytes(STANDARD_POINTS);
    expect(decoded.dropped).toEqual({ checksum: 1 });
    const { ranges } = scanOf(decoded.frames[0].measurement);
    const known = new Set(
      Array.from({ length: 21 }, (_, i) => STANDARD_POINTS[5 * i + 3] + 256 * STANDARD_POINTS[5 * i + 4]),
    );
    for (const range of ranges) if (!Number.isNaN(range)) expect(known).toContain(Math.round(4000 * range));
  });

  it.each<{ name: string; config: Section; dense?: boolean; rays: number }>([
    { name: 'standard', config: { mode: 'standard' }, rays: 364 },
    { name: 'express', config: {}, rays: 727 },
    { name: 'dense', config: { model: 'c1' }, dense: true, rays: 500 },
  ])('sees the room with $name packets: rays clockwise from straight ahead', ({ config, dense = false, rays }) => {
    const decoding = createDecoding(rplidar, config);
    converse(decoding, (dense ? denseEmulator : rplidarEmulator).create(1), 0, 2);
    const { frames, troubles, dropped } = decoding.decoded;
    expect([troubles, dropped]).toEqual([[], {}]);
    const { ranges, angleIncrement, scanTime } = scanOf(frames[2].measurement);
    expect(frames[2].device).toBeUndefined();
    expect(ranges).toHaveLength(rays);
    expect(scanTime).toBeCloseTo(dense ? 0.1 : 1 / 5.5, 2);
    ranges.forEach((range, i) => {
      if (Number.isNaN(range)) return;
      const angle = i * angleIncrement;
      const [a, b] = [rangeIn(angle + angleIncrement), rangeIn(angle - angleIncrement)];
      expect(range).toBeGreaterThan(Math.min(a, b, rangeIn(angle)) - 0.02);
      expect(range).toBeLessThan(Math.max(a, b, rangeIn(angle)) + 0.02);
    });
  });

  it.each<{ name: string; config: Section; dense?: boolean }>([
    { name: 'standard', config: { mode: 'standard' } },
    { name: 'dense', config: { model: 'c1' }, dense: true },
  ])('survives damaged $name packets', ({ config, dense = false }) => {
    const emulator = dense ? denseEmulator : rplidarEmulator;
    const figures = fuzzDecoder(deviceBench(rplidar, emulator, configOf(rplidar, config)), 20_000, 3);
    expect(figures).toMatchObject({ thrown: 0, notRecovered: 0 });
    expect(figures.largestOutputShare).toBeLessThanOrEqual(16);
  });

  describe('what it is told', () => {
    const talk = (config: Section, device: EmulatedDevice, seconds: number): Decoded => {
      const decoding = createDecoding(rplidar, config);
      converse(decoding, device, 0, seconds);
      decoding.session.closing?.((told) => device.told?.(told));
      return decoding.decoded;
    };

    it('to stop, how it is, what it is, and to scan; asked again, and done without', () => {
      const device = silent();
      talk({}, device, 2);
      expect(device.heard.slice(0, 8)).toEqual([
        'a525',
        ...['a552', 'a552', 'a550', 'a550', 'a559'],
        ...['a58205000000000022', 'a58205000000000022'],
      ]);
      expect(device.heard.at(-1)).toBe('a525');
    });

    it('how fast to turn, as its model wants it', () => {
      const [a2, s1] = [silent(), silent()];
      talk({ model: 'a2' }, a2, 0.05);
      // Duty 660: a5 f0 02 94 02 c1 (LR001, SET_MOTOR_PWM).
      expect(a2.heard).toEqual(['a525', 'a5f0029402c1', 'a525', 'a5f002000057']);
      talk({ model: 's1', turnRate: 12 }, s1, 0.05);
      expect(s1.heard).toEqual(['a525', 'a5a802d002dd', 'a525', 'a5a80200000f']);
    });

    it('to reset, when it protects itself', () => {
      const device = silent();
      const decoding = createDecoding(rplidar);
      converse(decoding, device, 0, 0.1);
      decoding.session.bytes(bytes('a55a03000000 06 02 3412'));
      converse(decoding, device, 0.1, 0.2);
      expect(device.heard.at(-1)).toBe('a540');
      expect(decoding.decoded.troubles).toEqual(['protection stop, error 4660: it is reset']);
      converse(decoding, device, 0.2, 2);
      expect(device.heard.at(-1)).toBe('a540');
      converse(decoding, device, 2, 2.2);
      expect(device.heard.at(-1)).toBe('a552');
      decoding.session.bytes(bytes('a55a03000000 06 00 0000'));
      expect(decoding.decoded.troubles.at(-1)).toBeUndefined();
    });

    it('a standard scan, where its firmware is older than 1.17', () => {
      const device = silent();
      const decoding = createDecoding(rplidar);
      converse(decoding, device, 0, 0.1);
      decoding.session.bytes(bytes('a55a03000000 06 00 0000'));
      decoding.session.bytes(bytes(`a55a14000000 04 00 0f 01 00 ${'00'.repeat(16)}`));
      converse(decoding, device, 0.1, 1);
      expect(device.heard).toContain('a520');
    });
  });
});

describeWithTools(['socat'], 'RPLIDAR on a line', () => {
  it('is told to stop, and its motor too, before the line is closed', async () => {
    const heard: string[] = [];
    const emulator: EmulatorDefinition = {
      ...rplidarEmulator,
      create(seed) {
        const device = rplidarEmulator.create(seed);
        const told = (said: Uint8Array): void => {
          heard.push(Buffer.from(said).toString('hex'));
          device.told?.(said);
        };
        return { ...device, told };
      },
    };
    const line = await openLine(emulator);
    const running = rplidar.create('device', configOf(rplidar, { ...line.config, model: 'a2' }));
    const host = createHost();
    await running.start(host, new AbortController().signal);
    await host.until(() => host.frames().length > 0);
    heard.length = 0;
    await running.close();
    await vi.waitFor(() => expect(heard.join('')).toBe('a525a5f002000057'));
    await line.close();
  });
});
