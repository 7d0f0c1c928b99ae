import type { DriverDefinition } from '../src/contract/index.ts';
import type { DeviceDriver, EmulatorDefinition } from '../src/device/index.ts';
import { bno08xRvc } from './imu/bno08x/driver.ts';
import { bno08xRvcEmulator } from './imu/bno08x/emulator.ts';
import { iio } from './imu/iio/driver.ts';
import { iioEmulator } from './imu/iio/emulator.ts';
import { witmotion } from './imu/witmotion/driver.ts';
import { witmotionEmulator } from './imu/witmotion/emulator.ts';
import { xsens } from './imu/xsens/driver.ts';
import { xsensEmulator } from './imu/xsens/emulator.ts';
import { ldrobot } from './lidar2d/ldrobot/driver.ts';
import { ldrobotEmulator } from './lidar2d/ldrobot/emulator.ts';
import { simulatedRobot, simulation } from './simulation/index.ts';

/** Devices behind a line, and what stands in for each where there is none. */
export const devices: readonly { readonly driver: DeviceDriver; readonly emulator: EmulatorDefinition }[] = [
  { driver: ldrobot, emulator: ldrobotEmulator },
  { driver: xsens, emulator: xsensEmulator },
  { driver: witmotion, emulator: witmotionEmulator },
  { driver: bno08xRvc, emulator: bno08xRvcEmulator },
  { driver: iio, emulator: iioEmulator },
];

/** Every driver of this build. */
export const drivers: readonly DriverDefinition[] = [simulation, ...devices.map(({ driver }) => driver)];

/** What runs when nobody configures anything. */
export const embedded = simulatedRobot;
