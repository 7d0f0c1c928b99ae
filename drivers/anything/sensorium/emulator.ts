import { concatenated, type EmulatorDefinition } from '../../../src/device/index.ts';
import { greeting, message } from './zmtp.ts';

/** Messages a second of each topic. */
const RATE = 20;
/** Rays of a scan. */
const RAYS = 90;
/** Unix time at which it is switched on, s. */
const EPOCH = 1_750_000_000;
const BASE = 'sensorium/robot/';

const provenance = { inputs: [], configuration: '9f86d081884c', calibration: '60303ae22b99', absent: [] };

/** Another daemon: a robot that drives in a circle of 1 m, at 0.5 m/s. */
export const sensoriumEmulator: EmulatorDefinition = {
  device: 'sensorium',
  summary: 'another daemon over ZeroMQ: pose, measurements/imu, measurements/scan',
  line: { kind: 'tcp', port: 5556 },
  create() {
    let said = 0;
    let greeted = 0;
    let isHeard = false;
    return {
      told(bytes) {
        // A subscriber's first byte; what it subscribes to comes anyway.
        if (bytes[0] === 0xff) greeted += 1;
      },
      until(seconds) {
        const parts: Uint8Array[] = [];
        for (; greeted > 0; greeted -= 1) {
          parts.push(greeting('PUB'));
          isHeard = true;
        }
        for (; said < Math.floor(seconds * RATE); said += 1) if (isHeard) parts.push(...messagesAt(said));
        return concatenated(parts);
      },
    };
  },
};

function messagesAt(index: number): Uint8Array[] {
  const turned = (0.5 * index) / RATE;
  const [sin, cos] = [Math.sin(turned), Math.cos(turned)];
  const angular = { x: 0, y: 0, z: 0.5 };
  const ranges = Float32Array.from({ length: RAYS }, (_, ray) => 2 + Math.sin(ray / 9 + turned));
  return [
    publication(index, 'pose', 'Pose', {
      frame_id: 'odom',
      pose: {
        position: { x: sin, y: 1 - cos, z: 0 },
        orientation: { x: 0, y: 0, z: Math.sin(turned / 2), w: Math.cos(turned / 2) },
      },
      child_frame_id: 'base_link',
      twist: { linear: { x: 0.5, y: 0, z: 0 }, angular },
      validity: 'valid',
    }),
    publication(index, 'measurements/imu', 'Measurement', {
      stream: 'imu',
      kind: 'imu',
      frame_id: 'imu',
      deviation: 0.0001,
      imu: { angular_velocity: angular, linear_acceleration: { x: 0, y: 0.25, z: 9.81 } },
    }),
    publication(
      index,
      'measurements/scan',
      'Measurement',
      {
        stream: 'scan',
        kind: 'scan',
        frame_id: 'laser',
        deviation: 0.0001,
        scan: {
          angle_min: 0,
          angle_max: 4.45,
          angle_increment: 0.05,
          time_increment: 0,
          scan_time: 0.05,
          range_min: 0.1,
          range_max: 10,
          rays: RAYS,
          has_intensities: false,
        },
      },
      new Uint8Array(ranges.buffer),
    ),
  ];
}

function publication(index: number, topic: string, schema: string, body: object, attached?: Uint8Array): Uint8Array {
  const sequence = index + 1;
  const stamp = { sec: EPOCH + Math.floor(index / RATE), nsec: (index % RATE) * (1e9 / RATE) };
  const parts = [
    BASE + topic,
    JSON.stringify({ schema, sequence, stamp, boot: 'emulated' }),
    JSON.stringify({ sequence, timestamp: stamp, ...body, provenance }),
  ].map((part) => Buffer.from(part));
  return message(attached === undefined ? parts : [...parts, attached]);
}
