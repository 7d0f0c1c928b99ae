import type { Command } from 'commander';
import { impliedDeviation, type NoiseTerm } from '../../calibrate/noise-model.ts';
import { imuNoiseOf, LEAST_NOISE_SECONDS, type ChannelNoise, type ImuNoise } from '../../calibrate/noise.ts';
import { secondsOfSpans, stillSpans } from '../../calibrate/still.ts';
import { SensoriumError } from '../../contract/index.ts';
import type { Chart } from '../../plot/index.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';
import { readRecording, type Recording } from './recording.ts';
import { common, rounded, tell, withSigma, type CommonOptions, type Found } from './told.ts';

const EXAMPLES = `
The noise of an IMU at rest, by its overlapping Allan deviation: white noise (angle and velocity random walk), bias instability
(flicker) and the random walk of the bias, each with its standard deviation, or a bound where the log is too short to see it.
The log is searched for the times in which the IMU was still; with wheels in it, these must stand. A minute of rest tells the
white noise to a few per cent, an hour the bias instability, several the bias's walk. docs/calibration.md says how.

Examples:
  sensorium calibrate noise still.mcap
  sensorium calibrate noise still.bag --imu /imu/data --plot allan.svg
  sensorium calibrate noise orientation/03_undisturbed_slow_rotation_A --json`;

/** `sensorium calibrate noise`: how noisy is an IMU at rest? */
export function noise(group: Command, context: CliContext): void {
  common(group.command('noise'))
    .description('noise of an IMU from a log at rest: Allan deviation')
    .option('--imu <topic>', 'topic or stream of the IMU; default: the only one')
    .option('--wheels <topic>', 'topic or stream of odometry that must stand; default: the only one, if any')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: CommonOptions) => {
      const recording = await readRecording(name, options, { imu: true, wheels: 'maybe' }, context);
      await tell(noiseFound(recording), `${name}: Allan deviation`, options, context);
    });
}

const SENSORS = [
  { name: 'gyro', unit: 'rad/s', white: 'rad/s/√Hz', walk: 'rad/s²/√Hz' },
  { name: 'accel', unit: 'm/s²', white: 'm/s²/√Hz', walk: 'm/s³/√Hz' },
] as const;

function noiseFound({ path, imu, wheels }: Recording): Found {
  if (imu === undefined) throw new SensoriumError('E_FILE_FORMAT', 'holds no IMU', { path });
  const spans = stillSpans(imu.series, wheels?.series);
  const found = imuNoiseOf(imu.series, spans);
  const still = secondsOfSpans(spans);
  if (found === undefined) {
    const long = `the IMU is still for ${still.toFixed(1)} s, too little to read noise from`;
    const what = `${long}; leave it untouched for a minute at least (${LEAST_NOISE_SECONDS} s are the least), an hour for bias instability`;
    throw new SensoriumError('E_FILE_FORMAT', what, { path });
  }
  const rows = SENSORS.flatMap(({ name, unit, white, walk }) =>
    found[name].map((channel, axis) => [
      `${name} ${'xyz'[axis]}`,
      withSigma(channel.white, 1, white),
      termText(channel.flicker, unit),
      termText(channel.walk, walk),
      `${channel.least.deviation.toExponential(2)} at ${rounded(channel.least.seconds, 2)} s`,
    ]),
  );
  return {
    result: { stream: imu.stream, ...found, spans: spans.map(({ from, to }) => ({ from, to })) },
    lines: [
      `${imu.stream}: ${found.seconds.toFixed(1)} s of rest in ${found.spans} piece${found.spans === 1 ? '' : 's'}, ` +
        `${found.rateHz.toFixed(2)} Hz${found.missing > 0 ? `, ${(100 * found.missing).toFixed(2)} % of the readings missing` : ''}`,
      ...tableOf(['axis', 'white noise', 'bias instability', 'walk of the bias', 'least deviation'], rows),
    ],
    ...pasted(found),
    charts: SENSORS.map(({ name, unit }) => chartOf(`Allan deviation, ${name} (${unit})`, found[name])),
  };
}

function termText(term: NoiseTerm, unit: string): string {
  return term.value === undefined ? `below ${term.below.toExponential(1)} ${unit}` : withSigma(term, 1, unit);
}

/** The largest of the axes. A walk that was not seen is not told: the default stays. */
function pasted({ gyro, accel }: ImuNoise): Pick<Found, 'configuration' | 'comments'> {
  const white = (channels: readonly ChannelNoise[]): number =>
    rounded(Math.max(...channels.map(({ white: { value } }) => value)));
  const walk = (channels: readonly ChannelNoise[]): number | undefined => {
    const seen = channels.flatMap(({ walk: { value } }) => (value === undefined ? [] : [value]));
    return seen.length === 0 ? undefined : rounded(Math.max(...seen));
  };
  const [gyroBiasWalk, accelBiasWalk] = [walk(gyro), walk(accel)];
  const unseen = [
    ...(gyroBiasWalk === undefined ? ['gyroBiasWalk'] : []),
    ...(accelBiasWalk === undefined ? ['accelBiasWalk'] : []),
  ];
  return {
    configuration: {
      fusion: {
        pose: {
          noise: {
            gyro: white(gyro),
            ...(gyroBiasWalk === undefined ? {} : { gyroBiasWalk }),
            accel: white(accel),
            ...(accelBiasWalk === undefined ? {} : { accelBiasWalk }),
          },
        },
      },
    },
    comments: [
      'Noise at rest, of the worst axis. accel is to hold the vibration of driving as well: vibration: true measures it.',
      ...(unseen.length === 0 ? [] : [`Not seen in so short a log, so the default stays: ${unseen.join(', ')}.`]),
    ],
  };
}

function chartOf(title: string, channels: readonly ChannelNoise[]): Chart {
  return {
    title,
    x: 'averaging time (s)',
    logarithmic: true,
    drawn: [
      ...channels.map(({ allan }, axis) => ({
        label: 'xyz'[axis],
        as: 'line' as const,
        points: allan.map(({ seconds, deviation }) => [seconds, deviation] as const),
        bars: allan.map(({ sigma }) => sigma),
      })),
      ...channels.map((channel, axis) => ({
        label: `${'xyz'[axis]}, model`,
        as: 'dots' as const,
        points: channel.allan
          .filter(({ seconds }) => seconds >= channel.from)
          .map(({ seconds }) => [seconds, impliedDeviation(channel, seconds)] as const),
      })),
    ],
  };
}
