import fc from 'fast-check';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  absoluteError,
  pairByIndex,
  pairByInterpolation,
  pairByNearest,
  poseAt,
  poseStreamOf,
  readTrajectory,
  relativeError,
  summaryOf,
  trajectoriesOf,
  trajectoryPicture,
  writeEstimates,
  type TimedPose,
} from '../../../src/evaluate/trajectory/index.ts';
import { compose, fromRotationVector, norm, rotate, subtract } from '../../../src/geometry/index.ts';
import { openAnyLog } from '../../../src/evaluate/open.ts';
import { describeWithData } from '../../support/requirements.ts';

const number = fc.double({ min: -3, max: 3, noNaN: true });
const vector = fc.tuple(number, number, number);

/** A curve in space that no rotation maps to itself. */
const CURVE: readonly TimedPose[] = Array.from({ length: 40 }, (_, i) => ({
  time: i / 10,
  position: [Math.cos(i / 7), Math.sin(i / 5), (i * i) / 400] as const,
  orientation: fromRotationVector([0.01 * i, -0.02 * i, 0.03 * i]),
}));

describe('alignment', () => {
  it('finds any similarity again', () => {
    fc.assert(
      fc.property(vector, vector, fc.double({ min: 0.1, max: 10, noNaN: true }), (turn, shift, scale) => {
        const R = fromRotationVector(turn);
        const estimate = CURVE.map(({ time, position, orientation }): TimedPose => {
          const [x, y, z] = rotate(R, position);
          return {
            time,
            position: [scale * x + shift[0], scale * y + shift[1], scale * z + shift[2]],
            orientation: compose(R, orientation),
          };
        });
        const { errors, alignment } = absoluteError(pairByIndex(CURVE, estimate), 'sim3');
        expect(alignment.scale * scale).toBeCloseTo(1, 6);
        for (const { distance, angle } of errors) {
          expect(distance).toBeLessThan(1e-6);
          expect(angle).toBeLessThan(1e-4);
        }
      }),
    );
  });

  it('at the start lays the first poses on each other, and leaves the drift', () => {
    const R = fromRotationVector([0.2, -1, 2]);
    const moved = CURVE.map(({ time, position, orientation }) => ({
      time,
      position: rotate(R, position),
      orientation: compose(R, orientation),
    }));
    const drifting = moved.map((pose) => ({ ...pose, position: [...pose.position] as [number, number, number] }));
    drifting[39].position[0] += 0.5;
    const { errors } = absoluteError(pairByIndex(CURVE, drifting), 'start');
    expect(errors[38].distance).toBeLessThan(1e-9);
    expect(errors[39].distance).toBeCloseTo(0.5, 9);
  });
});

describe('pairs', () => {
  it('interpolates between neighbours, never beyond the ends or over a hole', () => {
    const two = [CURVE[0], { ...CURVE[10], time: 1 }];
    expect(poseAt(two, 0.25)?.position[2]).toBeCloseTo(0.25 * CURVE[10].position[2], 12);
    expect(poseAt(two, -0.01)).toBeUndefined();
    expect(poseAt(two, 1.01)).toBeUndefined();
    expect(poseAt(two, 0.5, 0.9)).toBeUndefined();
    expect(pairByInterpolation(CURVE, two)).toHaveLength(11);
  });

  it('uses each pose once, the nearest first', () => {
    const at = (time: number): TimedPose => ({ ...CURVE[0], time });
    const pairs = pairByNearest([at(0), at(1), at(2)], [at(0.9), at(1.05), at(2.5)], 0.2);
    expect(pairs.map(({ truth, estimate }) => [truth.time, estimate.time])).toEqual([[1, 1.05]]);
  });
});

