import { describe, expect, it } from 'vitest';
import { rangeIn } from '../../../drivers/lidar2d/room.ts';
import { ydlidar } from '../../../drivers/lidar2d/ydlidar/driver.ts';
import { ydlidarEmulator } from '../../../drivers/lidar2d/ydlidar/emulator.ts';
import { correctionOf, HEAD, sumOf } from '../../../drivers/lidar2d/ydlidar/protocol.ts';
import type { Measurement } from '../../../src/frame/index.ts';
import { describeDevice } from '../device/conformance.ts';
import { converse, createDecoding } from '../device/decoding.ts';
import { YDLIDAR_PACKETS } from './captures.ts';

describeDevice({ driver: ydlidar, emulator: ydlidarEmulator });

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/ /g, ''), 'hex'));
const scanOf = (measurement: Measurement) => {
  if (measurement.kind !== 'scan') throw new Error('no scan');
  return measurement;
};

/** A packet with these words of angles, and distances in mm. */
function packetOf(start: number, end: number, distances: readonly number[]): Uint8Array {
  const packet = new Uint8Array(HEAD + 2 * distances.length);
  const view = new DataView(packet.buffer);
  packet.set([0xaa, 0x55, 0, distances.length]);
  view.setUint16(4, start, true);
  view.setUint16(6, end, true);
  distances.forEach((distance, i) => view.setUint16(HEAD + 2 * i, 4 * distance, true));
  view.setUint16(8, sumOf(view), true);
  return packet;
}

describe('YDLIDAR', () => {
  it('corrects angles as the protocol document does', () => {
    // "YDLidar-SDK Communication Protocol", angle analysis.
    expect(correctionOf(1000)).toBeCloseTo(-6.7622, 4);
    expect(correctionOf(8000)).toBeCloseTo(-7.8374, 4);
    expect(correctionOf(0)).toBe(0);
    // Forty samples from 0x6FE5 to 0x79BD, the first at 1000 mm, the last at 8000 mm: at 217.0178 and 235.6326 degrees.
    const { session, decoded } = createDecoding(ydlidar, { turnRate: 1 });
    const packet = packetOf(0x6fe5, 0x79bd, [1000, ...Array.from({ length: 38 }, () => 0), 8000]);
    const zero = packetOf(1, 1, [0]);
    for (const part of [packet, zero, packet, zero]) session.bytes(part);
    const { ranges } = scanOf(decoded.frames[0].measurement);
    expect(ranges).toHaveLength(5000);
    expect(ranges[Math.round((217.0178 / 360) * 5000)]).toBe(1);
    expect(ranges[Math.round((235.6326 / 360) * 5000)]).toBe(8);
  });

  it('reads the packet of the protocol document', () => {
    const { session, decoded } = createDecoding(ydlidar);
    const packet = bytes('AA 55 01 01 53 AE 53 AE AB 54 00 00');
    session.bytes(packet);
    expect(decoded.dropped).toEqual({});
    session.bytes(packet.with(4, 0x54));
    session.bytes(packet);
    expect(decoded.dropped).toEqual({ checksum: 1 });
  });

  it('reads captured packets', () => {
    const { session, decoded } = createDecoding(ydlidar, { turnRate: 1 });
    for (let i = 0; i < 3; i += 1) session.bytes(YDLIDAR_PACKETS);
    expect(decoded.dropped).toEqual({});
    expect(decoded.frames).toHaveLength(2);
    const { ranges } = scanOf(decoded.frames[1].measurement);
    // The 33rd and the 38th sample: A84E, 5034 mm, and E439, 3705 mm.
    const step = (10.234375 + 360 - 351.6875) / 39;
    for (const [sample, millimetres] of [
      [30, 5034],
      [37, 3705],
    ]) {
      const angle = 351.6875 + sample * step + correctionOf(millimetres);
      expect(ranges[Math.round(((angle % 360) / 360) * ranges.length)]).toBeCloseTo(millimetres / 1000, 6);
    }
    expect(decoded.troubles).toEqual(['partial sweeps']);
  });

  it('takes the time of a turn from the device, and counts points where it does not say', () => {
    const { session, decoded } = createDecoding(ydlidar);
    const halves = [packetOf(1, 180 * 128 + 1, [1000, 2000]), packetOf(181 * 128 + 1, 359 * 128 + 1, [1000, 2000])];
    const zero = packetOf(1, 1, [1000]);
    zero[2] = (80 << 1) | 1;
    new DataView(zero.buffer).setUint16(8, sumOf(new DataView(zero.buffer)), true);
    for (const part of [...halves, ...halves, ...halves, zero, ...halves, zero]) session.bytes(part);
    const times = decoded.frames.map(({ measurement }) => Number(scanOf(measurement).scanTime.toFixed(5)));
    expect(times).toEqual([0.0008, 0.125, 0.125]);
  });

  it('sees the room: rays clockwise from straight ahead', () => {
    const decoding = createDecoding(ydlidar);
    converse(decoding, ydlidarEmulator.create(1), 0, 2);
    const { frames, troubles, dropped } = decoding.decoded;
    expect([troubles, dropped]).toEqual([[], {}]);
    const { ranges, angleIncrement, scanTime } = scanOf(frames[2].measurement);
    expect(frames[2].device).toBeUndefined();
    expect(scanTime).toBeCloseTo(1 / 7, 4);
    expect(ranges.filter((range) => range > 0).length).toBeGreaterThan(0.9 * ranges.length);
    ranges.forEach((range, i) => {
      if (Number.isNaN(range)) return;
      const around = [-1, 0, 1].map((aside) => rangeIn((i + aside) * angleIncrement));
      expect(range).toBeGreaterThan(Math.min(...around) - 0.02);
      expect(range).toBeLessThan(Math.max(...around) + 0.02);
    });
  });

  it('tells an X4 to scan and to stop, and an X2 nothing', () => {
    for (const [model, expected] of [
      ['x4', ['a565', 'a590', 'a590', 'a560', 'a560', 'a565']],
      ['x2', []],
    ] as const) {
      const heard: string[] = [];
      const told = (said: Uint8Array): void => void heard.push(Buffer.from(said).toString('hex'));
      const decoding = createDecoding(ydlidar, { model });
      converse(decoding, { until: () => new Uint8Array(), told }, 0, 1.1);
      decoding.session.closing?.(told);
      expect(heard).toEqual(expected);
    }
  });
});
