import { describe, expect, it } from 'vitest';
import { crc8 } from '../../../drivers/lidar2d/ldrobot/crc.ts';
import { ldrobot } from '../../../drivers/lidar2d/ldrobot/driver.ts';
import { ldrobotEmulator } from '../../../drivers/lidar2d/ldrobot/emulator.ts';
import { describeDevice } from '../device/conformance.ts';
import { converse, createDecoding } from '../device/decoding.ts';

describeDevice({ driver: ldrobot, emulator: ldrobotEmulator });

describe('LDROBOT', () => {
  it('reads the packet of the LD06 manual', () => {
    const packet = Buffer.from(
      '542C6808AB7EE000E4DC00E2D900E5D500E3D300E4D000E9CD00E4CA00E2C700E9C500E5C200E5C000E5BE823A1A50',
      'hex',
    );
    const { session, decoded } = createDecoding(ldrobot);
    // Turns begin where the angle wraps: the packet, one of the other side, the packet again.
    const { until } = ldrobotEmulator.create(1);
    session.bytes(packet);
    expect(decoded.dropped).toEqual({});
    session.bytes(until(0.11));
    expect(decoded.frames).toHaveLength(1);
    packet[20] ^= 1;
    session.bytes(packet);
    session.bytes(packet.fill(0));
    expect(decoded.dropped).toEqual({ checksum: 1 });
  });

  it('sees the room: rays clockwise from straight ahead', () => {
    const decoding = createDecoding(ldrobot);
    converse(decoding, ldrobotEmulator.create(1), 0, 1);
    const { measurement, device } = decoding.decoded.frames[2];
    if (measurement.kind !== 'scan') throw new Error('no scan');
    const { ranges, angleIncrement, timeIncrement } = measurement;
    expect([ranges.length, angleIncrement < 0]).toEqual([450, true]);
    expect(ranges[0]).toBeCloseTo(3, 2);
    expect(ranges[112]).toBeCloseTo(2, 1);
    expect(ranges[225]).toBeCloseTo(3, 2);
    expect(timeIncrement * 450).toBeCloseTo(0.1, 2);
    expect(Number(device)).toBeCloseTo(300, -1);
  });

  it('says when it sees nothing at all, and when a part of the turn is missing', () => {
    const blind = createDecoding(ldrobot);
    const emulated = ldrobotEmulator.create(1);
    converse(blind, emulated, 0, 1);
    expect(blind.decoded.troubles).toEqual([]);
    converse(blind, emulated, 1, 2, (bytes) => {
      const covered = Uint8Array.from(bytes);
      for (let at = 0; at < covered.length; at += 47) {
        for (let i = 0; i < 12; i += 1) covered.fill(0, at + 6 + 3 * i, at + 8 + 3 * i);
        covered[at + 46] = crc8(covered.subarray(at), 46);
      }
      return [[covered]];
    });
    expect(blind.decoded.dropped).toEqual({});
    expect(blind.decoded.troubles).toEqual(['no returns: is it covered, or its window dirty?']);
    converse(blind, emulated, 2, 3);
    expect(blind.decoded.troubles.slice(1)).toEqual([undefined]);
    const partial = createDecoding(ldrobot);
    let packets = 0;
    converse(partial, ldrobotEmulator.create(1), 0, 2, (bytes) => {
      const kept: [Uint8Array][] = [];
      for (let at = 0; at < bytes.length; at += 47)
        if ((packets += 1) % 4 !== 0) kept.push([bytes.subarray(at, at + 47)]);
      return kept;
    });
    expect(partial.decoded.troubles).toEqual(['partial sweeps']);
  });
});
