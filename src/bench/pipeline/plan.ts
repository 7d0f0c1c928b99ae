import { NS_PER_SECOND, type PointField } from '../../frame/index.ts';

/** What the load gives, and how much of it. */
export interface LoadPlan {
  /** Bytes a second of all payloads. */
  readonly bytesPerSecond: number;
  /** Unix time at which the monotonic clock stood at zero, ns: all processes of the bench stamp by the same clock. */
  readonly epoch: string;
}

/** Pictures: 640 x 480, rgb8; as many a second as the rate asks for. */
export const PICTURE = { width: 640, height: 480, bytes: 640 * 480 * 3 } as const;
/** Clouds: 16 rings of 1200 points ten times a second. */
export const CLOUD = { width: 1200, height: 16, stride: 16, hz: 10 } as const;
export const CLOUD_BYTES = CLOUD.width * CLOUD.height * CLOUD.stride;
export const FIELDS: readonly PointField[] = ['x', 'y', 'z', 'intensity'].map((name, i) => ({
  name,
  offset: 4 * i,
  type: 'float32',
  count: 1,
}));
/** Sound: four channels of 16 kHz in blocks of 20 ms. */
export const SOUND = { rate: 16_000, channels: 4, hz: 50 } as const;
export const SOUND_BYTES = (SOUND.rate / SOUND.hz) * SOUND.channels * 2;
export const IMU_HZ = 200;
export const WHEELS_HZ = 50;
/** What the model of the bench takes for a picture, ms. */
export const MODEL_MS = 15;
/** Numbers of an IMU's or the wheels' payload: six 64-bit floats. */
export const NUMBERS_BYTES = 48;

/** The streams, each with a pipe of its own, as sensors have their own lines. */
export const STREAMS = ['camera', 'lidar', 'microphones', 'imu', 'wheels'] as const;
export type LoadStream = (typeof STREAMS)[number];
/** File descriptor of the first stream's pipe in the load. */
export const FIRST_FD = 3;

/** Length of every payload of a stream, bytes. */
export const LENGTHS: Readonly<Record<LoadStream, number>> = {
  camera: PICTURE.bytes,
  lidar: CLOUD_BYTES,
  microphones: SOUND_BYTES,
  imu: NUMBERS_BYTES,
  wheels: NUMBERS_BYTES,
};

/** Before every payload: its time, Unix ns, 64 bits, little endian. */
export const STAMP_BYTES = 8;

/** Frames a second of each stream, so that all payloads together come to the rate. */
export function ratesOf({ bytesPerSecond }: LoadPlan): Readonly<Record<LoadStream, number>> {
  const others = CLOUD_BYTES * CLOUD.hz + SOUND_BYTES * SOUND.hz + NUMBERS_BYTES * (IMU_HZ + WHEELS_HZ);
  const camera = Math.max(1, (bytesPerSecond - others) / PICTURE.bytes);
  return { camera, lidar: CLOUD.hz, microphones: SOUND.hz, imu: IMU_HZ, wheels: WHEELS_HZ };
}

/** The monotonic clock, which is one for all processes of the machine, as Unix time. */
export function unixNow({ epoch }: LoadPlan): bigint {
  return BigInt(epoch) + process.hrtime.bigint();
}

/** {@link LoadPlan.epoch} as of now. */
export function epochNow(): string {
  return String(BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6)) - process.hrtime.bigint());
}

/** ns between two frames. */
export function periodOf(hz: number): number {
  return NS_PER_SECOND / hz;
}
