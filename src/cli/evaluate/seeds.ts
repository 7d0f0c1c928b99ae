import { loadConfig, type Section } from '../../config/index.ts';
import { SensoriumError } from '../../contract/index.ts';
import { consistencyOf, neesOf, rms, type Sample } from '../../evaluate/consistency.ts';
import { NS_PER_SECOND, type OdometryMeasurement, type PoseEstimate3 } from '../../frame/index.ts';
import { composeTransforms, invertTransform, wrapAngle, yawOf, type Transform } from '../../geometry/index.ts';
import { createSequencer } from '../../pipeline/index.ts';
import { pipelineOf, prepareStreams } from '../../replay/index.ts';
import { createProgress } from '../progress.ts';
import { VIRTUAL_EPOCH, withTicks } from '../simulate.ts';
import type { CliContext } from '../verb.ts';

/** What `sensorium evaluate` was told. */
export interface SeedsOptions {
  readonly seeds: number;
  readonly duration: number;
  readonly set?: Section;
  readonly json?: boolean;
}

/** One run, sampled once a second. */
interface Run {
  readonly nees: number[];
  /** m. */
  readonly fused: number[];
  readonly wheels: number[];
}

/** Is the fused pose of the simulated robot consistent, over many seeds, and better than the wheels alone? */
export function evaluateSeeds(options: SeedsOptions, context: CliContext): void {
  const progress = createProgress(context.err);
  const runs: Run[] = [];
  for (let seed = 1; seed <= options.seeds; seed += 1) {
    runs.push(runOf(seed, options, context));
    progress.show(seed / options.seeds, `seed ${seed}`);
  }
  progress.clear();
  const result = {
    seeds: options.seeds,
    seconds: options.duration,
    nees: consistencyOf(runs.map((run) => run.nees)),
    positionRms: rms(runs.flatMap((run) => run.fused)),
    wheelsRms: rms(runs.flatMap((run) => run.wheels)),
  };
  if (options.json === true) return context.out(`${JSON.stringify(result)}\n`);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const { nees } = result;
  context.out(
    `mean NEES ${nees.meanNees.toFixed(2)}, in its band ${nees.band.map((limit) => limit.toFixed(2)).join('..')} at ` +
      `${percent(nees.inside)} of the times (below ${percent(nees.below)}, above ${percent(nees.above)})\n` +
      `position error ${result.positionRms.toFixed(3)} m RMS; wheel odometry alone ${result.wheelsRms.toFixed(3)} m\n`,
  );
}

function runOf(seed: number, options: SeedsOptions, { drivers, embedded }: CliContext): Run {
  const overrides = { ...options.set, 'sources.robot.seed': seed };
  const config = loadConfig({ embedded, drivers, overrides });
  const { driver, config: its } = config.sources['robot'];
  const source = drivers.find(({ type }) => type === driver)?.simulate?.('robot', its);
  if (source === undefined)
    throw new SensoriumError('E_CONFIG_CONFLICT', 'cannot be simulated', { path: 'sources.robot' });
  const pipeline = pipelineOf(prepareStreams(source.streams, config, VIRTUAL_EPOCH, source.mounts), () => undefined);
  const sequencer = createSequencer({ step: (input) => pipeline.step(input) });
  const run: Run = { nees: [], fused: [], wheels: [] };
  const truths: { readonly at: number; readonly pose: PoseEstimate3 }[] = [];
  let wheels: { readonly at: number; readonly pose: PoseEstimate3 } | undefined;
  let next = NS_PER_SECOND;

  for (const input of withTicks(source.inputs(options.duration))) {
    sequencer.admit(input);
    if (input.kind === 'frame') {
      const { stream, received, device, measurement } = input.arrival;
      if (stream === 'truth' && device !== undefined) {
        truths.push({ at: Number(device - VIRTUAL_EPOCH), pose: poseOf(measurement as OdometryMeasurement) });
      } else if (stream === 'wheels') wheels = { at: received, pose: poseOf(measurement as OdometryMeasurement) };
    } else if (input.kind === 'tick' && input.at >= next && truths.length > 2) {
      next += NS_PER_SECOND;
      const { pose } = pipeline.report();
      if (pose === undefined) continue;
      const start = transformOf(truths[0].pose);
      const truth = truthAt(truths, pose.stamp);
      const error = errorOf(pose.pose, relativeTo(start, truth));
      run.nees.push(neesOf(error));
      run.fused.push(Math.hypot(error.error[0], error.error[1]));
      if (wheels === undefined) continue;
      const own = errorOf(wheels.pose, relativeTo(start, truthAt(truths, wheels.at)));
      run.wheels.push(Math.hypot(own.error[0], own.error[1]));
    }
  }
  return run;
}

function poseOf(measurement: OdometryMeasurement): PoseEstimate3 {
  return measurement.pose ?? { position: [0, 0, 0], orientation: [1, 0, 0, 0] };
}

function transformOf({ position, orientation }: PoseEstimate3): Transform {
  return { translation: position, rotation: orientation };
}

/** The truth in the frame in which the robot started. */
function relativeTo(start: Transform, truth: PoseEstimate3): Transform {
  return composeTransforms(invertTransform(start), transformOf(truth));
}

/** The truth nearest in time, carried on by a straight line through its neighbour. */
function truthAt(truths: readonly { readonly at: number; readonly pose: PoseEstimate3 }[], at: number): PoseEstimate3 {
  let i = truths.length - 1;
  while (i > 1 && truths[i - 1].at > at) i -= 1;
  const [a, b] = [truths[i - 1], truths[i]];
  const t = (at - a.at) / (b.at - a.at);
  const position = a.pose.position.map((value, axis) => value + t * (b.pose.position[axis] - value));
  const yaw = yawOf(a.pose.orientation);
  const turned = yaw + t * wrapAngle(yawOf(b.pose.orientation) - yaw);
  return {
    position: [position[0], position[1], position[2]],
    orientation: [Math.cos(turned / 2), 0, 0, Math.sin(turned / 2)],
  };
}

function errorOf(estimate: PoseEstimate3, truth: Transform): Sample {
  const [x, y] = estimate.position;
  const yaw = wrapAngle(yawOf(estimate.orientation) - yawOf(truth.rotation));
  const P = estimate.covariance ?? new Float64Array(36);
  const at = [0, 1, 5];
  return {
    error: [x - truth.translation[0], y - truth.translation[1], yaw],
    covariance: at.flatMap((row) => at.map((column) => P[row * 6 + column])),
  };
}
