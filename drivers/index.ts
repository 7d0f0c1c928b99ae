import type { DriverDefinition } from '../src/contract/index.ts';
import type { DeviceDriver, EmulatedDriver, ProgramEmulator } from '../src/device/index.ts';
import { hokuyo } from './lidar2d/hokuyo/driver.ts';
import { hokuyoEmulator } from './lidar2d/hokuyo/emulator.ts';
import { sensorium } from './anything/sensorium/driver.ts';
import { sensoriumEmulator } from './anything/sensorium/emulator.ts';
import { environment } from './anything/environment/driver.ts';
import { environmentEmulator } from './anything/environment/emulator.ts';
import { messages } from './anything/messages/driver.ts';
import { messagesEmulator, mqttEmulator, msgpackEmulator, zeromqEmulator } from './anything/messages/emulator.ts';
import { gnssEmulator } from './gnss/receiver/emulator.ts';
import { gnss } from './gnss/receiver/driver.ts';
import { gpsdEmulator } from './gnss/gpsd/emulator.ts';
import { gpsd } from './gnss/gpsd/driver.ts';
import { bno08xRvc } from './imu/bno08x/driver.ts';
import { bno08xRvcEmulator } from './imu/bno08x/emulator.ts';
import { icm20948 } from './imu/icm20948/driver.ts';
import { icm20948Emulator } from './imu/icm20948/emulator.ts';
import { iio } from './imu/iio/driver.ts';
import { iioEmulator } from './imu/iio/emulator.ts';
import { mpu6050 } from './imu/mpu6050/driver.ts';
import { mpu6050Emulator } from './imu/mpu6050/emulator.ts';
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
export const devices: readonly EmulatedDriver[] = [
  { driver: ldrobot, emulator: ldrobotEmulator },
  { driver: rplidar, emulator: rplidarEmulator },
  { driver: hokuyo, emulator: hokuyoEmulator },
  { driver: ydlidar, emulator: ydlidarEmulator },
  { driver: gnss, emulator: gnssEmulator },
  { driver: gpsd, emulator: gpsdEmulator },
  { driver: messages, emulator: messagesEmulator, others: [msgpackEmulator, mqttEmulator, zeromqEmulator] },
  { driver: environment, emulator: environmentEmulator },
  { driver: xsens, emulator: xsensEmulator },
  { driver: witmotion, emulator: witmotionEmulator },
  { driver: bno08xRvc, emulator: bno08xRvcEmulator },
  { driver: iio, emulator: iioEmulator },
  { driver: sensorium, emulator: sensoriumEmulator },
  { driver: mpu6050, emulator: mpu6050Emulator },
  { driver: icm20948, emulator: icm20948Emulator },
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
