import { describe, expect, it } from 'vitest';
import { motionAt } from '../../../drivers/imu/motion.ts';
import { CLOCK_ZERO } from '../../../drivers/imu/witmotion/decode.ts';
import { witmotion } from '../../../drivers/imu/witmotion/driver.ts';
import { witmotionEmulator } from '../../../drivers/imu/witmotion/emulator.ts';
import { rotate, yawOf } from '../../../src/geometry/index.ts';
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

  // "RAW data from a HWT905TTL IMU", README.md of github.com/aarushmaddula/bsli-payload-project: at rest, with every packet switched on.
  const HWT905 = [
    '55 50 00 00 00 00 05 28 95 01 68',
    '55 51 0c 00 93 02 6d 08 b7 07 7a',
    '55 52 00 00 00 00 00 00 b7 07 65',
    '55 53 04 0c e1 ff 6f f2 cc 46 0b',
    '55 54 ac f9 3b 0b 86 e7 00 00 01',
    '55 55 ed 0f a3 0a 57 08 fb 06 b3',
    '55 56 00 00 00 00 00 00 00 00 ab',
    '55 59 23 83 84 ed 5f 03 f1 14 2c',
    '55 5a 00 00 00 00 00 00 00 00 af',
  ].map((hex) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')));

  it.each([
    ['quaternion', HWT905],
    ['angles', HWT905.filter(({ 1: type }) => type !== 0x59)],
  ])('understands a real HWT905 at rest: by its %s, what it feels points up', (_what, packets) => {
    const { frames, dropped } = decoded([...packets, ...packets]);
    const [{ measurement }, field] = frames;
    if (measurement.kind !== 'imu' || field.measurement.kind !== 'magneticField') throw new Error('another kind');
    expect([frames.length, dropped, measurement.angularVelocity]).toEqual([2, {}, [0, 0, 0]]);
    const [x, y, z] = rotate(measurement.orientation ?? [1, 0, 0, 0], measurement.linearAcceleration ?? [0, 0, 0]);
    // Within half a degree of the vertical; it feels 1.10 g.
    expect(Math.hypot(x, y) / z).toBeLessThan(0.009);
    expect(Math.abs(z / 9.80665 - 1)).toBeLessThan(0.11);
    expect((yawOf(measurement.orientation ?? [1, 0, 0, 0]) * 180) / Math.PI).toBeCloseTo(-19.1, 0);
    expect(field.measurement.field.map((value) => Math.round(value / 1e-7))).toEqual([-1620, 2875, -6266]);
  });

  it('stamps by the clock of one that was never set: 5 min 40 s after it was switched on', () => {
    const { frames, dropped } = decoded([...HWT905, ...HWT905], { time: true });
    expect([frames[0].device, dropped]).toEqual([340_405n, {}]);
  });

  // "Captured from the HWT901B", src/mdrobot_imu/test/test_imu_protocol.py of github.com/jihyeon7777/mdrobot: 25.67 degrees Celsius, 1.0163 g upwards, not turning.
  it('understands a real HWT901B', () => {
    const stream = Uint8Array.from(Buffer.from('555100003d002108070a1d5552000000000000070ab8', 'hex'));
    expect(decoded([stream, stream]).frames[0]).toMatchObject({
      measurement: { linearAcceleration: [0, expect.closeTo(0.292, 3), expect.closeTo(1.0161 * 9.80665, 2)] },
    });
  });

  it('stamps by the device’s time where that is on', () => {
    // 2015-01-01 00:00:01.500.
    const time = packet(0x50, '0F01010000 01F401'.replace(' ', ''));
    const { frames, dropped } = decoded([time, ...group, time, ...group, ...group], { time: true });
    const imu = frames.filter(({ stream }) => stream === 'imu');
    expect(imu.map(({ device }) => device)).toEqual([BigInt(Date.UTC(2015, 0, 1) - CLOCK_ZERO) + 1500n]);
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
