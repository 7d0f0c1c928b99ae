import { describe, expect, it } from 'vitest';
import { motionAt } from '../../../drivers/imu/motion.ts';
import { witmotion } from '../../../drivers/imu/witmotion/driver.ts';
import { witmotionEmulator } from '../../../drivers/imu/witmotion/emulator.ts';
import { yawOf } from '../../../src/geometry/index.ts';
import { describeDevice } from '../device/conformance.ts';
import { converse, createDecoding } from '../device/decoding.ts';

describeDevice({ driver: witmotion, emulator: witmotionEmulator });

/** A packet: type, and eight bytes. */
function packet(type: number, hex: string): Uint8Array {
  const bytes = Uint8Array.from([0x55, type, ...Buffer.from(hex, 'hex'), 0]);
  bytes[10] = bytes.reduce((sum, byte) => sum + byte, 0);
  return bytes;
}

/** 1 g upwards; a quarter of 2000 degrees a second about x; a quarter turn to the left. */
const ACCELERATION = packet(0x51, '0000000000080000');
const TURN = packet(0x52, '0020000000000000');
const ANGLE = packet(0x53, '0000000000400000');
/** The field of WitMotion's example ("WT901BLECL datasheet" v20-0707, 6.1.2.1): 360, 105 and 122 mG. */
const FIELD = packet(0x54, '680169007A000000');

describe('WitMotion', () => {
  const decoded = (packets: readonly Uint8Array[], config = {}) => {
    const decoding = createDecoding(witmotion, config);
    for (const bytes of packets) decoding.session.bytes(bytes);
    return decoding.decoded;
  };
  const group = [ACCELERATION, TURN, ANGLE, FIELD];

  it('scales as the manual says', () => {
    const { frames, dropped } = decoded([...group, ...group]);
    expect(dropped).toEqual({});
    const [imu, field] = frames.map(({ measurement }) => measurement);
    if (imu.kind !== 'imu' || field.kind !== 'magneticField') throw new Error('another kind');
    expect(imu.linearAcceleration).toEqual([0, 0, 9.80665]);
    expect(imu.angularVelocity?.[0]).toBeCloseTo((500 * Math.PI) / 180, 9);
    expect(yawOf(imu.orientation ?? [1, 0, 0, 0])).toBeCloseTo(Math.PI / 2, 9);
    [36e-6, 10.5e-6, 12.2e-6].forEach((value, i) => expect(field.field[i]).toBeCloseTo(value, 12));
  });

  it('gives a group with its last packet, whichever that is, and nothing of half a group', () => {
    const counts: number[] = [];
    const decoding = createDecoding(witmotion);
    const put = (...packets: readonly Uint8Array[]) => {
      for (const bytes of packets) decoding.session.bytes(bytes);
      counts.push(decoding.decoded.frames.filter(({ stream }) => stream === 'imu').length);
    };
    put(ANGLE, FIELD);
    put(ACCELERATION, TURN, ANGLE);
    put(FIELD);
    // The last packet is lost: the group ends with the next, which waits for its own last one again.
    put(ACCELERATION, TURN, ANGLE);
    put(ACCELERATION, TURN, ANGLE);
    put(FIELD);
    expect(counts).toEqual([0, 0, 1, 1, 2, 3]);
    // Lost acceleration.
    put(TURN, ANGLE, FIELD);
    expect(decoding.decoded.dropped).toEqual({ incomplete: 1 });
    // Switched off: from the third group on it is not waited for.
    counts.length = 0;
    for (let i = 0; i < 4; i += 1) put(ACCELERATION, TURN, ANGLE);
    expect(counts).toEqual([3, 4, 6, 7]);
  });

  it('stamps by the device’s time where that is on', () => {
    // 2015-01-01 00:00:01.500.
    const time = packet(0x50, '0F01010000 01F401'.replace(' ', ''));
    const { frames, dropped } = decoded([time, ...group, time, ...group, ...group], { time: true });
    const imu = frames.filter(({ stream }) => stream === 'imu');
    expect(imu.map(({ device }) => device)).toEqual([BigInt(Date.UTC(2015, 0, 1) - Date.UTC(2000)) + 1500n]);
    expect(dropped).toEqual({ 'no time': 1 });
  });

  it('feels what the emulated one is exposed to', () => {
    const decoding = createDecoding(witmotion, { time: true });
    converse(decoding, witmotionEmulator.create(1), 0, 3);
    const imu = decoding.decoded.frames.filter(({ stream }) => stream === 'imu');
    expect(imu.length).toBeGreaterThan(20);
    imu.forEach(({ device, measurement }, i) => {
      if (measurement.kind !== 'imu') throw new Error('another kind');
      // The group that is met first shows how long they are.
      const expected = motionAt((i + 1) / 10);
      expect(device).toBe((imu[0].device ?? 0n) + BigInt(100 * i));
      expect(measurement.angularVelocity?.[2]).toBeCloseTo(expected.angularVelocity[2], 2);
      expect(yawOf(measurement.orientation ?? [1, 0, 0, 0])).toBeCloseTo(expected.yaw, 3);
    });
  });
});
