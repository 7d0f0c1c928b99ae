import type { DriverDefinition } from '../src/contract/index.ts';
import type { DeviceDriver, EmulatorDefinition, ProgramEmulator } from '../src/device/index.ts';
import { hokuyo } from './lidar2d/hokuyo/driver.ts';
import { hokuyoEmulator } from './lidar2d/hokuyo/emulator.ts';
import { json } from './anything/json/driver.ts';
import { jsonEmulator } from './anything/json/emulator.ts';
import { gnssEmulator } from './gnss/receiver/emulator.ts';
import { gnss } from './gnss/receiver/driver.ts';
import { gpsdEmulator } from './gnss/gpsd/emulator.ts';
import { gpsd } from './gnss/gpsd/driver.ts';
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
import { rplidar } from './lidar2d/rplidar/driver.ts';
import { rplidarEmulator } from './lidar2d/rplidar/emulator.ts';
import { ydlidar } from './lidar2d/ydlidar/driver.ts';
import { ydlidarEmulator } from './lidar2d/ydlidar/emulator.ts';
import { depth } from './camera/depth.ts';
import { camera } from './camera/driver.ts';
import { cameraEmulator, depthEmulator } from './camera/emulated/emulator.ts';
import { microphone } from './microphone/driver.ts';
import { microphoneEmulator } from './microphone/emulator.ts';
import { simulatedRobot, simulation } from './simulation/index.ts';

/** Devices behind a line, and what stands in for each where there is none. */
export const devices: readonly { readonly driver: DeviceDriver; readonly emulator: EmulatorDefinition }[] = [
  { driver: ldrobot, emulator: ldrobotEmulator },
  { driver: rplidar, emulator: rplidarEmulator },
  { driver: hokuyo, emulator: hokuyoEmulator },
  { driver: ydlidar, emulator: ydlidarEmulator },
  { driver: gnss, emulator: gnssEmulator },
  { driver: gpsd, emulator: gpsdEmulator },
  { driver: json, emulator: jsonEmulator },
  { driver: xsens, emulator: xsensEmulator },
  { driver: witmotion, emulator: witmotionEmulator },
  { driver: bno08xRvc, emulator: bno08xRvcEmulator },
  { driver: iio, emulator: iioEmulator },
];

/** Devices that are read through a program's standard output, and what stands in for the program. */
export const programs: readonly { readonly driver: DeviceDriver; readonly emulator: ProgramEmulator }[] = [
  { driver: camera, emulator: cameraEmulator },
  { driver: depth, emulator: depthEmulator },
  { driver: microphone, emulator: microphoneEmulator },
];

/** Every driver of this build. */
export const drivers: readonly DriverDefinition[] = [
  simulation,
  ...[...devices, ...programs].map(({ driver }) => driver),
];

/** What runs when nobody configures anything. */
export const embedded = simulatedRobot;
