import { InvalidArgumentError, type Command } from 'commander';
import { mountOf, type MountTrouble } from '../../calibrate/mount.ts';
import type { WheelSeries } from '../../calibrate/series.ts';
import { stillSpans } from '../../calibrate/still.ts';
import { SensoriumError } from '../../contract/index.ts';
import type { CliContext } from '../verb.ts';
import { gravity, STANDARD_GRAVITY } from './imu.ts';
import { latenessOf, readRecording, type Recording } from './recording.ts';
import { common, DEGREES, tell, withSigma, type CommonOptions, type Found } from './told.ts';

const EXAMPLES = `
How the IMU is turned on a base that rolls on a level floor. Roll and pitch by gravity while it stands and by the axis that it turns about;
yaw by holding the accelerometer's acceleration against that of the wheels. A delay between the two is found first and taken off.
Stand for ten seconds, then drive straight, starting and stopping briskly ten times, and turn both ways: a minute or two.

Examples:
  sensorium calibrate mount drive.mcap
  sensorium calibrate mount drive.bag --imu /imu/data --wheels /odom --plot mount.svg
  sensorium calibrate mount drive.mcap --accel-bias 0.02 --json`;

/** Slopes of floors and of roads, and how the gyroscope's axes lie to the accelerometer's: standard deviations, rad. */
const SLOPE = { standing: 0.003, driving: 0.03 };
const AXES = 0.005;

interface Options extends CommonOptions {
  readonly gravity: number;
  readonly accelBias: number;
}

/** `sensorium calibrate mount`: how is the IMU turned on the base? */
export function mount(group: Command, context: CliContext): void {
  common(group.command('mount'))
    .description('rotation of the IMU on the base, from a log in which it drives')
    .option('--imu <topic>', 'topic or stream of the IMU; default: the only one')
    .option('--wheels <topic>', 'topic or stream of the odometry; default: the only one')
    .option(
      '--accel-bias <m/s²>',
      'standard deviation of what the accelerometer reads wrong across gravity: it tilts roll and pitch',
      biasOf,
      0.1,
    )
    .option('--gravity <m/s²>', 'where the log was recorded', gravity, STANDARD_GRAVITY)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: Options) => {
      const recording = await readRecording(name, options, { imu: true, wheels: true, delays: true }, context);
      await tell(mountFound(recording, options), `${name}: accelerations in axes of the base`, options, context);
    });
}

function biasOf(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value < 5)) throw new InvalidArgumentError('expected m/s², such as 0.05');
  return value;
}

const NEEDED: Readonly<Record<MountTrouble, string>> = {
  'too short': 'too short to tell a mount: half a minute of driving is the least',
  'no acceleration':
    'it does not accelerate enough to tell the yaw of the mount: drive straight, starting and stopping briskly, ten times',
  'not alike':
    'the accelerometer does not say what the wheels do: wheels that slip, a rough floor, other units or other streams; drive on a smooth floor with grip',
};

function mountFound(recording: Recording, options: Options): Found {
  const { path, imu, wheels, mounts } = recording;
  if (imu === undefined || wheels === undefined)
    throw new SensoriumError('E_FILE_FORMAT', 'holds no IMU or no odometry', { path });
  const delay = latenessOf(recording, wheels.stream, imu.stream);
  const aligned = shifted(wheels.series, delay ?? 0);
  const spans = stillSpans(imu.series, aligned);
  const found = mountOf(imu.series, aligned, {
    spans,
    gravity: options.gravity,
    tilt: options.accelBias / options.gravity,
    slope: SLOPE,
    axes: AXES,
  });
  if (typeof found === 'string') throw new SensoriumError('E_FILE_FORMAT', NEEDED[found], { path });
  const { rotation, roll, pitch, yaw, place, gain, by, pairs } = found;
  const known = mounts.get(imu.stream)?.translation ?? [0, 0, 0];
  const angles = { roll, pitch, yaw };
  const rpyDegrees = [roll, pitch, yaw].map(({ value }) => Number((value * DEGREES).toFixed(2)));
  return {
    result: {
      stream: imu.stream,
      wheels: wheels.stream,
      ...angles,
      rotation,
      place: place ?? null,
      gain,
      by,
      delayMs: delay === undefined ? null : delay * 1000,
    },
    lines: [
      `${imu.stream} on the base, by ${wheels.stream}` +
        (delay === undefined
          ? '; a delay between them cannot be told and is taken for none'
          : `, which is ${(delay * 1000).toFixed(1)} ms late`),
      ...Object.entries(angles).map(([name, value]) => `  ${name.padEnd(5)} ${withSigma(value, DEGREES, 'deg')}`),
      ...(place === undefined ? [] : [`  place x ${withSigma(place[0], 1, 'm')}, y ${withSigma(place[1], 1, 'm')}`]),
      `roll and pitch by ${by.join(' and ')}; accelerations are ${withSigma(gain)} of the wheels'`,
    ],
    configuration: { mounts: { [`T_base_${imu.stream}`]: { translation: [...known], rpyDegrees } } },
    comments: ['The translation is the one that was known: measure it on the robot.'],
    charts: [
      chart(
        'forward acceleration (m/s²)',
        pairs.map(({ seconds, forward }) => [seconds, ...forward] as const),
      ),
      chart(
        'sideways acceleration (m/s²)',
        pairs.map(({ seconds, sideways }) => [seconds, ...sideways] as const),
      ),
    ],
  };
}

function chart(title: string, rows: readonly (readonly [number, number, number])[]): Found['charts'][number] {
  return {
    title,
    x: 'time (s)',
    drawn: [
      { label: 'wheels', as: 'line', points: rows.map(([at, ours]) => [at, ours]) },
      { label: 'accelerometer', as: 'line', points: rows.map(([at, , its]) => [at, its]) },
    ],
  };
}

/** The same motion on a clock whose stamps are earlier. */
export function shifted(wheels: WheelSeries, late: number): WheelSeries {
  return { ...wheels, times: wheels.times.map((time) => time - late) };
}
