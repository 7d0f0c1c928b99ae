import type { Command } from 'commander';
import { SensoriumError } from '../../contract/index.ts';
import { openAnyLog } from '../../evaluate/open.ts';
import {
  absoluteError,
  pairByInterpolation,
  poseStreamOf,
  summaryOf,
  trajectoriesOf,
  trajectoryPicture,
  writeEstimates,
} from '../../evaluate/trajectory/index.ts';
import { dataPath } from '../path.ts';
import type { CliContext } from '../verb.ts';
import { drawn } from '../drawn.ts';

const EXAMPLES = `
How far does a log's odometry drift? Its poses, interpolated at the header times of the truth, both relative to their first
common pose: no fit hides the drift.

Examples:
  sensorium eval odometry --log bags/jarvis_circular.bag --truth /pose_ground_truth
  sensorium eval odometry --log bags/jarvis_circular.bag --truth /pose_ground_truth --plot drift.svg --json`;

/** A hole of the odometry that is longer is not bridged, s. */
const LONGEST_HOLE = 1;

interface Options {
  readonly log: string;
  readonly truth: string;
  readonly odometry?: string;
  readonly estimates?: string;
  readonly plot?: string;
  readonly json?: boolean;
}

/** `sensorium evaluate odometry`: how far does the odometry of a log drift? */
export function odometry(group: Command, context: CliContext): void {
  group
    .command('odometry')
    .description('how far the odometry of a log drifts from the truth in it')
    .requiredOption('--log <file>', 'recording')
    .requiredOption('--truth <topic>', 'topic or stream of the true pose')
    .option('--odometry <topic>', 'topic or stream of the odometry; default: the first that is not the truth')
    .option('--estimates <folder>', 'write what was scored: estimate.csv')
    .option('--plot <file>', 'draw trajectory and error over time (SVG)')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => judged(options, context));
}

async function judged(options: Options, context: CliContext): Promise<void> {
  const path = dataPath(options.log);
  const log = await openAnyLog(path);
  const truth = poseStreamOf(log, options.truth);
  const first = log.streams.find(({ id, kind }) => kind === 'odometry' && id !== truth)?.id;
  if (first === undefined) throw new SensoriumError('E_FILE_FORMAT', 'holds no odometry', { path });
  const wheels = options.odometry === undefined ? first : poseStreamOf(log, options.odometry);
  const [true_, estimated] = await trajectoriesOf(log, [truth, wheels]);
  const pairs = pairByInterpolation(true_, estimated, LONGEST_HOLE);
  if (pairs.length === 0)
    throw new SensoriumError('E_FILE_FORMAT', 'truth and odometry have no time in common', { path });
  const error = absoluteError(pairs, 'start');
  const { rms, max } = summaryOf(error.errors.map(({ distance }) => distance));
  const result = { ateM: { rms, max }, yawDegRms: summaryOf(error.errors.map(({ yaw }) => yaw)).rms };
  await drawn(options.plot, () => trajectoryPicture(error, `${options.log}: ${wheels} against ${truth}`));
  if (options.estimates !== undefined) {
    const seconds = Number(log.epoch) / 1e9;
    const poses = error.pairs.map(({ estimate }) => ({ ...estimate, time: estimate.time + seconds }));
    await writeEstimates(options.estimates, poses);
  }
  if (options.json === true) return context.out(`${JSON.stringify(result)}\n`);
  context.out(
    `${wheels} against ${truth}, ${pairs.length} poses: ${rms.toFixed(4)} m RMS, ${max.toFixed(4)} m at most; ` +
      `heading ${result.yawDegRms.toFixed(3)} deg RMS\n`,
  );
}
