import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  absoluteError,
  pairByIndex,
  pairByNearest,
  readTrajectory,
  relativeError,
  summaryOf,
  type AlignmentKind,
  type StepUnit,
  trajectoryPicture,
} from '../../evaluate/trajectory/index.ts';
import { SensoriumError } from '../../contract/index.ts';
import { duration } from '../arguments.ts';
import { dataPath } from '../path.ts';
import type { CliContext } from '../verb.ts';
import { drawn } from '../drawn.ts';

const EXAMPLES = `
How far is a trajectory from the truth? Absolute error (ATE): every pose against the truth's pose nearest in time, after an
alignment. Relative error (RPE): every step of the given length against the truth's step. Files of TUM (t x y z qx qy qz qw),
KITTI (twelve numbers, paired pose by pose) and EuRoC (ns,x,y,z,qw,qx,qy,qz,…), gzipped or not; estimate.csv as well.

Examples:
  sensorium eval trajectory trajectories/fr2_desk_ORB.txt --truth trajectories/fr2_desk_groundtruth.txt --align sim3
  sensorium eval trajectory trajectories/KITTI_00_ORB.txt --truth trajectories/KITTI_00_gt.txt --align se3 --step 100m
  sensorium eval trajectory estimate.csv --truth mav0/state_groundtruth_estimate0/data.csv --plot error.svg --json`;

/** The alignments, in the order of their freedom. */
export const ALIGNMENTS: readonly AlignmentKind[] = ['none', 'start', 'se3', 'sim3'];

interface Options {
  readonly truth: string;
  readonly align: AlignmentKind;
  readonly step: Step;
  readonly apart: number;
  readonly plot?: string;
  readonly json?: boolean;
}

interface Step {
  readonly length: number;
  readonly unit: StepUnit;
}

/** `sensorium evaluate trajectory`: how far is a trajectory from the truth? */
export function trajectory(group: Command, context: CliContext): void {
  group
    .command('trajectory')
    .description('absolute and relative error of a trajectory against the truth')
    .argument('<file>', 'the estimate: TUM, KITTI or EuRoC')
    .requiredOption('--truth <file>', 'the truth: TUM, KITTI or EuRoC')
    .addOption(
      new Option('--align <how>', 'what is done to the estimate first').choices(ALIGNMENTS as string[]).default('none'),
    )
    .option('--step <length>', 'of the relative error: poses (1), seconds (1s) or metres of the truth (100m)', stepOf, {
      length: 1,
      unit: 'poses',
    })
    .option('--apart <time>', 'the most that two poses of a pair may be apart', duration, 0.02)
    .option('--plot <file>', 'draw trajectory and error over time (SVG)')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: Options) => judged(path, options, context));
}

async function judged(path: string, options: Options, context: CliContext): Promise<void> {
  const estimate = await readTrajectory(dataPath(path));
  const truth = await readTrajectory(dataPath(options.truth));
  const untimed = [estimate, truth].filter(({ format }) => format === 'kitti').length;
  if (untimed === 1)
    throw new SensoriumError('E_USAGE', 'a file of KITTI has no times: it goes with another of KITTI only');
  const pairs =
    untimed === 2
      ? pairByIndex(truth.poses, estimate.poses)
      : pairByNearest(truth.poses, estimate.poses, options.apart);
  if (pairs.length === 0) {
    const why = `no pose within ${options.apart} s of one of the truth`;
    throw new SensoriumError('E_FILE_FORMAT', why, { path: dataPath(path) });
  }
  const ate = absoluteError(pairs, options.align);
  const { length, unit } = options.step;
  const rpe = relativeError(ate.pairs, length, unit);
  const result = {
    pairs: pairs.length,
    align: options.align,
    scale: ate.alignment.scale,
    ateM: summaryOf(ate.errors.map(({ distance }) => distance)),
    ateDeg: summaryOf(ate.errors.map(({ angle }) => angle)),
    rpe: {
      step: length,
      unit,
      pairs: rpe.length,
      m: rpe.length === 0 ? null : summaryOf(rpe.map(({ distance }) => distance)),
      deg: rpe.length === 0 ? null : summaryOf(rpe.map(({ angle }) => angle)),
    },
  };
  await drawn(options.plot, () =>
    trajectoryPicture(ate, `${path} against ${options.truth}, alignment ${options.align}`),
  );
  if (options.json === true) return context.out(`${JSON.stringify(result)}\n`);
  const { ateM, ateDeg } = result;
  context.out(
    `${pairs.length} pairs, alignment ${options.align}${options.align === 'sim3' ? ` (scale ${result.scale.toFixed(4)})` : ''}\n` +
      `absolute: ${ateM.rms.toFixed(6)} m RMS, ${ateM.max.toFixed(6)} m at most; ${ateDeg.rms.toFixed(4)} deg RMS\n` +
      (result.rpe.m === null || result.rpe.deg === null
        ? 'relative: the trajectory is shorter than a step\n'
        : `relative, steps of ${length} ${unit}: ${result.rpe.m.rms.toFixed(6)} m RMS, ${result.rpe.deg.rms.toFixed(4)} deg RMS\n`),
  );
}

/** Parses the length of a step: `10`, `1s`, `100m`. */
function stepOf(text: string): Step {
  const [, number, unit = 'poses'] = /^(\d+(?:\.\d+)?)\s*(s|m)?$/.exec(text) ?? [];
  const length = Number(number);
  if (!(length > 0) || (unit === 'poses' && !Number.isInteger(length))) {
    throw new InvalidArgumentError('expected poses (10), seconds (1s) or metres (100m)');
  }
  return { length, unit: unit as StepUnit };
}
