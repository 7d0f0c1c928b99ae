import type { DriverDefinition } from '../src/contract/index.ts';
import type { DeviceDriver, EmulatorDefinition } from '../src/device/index.ts';
import { depth } from './camera/depth.ts';
import { camera } from './camera/driver.ts';
import { ldrobot } from './lidar2d/ldrobot/driver.ts';
import { ldrobotEmulator } from './lidar2d/ldrobot/emulator.ts';
import { microphone } from './microphone/driver.ts';
import { simulatedRobot, simulation } from './simulation/index.ts';

/** Devices behind a line, and what stands in for each where there is none. */
export const devices: readonly { readonly driver: DeviceDriver; readonly emulator: EmulatorDefinition }[] = [
  { driver: ldrobot, emulator: ldrobotEmulator },
];

/** Devices that are read through a program's standard output. */
export const programs: readonly DeviceDriver[] = [camera, depth, microphone];

/** Every driver of this build. */
export const drivers: readonly DriverDefinition[] = [simulation, ...devices.map(({ driver }) => driver), ...programs];

/** What runs when nobody configures anything. */
export const embedded = simulatedRobot;
