import { InvalidArgumentError, type Command } from 'commander';
import { imuCalibrationOf, type ImuCalibration } from '../../calibrate/imu.ts';
import type { Measured } from '../../calibrate/measured.ts';
import { corrected, type Told } from '../../calibrate/positions.ts';
import { stillSpans } from '../../calibrate/still.ts';
import { SensoriumError } from '../../contract/index.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';
import { readRecording, type Recording } from './recording.ts';
import { common, rounded, tell, withSigma, type CommonOptions, type Found } from './told.ts';

const EXAMPLES = `
Biases and scales of an IMU, from a log in which it lies still in several ways: at rest the true acceleration is as long as
gravity, whatever the way (Tedaldi et al. 2014). Lay it on each of its six sides, two seconds or more each, turning it by hand in between;
a dozen ways that differ are better still. Turns between them tell the gyroscope's scales. With fewer ways only what they tell
is told: one way, the gyroscope's bias alone.

Examples:
  sensorium calibrate imu six-sides.mcap
  sensorium calibrate imu six-sides.mcap --gravity 9.8123 --plot imu.svg
  sensorium calibrate imu bags/jackal.bag --imu /imu/data --json`;

/** Standard gravity, m/s². */
export const STANDARD_GRAVITY = 9.80665;

interface Options extends CommonOptions {
  readonly gravity: number;
}

/** `sensorium calibrate imu`: how far off are the readings of an IMU? */
export function imu(group: Command, context: CliContext): void {
  common(group.command('imu'))
    .description('biases and scales of an IMU from a log with several ways of lying still')
    .option('--imu <topic>', 'topic or stream of the IMU; default: the only one')
    .option('--wheels <topic>', 'topic or stream of odometry that must stand; default: the only one, if any')
    .option(
      '--gravity <m/s²>',
      'where the log was recorded: 9.780 at the equator, 9.832 at the poles',
      gravity,
      STANDARD_GRAVITY,
    )
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: Options) => {
      const recording = await readRecording(name, options, { imu: true, wheels: 'maybe' }, context);
      await tell(imuFound(recording, options.gravity), `${name}: length of the acceleration at rest`, options, context);
    });
}

/** Parses the acceleration of gravity. */
export function gravity(text: string): number {
  const value = Number(text);
  if (!(value > 1 && value < 30)) throw new InvalidArgumentError('expected an acceleration in m/s², such as 9.81');
  return value;
}

function imuFound({ path, imu: given, wheels }: Recording, g: number): Found {
  if (given === undefined) throw new SensoriumError('E_FILE_FORMAT', 'holds no IMU', { path });
  const spans = stillSpans(given.series, wheels?.series);
  if (spans.length === 0) {
    const what = 'the IMU is never still for a second; let it lie on each of its sides for some seconds';
    throw new SensoriumError('E_FILE_FORMAT', what, { path });
  }
  const found = imuCalibrationOf(given.series, spans, g);
  const { accel, gyro, alongGravity, positions } = found;
  const axes = [0, 1, 2].map((axis) => [
    'xyz'[axis],
    told(accel.bias[axis], 'm/s²'),
    told(accel.scale[axis]),
    told(gyro.bias[axis], 'rad/s'),
    told(gyro.scale[axis]),
  ]);
  return {
    result: {
      stream: given.stream,
      gravity: g,
      accel: {
        bias: accel.bias.map(orNull),
        scale: accel.scale.map(orNull),
        skew: accel.skew.map(orNull),
        rms: accel.rms,
      },
      gyro: { bias: gyro.bias, scale: gyro.scale.map(orNull) },
      alongGravity,
      positions: positions.map(({ span: { from, to }, accel: reading, gyro: rate }) => ({
        from,
        to,
        accel: reading,
        gyro: rate,
      })),
    },
    lines: [
      `${given.stream}: ${positions.length} time${positions.length === 1 ? '' : 's'} of rest`,
      ...tableOf(['axis', 'accelerometer: bias', 'scale', 'gyroscope: bias', 'scale'], axes),
      `the acceleration at rest is ${withSigma(alongGravity, 1, 'm/s²')} longer than gravity (${g} m/s²)`,
      ...missing(found),
    ],
    ...pasted(found),
    charts: [
      {
        title: 'length of the acceleration less gravity (m/s²)',
        x: 'time (s)',
        drawn: [
          {
            label: 'read',
            as: 'dots',
            points: positions.map(({ span, accel: a }) => [span.from, Math.hypot(...a) - g]),
          },
          {
            label: 'corrected',
            as: 'dots',
            points: positions.map(({ span, accel: a }) => [span.from, Math.hypot(...corrected(a, accel.likely)) - g]),
          },
        ],
      },
    ],
  };
}

function told(value: Told, unit = ''): string {
  return value === undefined ? '-' : withSigma(value, 1, unit);
}

function orNull(value: Told): Measured | null {
  return value ?? null;
}

/** What motion is needed for what was not told. */
function missing({ accel, gyro }: ImuCalibration): string[] {
  const axes = [0, 1, 2].filter((axis) => accel.bias[axis] === undefined || accel.scale[axis] === undefined);
  if (axes.length > 0) {
    const names = axes.map((axis) => 'xyz'[axis]).join(', ');
    return [`not told: all of ${names}. Let the sensor lie still with that axis up, and with it down`];
  }
  const untold = [0, 1, 2].filter((axis) => gyro.scale[axis] === undefined).map((axis) => 'xyz'[axis]);
  return untold.length === 0
    ? []
    : [
        `not told: the gyroscope's scale about ${untold.join(', ')}. Turn it about that axis, held level, between two rests`,
      ];
}

/** The pose filter finds biases itself: it is told how large they are. */
function pasted({ accel, gyro }: ImuCalibration): Pick<Found, 'configuration' | 'comments'> {
  const size = (values: readonly Measured[]): number =>
    rounded(Math.sqrt(values.reduce((sum, { value, sigma }) => sum + value ** 2 + sigma ** 2, 0) / values.length), 2);
  const biases = accel.bias.flatMap((bias) => (bias === undefined ? [] : [bias]));
  const whole = biases.length === 3;
  const triple = (values: readonly Told[], digits: number): string =>
    `[${values.map((value) => (value === undefined ? '-' : value.value.toFixed(digits))).join(', ')}]`;
  return {
    configuration: {
      fusion: {
        pose: { noise: { initialGyroBias: size(gyro.bias), ...(whole ? { initialAccelBias: size(biases) } : {}) } },
      },
    },
    comments: [
      'How large the biases are that the pose filter has to find. To be taken off in the driver, where it can:',
      `gyroscope: bias ${triple(gyro.bias, 5)} rad/s, then times ${triple(gyro.scale, 4)}`,
      ...(whole ? [`accelerometer: bias ${triple(accel.bias, 4)} m/s², then times ${triple(accel.scale, 4)}`] : []),
    ],
  };
}
