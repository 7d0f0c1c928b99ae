import { join } from 'node:path';
import { SensoriumError } from '../../contract/index.ts';
import { NS_PER_SECOND, stampOf, type Frame, type InputNumber, type Quaternion } from '../../frame/index.ts';
import { compose, fromPlane, IDENTITY_TRANSFORM, normalize, tangentPlaneBelow, toPlane } from '../../geometry/index.ts';
import { readNpy } from '../../numpy/read.ts';
import { rms } from '../consistency.ts';
import { openVehicleFolder } from '../vehicle/folder.ts';
import type { PoseRow, PoseTask, Truth } from './task.ts';

const [TIMES, POSITIONS, ORIENTATIONS] = ['frame_times', 'frame_positions', 'frame_orientations'].map(
  (name) => `truth/${name}.npy`,
);
/** Base axes (y left, z up) to the truth's body (y right, z down): half a turn about x. */
const OVER: Quaternion = [0, 1, 0, 0];

/** A car: its IMU is stuck to the windscreen somehow, its wheels are hard. */
const SETTINGS = {
  'fusion.pose.odometry.use': ['vx', 'vy', 'vz'],
  'fusion.pose.noise.wheelScaleSeconds': 600,
  'fusion.pose.noise.wheelSpeedShare': 0.01,
  'fusion.pose.noise.lateralSpeed': 0.1,
  'fusion.pose.noise.imuMount': 0.05,
  'fusion.pose.fix.useAltitude': true,
};

/**
 * A drive in the layout of comma2k19 (arXiv:1812.05752): see `evaluate/vehicle`. Its truth is Earth-fixed.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function vehicleTask(folder: string): Promise<PoseTask> {
  const log = await openVehicleFolder(folder);
  const times = (await readNpy(join(folder, TIMES))).values;
  const positions = (await readNpy(join(folder, POSITIONS))).values;
  const orientations = (await readNpy(join(folder, ORIENTATIONS))).values;
  if (positions.length !== 3 * times.length || orientations.length !== 4 * times.length) {
    throw new SensoriumError('E_FILE_DAMAGED', 'not as many poses as times', { path: join(folder, 'truth') });
  }
  const frames: Frame[] = [];
  for await (const batch of log.entries()) {
    for (const entry of batch) {
      if (entry.kind !== 'frame') continue;
      const { stream, frameId, received, measurement, device } = entry.arrival;
      const stamp = device === undefined ? received : stampOf(Number(device - log.epoch));
      frames.push({ ...HEAD, stream, frameId, stamp, received, measurement });
    }
  }
  const streams = log.streams.filter(({ kind }) => kind !== 'magneticField');
  const truth = [...times].map((time, i): Truth => {
    const at = (values: Float64Array, width: number) => [...values.subarray(width * i, width * i + width)];
    const [x, y, z] = at(positions, 3);
    const [a, b, c, d] = at(orientations, 4);
    return {
      time,
      stamp: stampOf(Math.round((time - log.clockStart) * NS_PER_SECOND)),
      position: [x, y, z],
      orientation: normalize([a, b, c, d]) ?? [1, 0, 0, 0],
    };
  });
  return {
    streams,
    mounts: new Map(streams.map(({ id }) => [id, IDENTITY_TRANSFORM])),
    frames,
    truth: truth.filter(({ stamp }) => stamp >= 0),
    settings: SETTINGS,
    express({ position, orientation }, plane) {
      if (plane === undefined) return { position, orientation };
      return { position: fromPlane(plane, position), orientation: compose(compose(plane.rotation, orientation), OVER) };
    },
    error: horizontal,
    score({ rows, lasting }) {
      const errors = rows.map(horizontal);
      const mean = [0, 1].map((axis) => errors.reduce((sum, error) => sum + error[axis], 0) / errors.length);
      return {
        horizontalRmsM: rms(errors.map(([east, north]) => Math.hypot(east, north))),
        debiasedRmsM: rms(errors.map(([east, north]) => Math.hypot(east - mean[0], north - mean[1]))),
        latencyMs: lasting?.fixLatency === undefined ? null : 1000 * lasting.fixLatency.value,
      };
    },
  };
}

const HEAD = { input: 0 as InputNumber, deviation: 0 } as const;

/** Error east and north, m. */
function horizontal({ truth, pose }: PoseRow): readonly [number, number] {
  const [east, north] = toPlane(tangentPlaneBelow(truth.position), pose.position);
  return [east, north];
}
