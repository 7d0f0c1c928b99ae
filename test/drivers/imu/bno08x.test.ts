import { describe, expect, it } from 'vitest';
import { bno08xRvc } from '../../../drivers/imu/bno08x/driver.ts';
import { bno08xRvcEmulator } from '../../../drivers/imu/bno08x/emulator.ts';
import { motionAt } from '../../../drivers/imu/motion.ts';
import { inverse, rotate, yawOf } from '../../../src/geometry/index.ts';
import { describeDevice } from '../device/conformance.ts';
import { converse, createDecoding } from '../device/decoding.ts';

describeDevice({ driver: bno08xRvc, emulator: bno08xRvcEmulator });

describe('BNO08x in UART-RVC', () => {
  it('reads the example of the BNO080 data sheet (1000-3927, 1.3.5.2), whose gravity is where its orientation says', () => {
    const packet = Buffer.from('AAAADE010092FF25088DFEECFFD103000000E7', 'hex');
    const { session, decoded } = createDecoding(bno08xRvc);
    session.bytes(packet);
    const [{ device, measurement }] = decoded.frames;
    if (measurement.kind !== 'imu') throw new Error('another kind');
    expect(device).toBe(222n);
    const { orientation = [1, 0, 0, 0], linearAcceleration = [0, 0, 0] } = measurement;
    [-3.638, -0.196, 9.581].forEach((value, i) => expect(linearAcceleration[i]).toBeCloseTo(value, 3));
    const size = Math.hypot(...linearAcceleration);
    rotate(inverse(orientation), [0, 0, 1]).forEach((value, i) =>
      // To the mg of the acceleration.
      expect(Math.abs(value - linearAcceleration[i] / size)).toBeLessThan(0.0011),
    );
    packet[5] ^= 1;
    session.bytes(packet);
    expect(decoded.dropped).toEqual({ checksum: 1 });
  });

  it('feels what the emulated one is exposed to, and numbers its packets', () => {
    const decoding = createDecoding(bno08xRvc);
    converse(decoding, bno08xRvcEmulator.create(1), 0, 3);
    const { frames } = decoding.decoded;
    frames.forEach(({ device, measurement }, i) => {
      if (measurement.kind !== 'imu') throw new Error('another kind');
      expect(device).toBe(BigInt(i % 256));
      expect(yawOf(measurement.orientation ?? [1, 0, 0, 0])).toBeCloseTo(motionAt(i / 100).yaw, 3);
      expect(measurement.linearAcceleration?.[2]).toBeCloseTo(9.80665, 5);
    });
  });
});
