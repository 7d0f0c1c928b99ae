import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { rotate, toRollPitchYaw, transformPoint, type Vec3 } from '../../src/geometry/index.ts';

/** T_base_imu of a configuration with this mount. */
function mounted(mount: object) {
  return readConfig({ mounts: { T_base_imu: mount } }, []).mounts['imu'];
}

describe('mounts', () => {
  it('are identity when nothing is said', () => {
    expect(mounted({})).toEqual({ translation: [0, 0, 0], rotation: [1, 0, 0, 0] });
  });

  /**
   *   base: x forward, y left, z up        a sensor turned by yaw +90°: its x points to the robot's left
   */
  it.each<[string, object, Vec3, Vec3]>([
    ['yaw 90°', { rpyDegrees: [0, 0, 90] }, [1, 0, 0], [0, 1, 0]],
    ['pitch 90°', { rpyDegrees: [0, 90, 0] }, [1, 0, 0], [0, 0, -1]],
    ['roll 180°', { rpyDegrees: [180, 0, 0] }, [0, 0, 1], [0, 0, -1]],
    ['roll 90° first, then yaw -90°', { rpyDegrees: [90, 0, -90] }, [0, 1, 0], [0, 0, 1]],
    ['the same in radians', { rpy: [Math.PI / 2, 0, -Math.PI / 2] }, [0, 1, 0], [0, 0, 1]],
    ['a quaternion', { rotation: [Math.SQRT1_2, 0, 0, Math.SQRT1_2] }, [1, 0, 0], [0, 1, 0]],
  ])('turn the axes of the sensor to the base: %s', (_name, mount, inSensor, inBase) => {
    rotate(mounted(mount).rotation, inSensor).forEach((value, axis) => expect(value).toBeCloseTo(inBase[axis], 12));
  });

  it('say where the sensor is: T_base_imu takes its origin to its place', () => {
    expect(transformPoint(mounted({ translation: [0, -0.3, 0.52], rpy: [1, 2, 3] }), [0, 0, 0])).toEqual([
      0, -0.3, 0.52,
    ]);
  });

  it('take the arguments of static_transform_publisher, x y z yaw pitch roll, in another order', () => {
    // static_transform_publisher 0 -0.3 0.52 -1.5708 0 1.5708
    const { rotation } = mounted({ translation: [0, -0.3, 0.52], rpy: [1.5708, 0, -1.5708] });
    const [roll, pitch, yaw] = toRollPitchYaw(rotation);
    expect([roll, pitch, yaw].map((angle) => Number(angle.toFixed(4)) + 0)).toEqual([1.5708, 0, -1.5708]);
  });

  it.each([
    [{ rpy: [0, 0, 0], rotation: [1, 0, 0, 0] }, 'rotation and rpy both say how it is turned'],
    [{ rpy: [0, 0, 0], rpyDegrees: [0, 0, 0] }, 'E_CONFIG_CONFLICT'],
    [{ rotation: [1, 0, 0, 0.1] }, 'length 1, got [1,0,0,0.1] of length 1.0050 (E_CONFIG_RANGE)'],
    [{ rotation: [0, 0, 0, 0] }, 'E_CONFIG_RANGE'],
    [{ rpy: [90, 0, 0] }, 'mounts.T_base_imu.rpy.0: expected a number in'],
    [{ translation: [0, 0] }, 'mounts.T_base_imu.translation: expected a list of 3'],
    [{ translation: [0, 0, '1'] }, 'mounts.T_base_imu.translation.2: expected a number in -1000..1000, got "1"'],
  ])('refuse %j', (mount, message) => {
    expect(() => mounted(mount)).toThrow(message);
  });

  it('accept a quaternion rounded to three digits, and make it exact', () => {
    const { rotation } = mounted({ rotation: [0.707, 0, 0, 0.707] });
    expect(Math.hypot(...rotation)).toBeCloseTo(1, 15);
  });

  it('are named after their stream', () => {
    expect(() => readConfig({ mounts: { T_imu_base: {} } }, [])).toThrow(
      'mounts.T_imu_base: expected a name like T_base_imu, for the stream imu, got "T_imu_base" (E_CONFIG_KEY)',
    );
  });
});
