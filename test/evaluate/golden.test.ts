import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { openAnyLog } from '../../src/evaluate/open.ts';
import { runTrial } from '../../src/evaluate/orientation/run.ts';
import { readTrial } from '../../src/evaluate/orientation/trial.ts';
import { openPoseTask, runPose } from '../../src/evaluate/pose/index.ts';
import {
  absoluteError,
  pairByInterpolation,
  trajectoriesOf,
  type TimedPose,
} from '../../src/evaluate/trajectory/index.ts';
import { NS_PER_SECOND } from '../../src/frame/index.ts';
import { decode } from '../../src/publish/index.ts';
import { replayEntries } from '../../src/record/index.ts';
import { mappingsOf, pipelineOf, prepareLog, runThrough } from '../../src/replay/index.ts';
import { describeWithData } from '../support/requirements.ts';
import { expectGolden } from './support/golden.ts';

/** Poses of a recording that are looked at: a minute of a flight is enough to see a change. */
const MOST_POSES = 12_000;

/*
 * What the estimators make of the recordings is kept (test/evaluate/golden): a change of it is a decision. Written anew by
 * `npm run goldens`.
 */
describeWithData('estimates are what they were', (data) => {
  it.each([
    ['plaza1', 'ranges/plaza1', undefined],
    ['comma2k19', 'vehicle/comma2k19', undefined],
    ['euroc_v1_01', 'vio/euroc_v1_01', { rate: 1, noise: 0.05, seed: 1 }],
  ])('pose: %s', { timeout: 60_000 }, async (name, folder, aid) => {
    const task = await openPoseTask(join(data, folder), aid);
    const config = loadConfig({ embedded: {}, drivers, overrides: task.settings });
    const { rows } = runPose({ ...task, truth: task.truth.slice(0, MOST_POSES) }, config.fusion);
    await expectGolden(
      name,
      rows.map(({ pose }) => pose),
    );
  });

  it.each(['01_undisturbed_slow_rotation_A', '15_undisturbed_fast_translation_A', '34_disturbed_attached_magnet_3cm'])(
    'orientation: %s',
    { timeout: 60_000 },
    async (name) => {
      const trial = await readTrial(join(data, 'orientation'), name);
      const { estimates } = runTrial(trial, loadConfig({ embedded: {}, drivers }).fusion.orientation);
      const poses = Array.from({ length: trial.count }, (_, i): TimedPose => {
        const [w, x, y, z] = estimates.subarray(4 * i, 4 * i + 4);
        return { time: i / trial.rate, position: [0, 0, 0], orientation: [w, x, y, z] };
      });
      await expectGolden(name, poses);
    },
  );

  it.each([
    ['jackal', 'config/jackal.yaml'],
    ['jarvis_circular', undefined],
  ])('replayed: %s', async (name, file) => {
    const config = loadConfig({ embedded: {}, file, drivers });
    const log = await openAnyLog(join(data, 'bags', `${name}.bag`), { mappings: mappingsOf(config) });
    const poses: TimedPose[] = [];
    const pipeline = pipelineOf(prepareLog(log, config), ({ topic, stamp, payload }) => {
      if (topic !== 'pose') return;
      const { position, orientation } = decode(payload, 'Pose').pose;
      poses.push({
        time: stamp / NS_PER_SECOND,
        position: [position.x, position.y, position.z],
        orientation: [orientation.w, orientation.x, orientation.y, orientation.z],
      });
    });
    await runThrough(replayEntries(log), { pipeline, odom: config.frames.odom });
    expect(poses.length).toBeGreaterThan(100);
    await expectGolden(name, poses);
  });

  it('odometry: jarvis_circular', async () => {
    const log = await openAnyLog(join(data, 'bags/jarvis_circular.bag'));
    const [truth, wheels] = await trajectoriesOf(log, ['pose_ground_truth', 'tf']);
    const { pairs } = absoluteError(pairByInterpolation(truth, wheels, 1), 'start');
    await expectGolden(
      'jarvis_odometry',
      pairs.map(({ estimate }) => estimate),
    );
  });
});
