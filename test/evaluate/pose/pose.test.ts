import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drivers } from '../../../drivers/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import {
  inject,
  judgeInjections,
  openPoseTask,
  parseInjection,
  runPose,
  type PoseRun,
  type PoseTask,
} from '../../../src/evaluate/pose/index.ts';
import { describeWithData } from '../../support/requirements.ts';

function run(task: PoseTask, ...faults: readonly string[]): PoseRun {
  const config = loadConfig({ embedded: {}, drivers, overrides: task.settings });
  const frames = faults.map(parseInjection).reduce(inject, [...task.frames]);
  return runPose({ ...task, frames }, config.fusion);
}

const named = ({ faults }: PoseRun): string[] => faults.map(({ source, fault }) => `${source} ${fault}`);

describe('faults', () => {
  it.each(['fix', 'fix:jump', 'fix:melt@1+1', 'fix:jump:x@1+1'])('%s is none', (text) => {
    expect(() => parseInjection(text)).toThrow('(E_USAGE)');
  });
});

describeWithData('poses of recordings', (data) => {
  const drive = () => openPoseTask(join(data, 'vehicle/comma2k19'), undefined);

  it('a mower among radios is known to half a metre, and what the radios err by', async () => {
    const task = await openPoseTask(join(data, 'ranges/plaza1'), undefined);
    const mowed = run(task);
    const { horizontalRmsM, biasM } = task.score(mowed);
    expect(mowed.rows.length).toBe(task.truth.length);
    expect(horizontalRmsM).toBeLessThan(0.5);
    for (const bias of Object.values(biasM as Record<string, number>)) expect(Math.abs(bias - 2.8)).toBeLessThan(0.5);
  });

  it('a car is known to 0.8 m, and to 0.18 m without a constant offset; half of a drive gives half of the rows', async () => {
    const task = await drive();
    const whole = run(task);
    const { horizontalRmsM, debiasedRmsM } = task.score(whole);
    expect(horizontalRmsM).toBeLessThan(0.8);
    expect(debiasedRmsM).toBeLessThan(0.18);
    const truth = task.truth.slice(0, 300);
    const half = run({ ...task, truth, frames: task.frames.filter(({ received }) => received <= truth[299].stamp) });
    expect(half.rows.map(({ pose }) => pose)).toEqual(whole.rows.slice(0, half.rows.length).map(({ pose }) => pose));
  });

  it('fixes that jump by 20 m leave the state as if they were not there, and are named', async () => {
    const task = await drive();
    const [jumped, absent] = [run(task, 'fix:jump:20@10+2'), run(task, 'fix:drop@10+2')];
    const apart = jumped.rows.map(({ pose }, i) =>
      Math.hypot(...pose.position.map((value, axis) => value - absent.rows[i].pose.position[axis])),
    );
    expect(Math.max(...apart)).toBeLessThan(0.01);
    expect(named(jumped)).toEqual(['fix disagrees']);
    expect(jumped.faults[0].first).toBeLessThan(11);
  });

  it.each([
    ['fix:drop@10+10', 'fix silent', 11],
    // Two seconds later the receiver's places and velocities outvote them.
    ['wheels:freeze@5+10', 'odometry stuck, odometry disagrees', 6],
    ['imu:clip:5@10+5', 'imu stuck', 11],
    ['imu:nan:0.01@0+30', 'imu not finite', 1],
    ['imu:restart@10+1', 'imu silent', 11],
  ])('%s is survived, and named within a second: %s', async (fault, name, by) => {
    const task = await drive();
    const spoilt = run(task, fault);
    expect(named(spoilt).join(', ')).toBe(name);
    expect(spoilt.faults[0].first).toBeLessThan(by + 0.15);
    expect(task.score(spoilt).horizontalRmsM).toBeLessThan(0.8);
    for (const { estimate, truth, pose } of spoilt.rows) {
      const P = estimate.pose.covariance ?? new Float64Array(36);
      const off = Math.hypot(...pose.position.map((value, i) => value - truth.position[i]));
      expect(off).toBeLessThan(5 * Math.sqrt(P[0] + P[7] + P[14]));
    }
  });

  it('a flight whose fixes jump is as if they were not there, and one whose accelerometer clips now and then says so', async () => {
    const task = await openPoseTask(join(data, 'vio/euroc_v1_01'), { rate: 1, noise: 0.05, seed: 1 });
    const part = { ...task, truth: task.truth.slice(0, 10_000) };
    const config = loadConfig({ embedded: {}, drivers, overrides: task.settings }).fusion;
    const [jump, clip] = ['aid:jump:20@30+2', 'imu:clip:10@30+5'].map((fault) => {
      const injection = parseInjection(fault);
      return judgeInjections(part, config, [injection], run(part, fault))[0];
    });
    expect(jump.apartM).toBeLessThan(0.01);
    expect(jump.named).toMatchObject([{ source: 'position', fault: 'disagrees' }]);
    // The first pose that is spoilt comes up to a second later.
    expect(jump.named[0].afterS).toBeLessThan(1.01);
    expect(clip.named).toMatchObject([{ source: 'imu', fault: 'stuck' }]);
    expect(clip.named[0].afterS).toBeLessThan(1);
    expect(clip.inside95).toBeGreaterThan(0.9);
    expect(clip.mostM).toBeGreaterThan(0.1);
  }, 60_000);

  it('a flight whose IMU is away for a second and comes back with other biases finds itself again', async () => {
    const task = await openPoseTask(join(data, 'vio/euroc_v1_01'), { rate: 1, noise: 0.05, seed: 1 });
    const truth = task.truth.slice(0, 12_000);
    const spoilt = run({ ...task, truth }, 'imu:restart@30+1');
    expect(named(spoilt)).toEqual(['imu silent']);
    expect(task.score(spoilt).positionRmsM).toBeLessThan(0.2);
  }, 60_000);

  it.each([
    ['wheels:drop@100+10', 'odometry silent'],
    ['wheels:freeze@100+10', 'odometry stuck'],
    ['ranges:drop@100+10', 'ranges silent'],
    ['ranges:jump:20@100+2', 'ranges disagrees'],
  ])('a mower with %s is named, and its covariance covers the error: %s', async (fault, name) => {
    const task = await openPoseTask(join(data, 'ranges/plaza1'), undefined);
    const spoilt = run({ ...task, truth: task.truth.slice(0, 1_000) }, fault);
    expect(named(spoilt)[0]).toBe(name);
    // Faults count from the first frame on: 0.2 s after the first true pose.
    expect(spoilt.faults[0].first).toBeLessThan(101.2);
    for (const { estimate, truth, pose } of spoilt.rows) {
      const P = estimate.pose.covariance ?? new Float64Array(36);
      const off = Math.hypot(pose.position[0] - truth.position[0], pose.position[1] - truth.position[1]);
      expect(off).toBeLessThan(5 * Math.sqrt(P[0] + P[7]));
    }
  });

  it.each([
    ['ranges/plaza1', undefined],
    ['vehicle/comma2k19', undefined],
    ['vio/euroc_v1_01', { rate: 1, noise: 0.05, seed: 1 }],
  ])('%s: the first part alone gives the same, and asking on the way changes nothing', async (folder, aid) => {
    const task = await openPoseTask(join(data, folder), aid);
    const truth = task.truth.slice(0, 2_000);
    const whole = run({ ...task, truth });
    const [split, every] = [truth.length >> 1, 7];
    const until = truth[split - 1].stamp;
    const part = run({
      ...task,
      truth: truth.slice(0, split),
      frames: task.frames.filter(({ received }) => received <= until),
    });
    expect(part.rows).toEqual(whole.rows.slice(0, part.rows.length));
    expect(part.rows.length).toBeGreaterThan(split - 20);
    const seldom = run({ ...task, truth: truth.filter((_, i) => i % every === 0) });
    const those = whole.rows.filter(({ truth: { stamp } }) => seldom.rows.some((row) => row.truth.stamp === stamp));
    expect(seldom.rows).toEqual(those);
  });

  it('a flight aided once a second is as sure as it says', async () => {
    const task = await openPoseTask(join(data, 'vio/euroc_v1_01'), { rate: 1, noise: 0.05, seed: 1 });
    const { neesMean, nees95Band, positionRmsM } = task.score(run(task));
    const [low, high] = nees95Band as readonly [number, number];
    expect(neesMean).toBeGreaterThan(low);
    expect(neesMean).toBeLessThan(high);
    expect(positionRmsM).toBeLessThan(0.11);
  }, 60_000);

  it('a folder that holds none says so', async () => {
    await expect(openPoseTask(join(data, 'photos'), undefined)).rejects.toThrow('(E_FILE_FORMAT)');
    await expect(openPoseTask(join(data, 'vio/euroc_v1_01'), undefined)).rejects.toThrow(
      '--aid position:1Hz:0.05m (E_USAGE)',
    );
  });
});