describe('relative error', () => {
  it('of a scaled line is the scale of each step', () => {
    const line = Array.from({ length: 21 }, (_, i): TimedPose => ({
      time: i,
      position: [i, 0, 0],
      orientation: [1, 0, 0, 0],
    }));
    const longer = line.map((pose): TimedPose => ({ ...pose, position: [1.01 * pose.position[0], 0, 0] }));
    for (const unit of ['poses', 's', 'm'] as const) {
      const steps = relativeError(pairByIndex(line, longer), 10, unit);
      expect(steps).toHaveLength(11);
      for (const { distance, angle } of steps) {
        expect(distance).toBeCloseTo(0.1, 9);
        expect(angle).toBeCloseTo(0, 9);
      }
    }
    expect(relativeError(pairByIndex(line, longer), 30, 'm')).toHaveLength(0);
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trajectory-'));
  const file = (name: string, text: string | Buffer): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it.each([
    ['TUM', 'tum', '# t x y z qx qy qz qw\n12.5 1 2 3 0 0 0.6 0.8\n', 12.5],
    ['EuRoC', 'euroc', '#ns\n1403715273262142976,1,2,3,0.8,0,0,0.6,0,0,0\n', 1403715273.262143],
    ['estimate.csv', 'euroc', 't,x,y,z,qw,qx,qy,qz\n12.5,1,2,3,0.8,0,0,0.6\n', 12.5],
    ['KITTI', 'kitti', '0.28 -0.96 0 1 0.96 0.28 0 2 0 0 1 3\n', 0],
  ])('of %s are read, gzipped as well', async (name, format, text, time) => {
    for (const path of [file(name, text), file(`${name}.gz`, gzipSync(text))]) {
      const read = await readTrajectory(path);
      expect(read.format).toBe(format);
      expect(read.poses[0].time).toBeCloseTo(time, 6);
      expect(read.poses[0].position).toEqual([1, 2, 3]);
      expect(norm(subtract(rotate(read.poses[0].orientation, [1, 0, 0]), [0.28, 0.96, 0]))).toBeLessThan(1e-9);
    }
  });

  it('that are none say in one line where', async () => {
    await expect(readTrajectory(file('a', '1 2 3\n'))).rejects.toThrow(/a:1: .*\(E_FILE_FORMAT\)$/);
    await expect(readTrajectory(file('b', '0 1 2 3 0 0 0 1\n1 x 2 3 0 0 0 1\n'))).rejects.toThrow(
      /b:2: .*\(E_FILE_DAMAGED\)$/,
    );
    await expect(readTrajectory(file('c', '# nothing\n'))).rejects.toThrow('holds no poses (E_FILE_FORMAT)');
    await expect(readTrajectory(join(folder, 'none'))).rejects.toThrow('(E_FILE_MISSING)');
  });

  it('of estimates come back as they were written', async () => {
    await writeEstimates(join(folder, 'out'), CURVE);
    expect(readFileSync(join(folder, 'out', 'estimate.csv'), 'utf8').split('\n')[0]).toBe('t,x,y,z,qw,qx,qy,qz');
    const { poses } = await readTrajectory(join(folder, 'out', 'estimate.csv'));
    expect(
      summaryOf(absoluteError(pairByIndex(CURVE, poses), 'none').errors.map(({ distance }) => distance)).max,
    ).toBeLessThan(1e-8);
  });

  it('of a picture hold both lines and the error', () => {
    const svg = trajectoryPicture(absoluteError(pairByIndex(CURVE, CURVE), 'none'), 'a < b');
    expect(svg).toContain('a &lt; b');
    expect(svg.match(/<polyline/g)).toHaveLength(3);
    expect(svg).not.toContain('NaN');
  });
});

/** The figures: association, fit by singular values and RMS, computed by NumPy. */
describeWithData('published trajectories', (data) => {
  it.each([
    ['freiburg1_xyz-rgbdslam.txt', 'freiburg1_xyz-groundtruth.txt', 'se3', 0.013473468, 1],
    ['fr2_desk_ORB.txt', 'fr2_desk_groundtruth.txt', 'sim3', 0.006185673, 0.9970023],
  ] as const)('%s against %s', async (estimate, truth, kind, rms, scale) => {
    const read = async (name: string) => (await readTrajectory(join(data, 'trajectories', name))).poses;
    const ate = absoluteError(pairByNearest(await read(truth), await read(estimate), 0.02), kind);
    expect(summaryOf(ate.errors.map(({ distance }) => distance)).rms).toBeCloseTo(rms, 6);
    expect(ate.alignment.scale).toBeCloseTo(scale, 4);
  });

  it('of KITTI, which has no times, pair by pose', async () => {
    const read = async (name: string) => (await readTrajectory(join(data, 'trajectories', name))).poses;
    const pairs = pairByIndex(await read('KITTI_00_gt.txt'), await read('KITTI_00_ORB.txt'));
    const rms = (kind: 'se3' | 'sim3') =>
      summaryOf(absoluteError(pairs, kind).errors.map(({ distance }) => distance)).rms;
    expect(rms('se3')).toBeCloseTo(1.303449715, 6);
    expect(rms('sim3')).toBeCloseTo(0.937709074, 6);
  });

  it('wheels of a robot that drives in circles drift by 0.075 m and 0.985 deg', async () => {
    const log = await openAnyLog(join(data, 'bags/jarvis_circular.bag'));
    const wheels = log.streams.find(({ id, kind }) => kind === 'odometry' && id !== 'pose_ground_truth')?.id ?? '';
    const [truth, estimate] = await trajectoriesOf(log, [poseStreamOf(log, '/pose_ground_truth'), wheels]);
    const { errors } = absoluteError(pairByInterpolation(truth, estimate), 'start');
    expect(Math.abs(summaryOf(errors.map(({ distance }) => distance)).rms / 0.075 - 1)).toBeLessThan(0.01);
    expect(Math.abs(summaryOf(errors.map(({ yaw }) => yaw)).rms / 0.985 - 1)).toBeLessThan(0.01);
    expect(() => poseStreamOf(log, '/nothing')).toThrow('(E_USAGE)');
  });
});
