import type { Chunk, EmulatorDefinition } from '../../../src/device/index.ts';

/** Messages a second of each topic. */
const RATE = 20;
/** Rays of a scan. */
const RAYS = 90;
/** Unix time at which it is switched on, s. */
const EPOCH = 1_750_000_000;
const BASE = 'sensorium/robot/';

const provenance = { inputs: [], configuration: '9f86d081884c', calibration: '60303ae22b99', absent: [] };

/** Pixels of a picture and of a depth picture, and points of a cloud. */
const [WIDTH, HEIGHT] = [32, 24];
const POINTS = 60;
const LARGE: readonly string[] = ['camera', 'depth', 'cloud'].map((stream) => `${BASE}measurements/${stream}`);

/** Another daemon: a robot that drives in a circle of 1 m, at 0.5 m/s. */
export const sensoriumEmulator: EmulatorDefinition = {
  device: 'sensorium',
  summary: 'another daemon over ZeroMQ: pose; measurements/imu, scan, camera, depth and cloud',
  line: { kind: 'zeromq', port: 5556, isLarge: (topic) => LARGE.includes(topic) },
  config: {
    streams: {
      pose: { kind: 'odometry', topic: 'pose', frameId: 'odom' },
      imu: { kind: 'imu', frameId: 'imu' },
      scan: { kind: 'scan', frameId: 'laser' },
      camera: { kind: 'image', frameId: 'camera_optical' },
      depth: { kind: 'depth', frameId: 'depth_optical' },
      cloud: { kind: 'cloud', frameId: 'lidar' },
    },
  },
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
    ...largeAt(index, turned),
  ];
}

/** A wall 2 m away over which stripes go, and a ring of points 1 m around. */
function largeAt(index: number, turned: number): Chunk[] {
  const stripes = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, pixel) => 128 + 100 * Math.sin(pixel / 5 + turned));
  const counts = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, pixel) => 2000 + (pixel % WIDTH) + (index % 7));
  const points = Float32Array.from({ length: 3 * POINTS }, (_, i) => {
    const angle = turned + (2 * Math.PI * Math.floor(i / 3)) / POINTS;
    return [Math.cos(angle), Math.sin(angle), 0][i % 3];
  });
  const float = (name: string, offset: number) => ({ name, offset, type: 'float32', count: 1 });
  const sizes = { width: WIDTH, height: HEIGHT };
  const intrinsics = { fx: 30, fy: 30, cx: WIDTH / 2, cy: HEIGHT / 2 };
  const measured = (stream: string, kind: string, content: object, data: Uint8Array | Uint16Array | Float32Array) =>
    publication(
      index,
      `measurements/${stream}`,
      'Measurement',
      { stream, kind, frame_id: stream, deviation: 0.0001, [kind]: content },
      new Uint8Array(data.buffer),
    );
  const image = { encoding: 'mono8', ...sizes, row_stride: WIDTH, bytes: stripes.length, intrinsics };
  const cloud = {
    ...{ width: POINTS, height: 1, fields: [float('x', 0), float('y', 4), float('z', 8)] },
    ...{ point_stride: 12, row_stride: 12 * POINTS, big_endian: false, dense: true, bytes: points.byteLength },
  };
  return [
    measured('camera', 'image', image, stripes),
    measured('depth', 'depth', { ...sizes, scale: 0.001, counts: counts.length, intrinsics }, counts),
    measured('cloud', 'cloud', cloud, points),
  ];
}

function publication(index: number, topic: string, schema: string, body: object, attached?: Uint8Array): Chunk {
  const sequence = index + 1;
  const stamp = { sec: EPOCH + Math.floor(index / RATE), nsec: (index % RATE) * (1e9 / RATE) };
  const header = Buffer.from(JSON.stringify({ schema, sequence, stamp, boot: 'emulated' }));
  const payload = Buffer.from(JSON.stringify({ sequence, timestamp: stamp, ...body, provenance }));
  return [header, BASE + topic, attached === undefined ? [payload] : [payload, attached]];
}
