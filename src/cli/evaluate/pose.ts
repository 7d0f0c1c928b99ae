import { InvalidArgumentError, type Command } from 'commander';
import { loadConfig, type Section } from '../../config/index.ts';
import {
  inject,
  judgeInjections,
  openPoseTask,
  parseInjection,
  runPose,
  type PoseRun,
  type PositionAid,
} from '../../evaluate/pose/index.ts';
import { absoluteError, trajectoryPicture, writeEstimates } from '../../evaluate/trajectory/index.ts';
import type { Frame } from '../../frame/index.ts';
import { setting, whole } from '../arguments.ts';
import { dataPath } from '../path.ts';
import { createProgress } from '../progress.ts';
import type { CliContext } from '../verb.ts';
import { drawn } from '../drawn.ts';

const EXAMPLES = `
Runs a recording through the pose filters that the pipeline runs, causally, and judges the pose at each time of the truth. Read
are flights of EuRoC (an IMU, aided by truth that was decimated and noised), ranges to anchors with odometry, and drives of
comma2k19 (fixes, wheels, IMU).

Examples:
  sensorium eval pose --data vio/euroc_v1_01 --aid position:1Hz:0.05m --seed 1
  sensorium eval pose --data ranges/plaza1 --plot mower.svg
  sensorium eval pose --data vehicle/comma2k19 --inject fix:jump:20@10+2
  sensorium eval pose --data vehicle/comma2k19 --json --estimates out

With --inject it tells what was named and how long after, the largest errors during the fault and the 5 s after it, and later, how
much of the first lies inside the covariance's 95 %, and how far a jump pulled the pose from where it is without those frames.`;

interface Options {
  readonly data: string;
  readonly aid?: { readonly rate: number; readonly noise: number };
  readonly seed: number;
  readonly inject: readonly string[];
  readonly set?: Section;
  readonly estimates?: string;
  readonly plot?: string;
  readonly json?: boolean;
}

/** `sensorium evaluate pose`: how right is the fused pose? */
export function pose(group: Command, context: CliContext): void {
  group
    .command('pose')
    .description('how right the fused pose of a recording is')
    .requiredOption('--data <folder>', 'recording with its truth')
    .option('--aid <what>', 'what of the truth aids an IMU: position:<rate>Hz:<noise>m', aidOf)
    .option('--seed <number>', 'of the noise on it', whole, 1)
    .option(
      '--inject <fault>',
      'spoil a stream: <stream>:<drop|jump|freeze|clip|nan|restart>[:<size>]@<second>+<seconds>; may be repeated',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--set <path=value>', 'override a value of the configuration; may be repeated', setting)
    .option('--estimates <folder>', 'write what was scored: estimate.csv')
    .option('--plot <file>', 'draw trajectory and error over time (SVG)')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => judged(options, context));
}

async function judged(options: Options, { drivers, out, err }: CliContext): Promise<void> {
  const aid: PositionAid | undefined = options.aid && { ...options.aid, seed: options.seed };
  const injections = options.inject.map(parseInjection);
  const recorded = await openPoseTask(dataPath(options.data), aid);
  const task = { ...recorded, frames: injections.reduce<readonly Frame[]>(inject, recorded.frames) };
  const config = loadConfig({ embedded: {}, drivers, overrides: { ...task.settings, ...options.set } });
  const progress = createProgress(err);
  const run = runPose(task, config.fusion, (share) => progress.show(share, options.data));
  progress.clear();
  // What was named belongs to the answer where something was spoilt on purpose.
  const named =
    injections.length > 0
      ? { faults: run.faults, injected: judgeInjections(recorded, config.fusion, injections, run) }
      : {};
  const result = { ...task.score(run), ...named };
  if (options.estimates !== undefined) {
    await writeEstimates(
      options.estimates,
      run.rows.map(({ pose: estimate }) => estimate),
    );
  }
  await drawn(options.plot, () => trajectoryPicture(absoluteError(pairsOf(run), 'none'), options.data));
  if (options.json === true) return out(`${JSON.stringify(result)}\n`);
  const lines = Object.entries(result).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  out(`${lines.join('\n')}\n`);
  for (const [stream, reasons] of Object.entries(run.dropped)) {
    const counts = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
    out(`not taken of ${stream}: ${counts.join(', ')}\n`);
  }
}

function pairsOf({ rows }: PoseRun) {
  return rows.map(({ truth, pose: estimate }) => ({ time: truth.time, truth, estimate }));
}

/** Parses `position:1Hz:0.05m`. */
function aidOf(text: string): { readonly rate: number; readonly noise: number } {
  const [, rate, noise] = /^position:(\d+(?:\.\d+)?)Hz:(\d+(?:\.\d+)?)m$/.exec(text) ?? [];
  if (!(Number(rate) > 0))
    throw new InvalidArgumentError('expected position:<rate>Hz:<noise>m, such as position:1Hz:0.05m');
  return { rate: Number(rate), noise: Number(noise) };
}
