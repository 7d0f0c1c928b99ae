import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError } from '../../contract/index.ts';
import {
  NS_PER_SECOND,
  stampOf,
  type Frame,
  type InputNumber,
  type Stamp,
  type StreamDescriptor,
} from '../../frame/index.ts';
import { IDENTITY_TRANSFORM } from '../../geometry/index.ts';
import { rms } from '../consistency.ts';
import { readText } from '../trajectory/index.ts';
import type { PoseTask, Truth } from './task.ts';

const [ANCHORS, ODOMETRY, RANGES, TRUTH] = ['anchors.csv', 'odometry.csv', 'ranges.csv', 'truth.csv'];

const STREAMS: readonly StreamDescriptor[] = [
  { id: 'wheels', kind: 'odometry', frameId: 'odom', clock: { domain: 'unix' }, role: 'sensor' },
  { id: 'ranges', kind: 'range', frameId: 'base_link', clock: { domain: 'unix' }, role: 'sensor' },
];

/** Whether a folder holds ranges to anchors, odometry and truth. */
export async function isRanges(folder: string): Promise<boolean> {
  return access(join(folder, ANCHORS)).then(
    () => true,
    () => false,
  );
}

/**
 * Odometry (way and change of heading, step by step) and ranges to anchors, in the layout of J. Djugash's plazas ("Geolocation
 * with Range", CMU, 2010) as tables: `anchors.csv` anchor,x_m,y_m; `odometry.csv` t_s,distance_m,heading_change_rad;
 * `ranges.csv` t_s,anchor,range_m; `truth.csv` t_s,x_m,y_m,heading_rad.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function rangesTask(folder: string): Promise<PoseTask> {
  const read = (name: string, columns: number) => readTable(join(folder, name), columns);
  const anchors = await read(ANCHORS, 3);
  const truthRows = await read(TRUTH, 4);
  const epoch = truthRows[0][0];
  const at = (seconds: number): Stamp => stampOf(Math.round((seconds - epoch) * NS_PER_SECOND));
  const truth = truthRows.map(([time, x, y, heading]): Truth => ({
    time,
    stamp: at(time),
    position: [x, y, 0],
    orientation: [Math.cos(heading / 2), 0, 0, Math.sin(heading / 2)],
  }));
  const frames = [
    ...odometryFrames(await read(ODOMETRY, 3), epoch, at),
    ...rangeFrames(await read(RANGES, 3), epoch, at),
  ];
  frames.sort((a, b) => a.received - b.received);
  const [first] = truth;
  return {
    streams: STREAMS,
    mounts: new Map(STREAMS.map(({ id }) => [id, IDENTITY_TRANSFORM])),
    frames,
    truth,
    start: {
      stamp: first.stamp,
      position: first.position,
      orientation: first.orientation,
      deviation: { position: 0.05, orientation: 0.02, velocity: 0.5 },
    },
    settings: {
      'fusion.pose.range.anchors': Object.fromEntries(anchors.map(([name, x, y]) => [String(name), { x, y, z: 0 }])),
      ...SETTINGS,
    },
    express: ({ position: [x, y], orientation }) => ({ position: [x, y, 0], orientation }),
    error: ({ truth: { position }, pose }) => [pose.position[0] - position[0], pose.position[1] - position[1]],
    score: ({ rows, lasting }) => ({
      horizontalRmsM: rms(rows.map(({ truth: { position }, pose }) => apart(pose.position, position))),
      biasM: Object.fromEntries(
        anchors.map(([name, x, y]) => {
          const far = rows.reduce((sum, { pose }) => sum + apart(pose.position, [x, y]), 0) / rows.length;
          const own = lasting?.rangeBias[String(name)]?.value ?? 0;
          return [name, own + far * (lasting?.rangeScale?.value ?? 0)];
        }),
      ),
    }),
  };
}

/** Radios of that time measure to half a metre, and some percent too long; wheels on grass, heading from a gyroscope. */
const SETTINGS = {
  'fusion.pose.range.noise': 0.6,
  'fusion.pose.range.scale': 0.1,
  'fusion.pose.range.bias': 0.5,
  'fusion.pose.range.biasSeconds': 1e4,
  'fusion.pose.noise.wheelScale': 0.02,
  'fusion.pose.noise.wheelScaleSeconds': 600,
  'fusion.pose.noise.wheelTurn': 0.002,
  'fusion.pose.noise.stepTurn': 0.005,
  'fusion.pose.noise.stepTurnShare': 0.02,
};

/** m in the plane. */
function apart(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

const HEAD = { input: 0 as InputNumber, deviation: 0 } as const;

/** Steps summed up to poses, as odometry tells them: half of each turn before the way, half after it. */
function* odometryFrames(rows: readonly number[][], epoch: number, at: (seconds: number) => Stamp): Generator<Frame> {
  let [x, y, heading] = [0, 0, 0];
  for (const [time, way, turn] of rows) {
    x += way * Math.cos(heading + turn / 2);
    y += way * Math.sin(heading + turn / 2);
    heading += turn;
    if (time < epoch) continue;
    const pose = { position: [x, y, 0], orientation: [Math.cos(heading / 2), 0, 0, Math.sin(heading / 2)] } as const;
    const measurement = { kind: 'odometry', childFrameId: 'base_link', pose } as const;
    yield { ...HEAD, stream: 'wheels', frameId: 'odom', stamp: at(time), received: at(time), measurement };
  }
}

function* rangeFrames(rows: readonly number[][], epoch: number, at: (seconds: number) => Stamp): Generator<Frame> {
  for (const [time, anchor, distance] of rows) {
    if (time < epoch) continue;
    const measurement = {
      kind: 'range',
      distance,
      rangeMin: 0,
      rangeMax: 1e4,
      fieldOfView: 0,
      anchor: String(anchor),
    } as const;
    yield { ...HEAD, stream: 'ranges', frameId: 'base_link', stamp: at(time), received: at(time), measurement };
  }
}

/** Rows of numbers, the line of names left out. */
async function readTable(path: string, columns: number): Promise<number[][]> {
  const lines = (await readText(path)).split('\n').slice(1);
  const rows = lines.filter((line) => line.trim() !== '').map((line) => line.split(',').map(Number));
  const bad = rows.findIndex((row) => row.length < columns || row.some(Number.isNaN));
  if (bad >= 0) throw new SensoriumError('E_FILE_DAMAGED', `row ${bad + 1} is not ${columns} numbers`, { path });
  if (rows.length === 0) throw new SensoriumError('E_FILE_FORMAT', 'holds no rows', { path });
  return rows;
}
