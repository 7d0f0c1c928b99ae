import type { Chunk, EmulatorDefinition } from '../../../src/device/index.ts';

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
  line: { kind: 'zeromq', port: 5556 },
  create() {
    let said = 0;
    return {
      until: () => new Uint8Array(),
      messages(seconds) {
        const messages: Chunk[] = [];
        for (; said < Math.floor(seconds * RATE); said += 1) messages.push(...messagesAt(said));
        return messages;
      },
    };
  },
};

function messagesAt(index: number): Chunk[] {
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

function publication(index: number, topic: string, schema: string, body: object, attached?: Uint8Array): Chunk {
  const sequence = index + 1;
  const stamp = { sec: EPOCH + Math.floor(index / RATE), nsec: (index % RATE) * (1e9 / RATE) };
  const header = Buffer.from(JSON.stringify({ schema, sequence, stamp, boot: 'emulated' }));
  const payload = Buffer.from(JSON.stringify({ sequence, timestamp: stamp, ...body, provenance }));
  return [header, BASE + topic, attached === undefined ? [payload] : [payload, attached]];
}
