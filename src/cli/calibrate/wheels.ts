import { InvalidArgumentError, type Command } from 'commander';
import { integralOf } from '../../calibrate/integral.ts';
import { levelling, meanForce } from '../../calibrate/level.ts';
import type { Measured } from '../../calibrate/measured.ts';
import { gyroBiasOf, positionsOf } from '../../calibrate/positions.ts';
import { radiusByPlaces, radiusBySpeeds, type RadiusCalibration } from '../../calibrate/radius.ts';
import { turnedImu, type ImuSeries, type PlaceSeries, type WheelSeries } from '../../calibrate/series.ts';
import { stillSpans } from '../../calibrate/still.ts';
import { baseOf, type BaseCalibration, type BaseTrouble, type TurnSeries } from '../../calibrate/wheels.ts';
import { SensoriumError } from '../../contract/index.ts';
import { rotate } from '../../geometry/index.ts';
import type { CliContext } from '../verb.ts';
import { shifted } from './mount.ts';
import { latenessOf, readRecording, type Recording, type Reference } from './recording.ts';
import { common, rounded, tell, withSigma, type CommonOptions, type Found } from './told.ts';

const EXAMPLES = `
Base (track) and radius of the wheels, as factors on those that their odometry was computed with. The base by the gyroscope's turn
rate, and with it what unequal radii turn on a straight way; the radius by what tells places: a reference in the log or --truth, satellites, their speeds, a
localiser. Drive for some minutes: turns both ways on the spot and on the way, and straight lines of ten metres or more.
Delays between the streams are found first and taken off. Slip is left out; skid steering has it in the base.

Examples:
  sensorium calibrate wheels drive.mcap
  sensorium calibrate wheels drive.bag --wheels /odom --base 0.4 --radius 0.1 --plot wheels.svg
  sensorium calibrate wheels bags/jarvis_circular.bag --truth /pose_ground_truth --json`;

interface Options extends CommonOptions {
  readonly base?: number;
  readonly radius?: number;
}

/** `sensorium calibrate wheels`: how large are the wheels, and how far apart? */
export function wheels(group: Command, context: CliContext): void {
  common(group.command('wheels'))
    .description('radius and base of the wheels, from a log in which it drives')
    .option('--imu <topic>', 'topic or stream of the IMU; default: the only one, if any')
    .option('--wheels <topic>', 'topic or stream of the odometry; default: the only one')
    .option('--truth <topic>', 'topic or stream of poses, fixes or velocities for the radius; default: what fits best')
    .option('--base <m>', 'base that the odometry was computed with: the true one is told in m', lengthOf)
    .option('--radius <m>', 'radius that the odometry was computed with: the true one is told in m', lengthOf)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: Options) => {
      const wanted = { imu: 'maybe', wheels: true, places: true, delays: true } as const;
      const recording = await readRecording(name, options, wanted, context);
      await tell(wheelsFound(recording, options), `${name}: wheels`, options, context);
    });
}

function lengthOf(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 100)) throw new InvalidArgumentError('expected a length in m, such as 0.4');
  return value;
}

const NEEDED = {
  'too short': 'the log is too short: drive for a minute at least',
  'no places': 'it says nothing: a receiver without a fix, or another stream than was meant',
  'no turning': 'it does not turn enough: turn both ways, on the spot and on the way',
  'not alike':
    'the wheels do not do what the other stream says: they slip (skid steering on loose ground), or these are not the streams of one robot',
  'no way': 'it does not go far enough against the noise of the places: drive straight lines of ten metres or more',
} as const;

/** What one reference made of the radius. */
interface ByReference {
  readonly reference: Reference;
  readonly found: RadiusCalibration | keyof typeof NEEDED;
}

function wheelsFound(recording: Recording, options: Options): Found {
  const { path, imu, wheels: given, references } = recording;
  if (given === undefined) throw new SensoriumError('E_FILE_FORMAT', 'holds no odometry', { path });
  const late = imu === undefined ? 0 : (latenessOf(recording, given.stream, imu.stream) ?? 0);
  const rolled = shifted(given.series, late);
  const gyro = imu && turnOf(imu.series, rolled);
  const base = gyro && baseOf(gyro, rolled);
  const measured = typeof base === 'object' ? base : undefined;
  const turn = gyro === undefined ? byWheels(rolled) : withoutBias(gyro, imu, rolled, measured);
  const radii = references.map((reference): ByReference => ({
    reference,
    found: radiusOf(recording, reference, rolled, turn, late),
  }));
  const told = radii.flatMap(({ reference, found }) => (typeof found === 'string' ? [] : [{ reference, ...found }]));
  const best = told.reduce<(typeof told)[number] | undefined>(
    (least, one) => (least === undefined || one.radius.sigma < least.radius.sigma ? one : least),
    undefined,
  );
  if (measured === undefined && best === undefined)
    throw new SensoriumError('E_FILE_FORMAT', nothing(base, radii), { path });
  return {
    result: {
      wheels: given.stream,
      imu: imu?.stream ?? null,
      base: measured?.base ?? null,
      turn: measured?.turn ?? null,
      radius: best?.radius ?? null,
      radii: told.map(({ reference: { stream, kind }, radius }) => ({ by: stream, kind, ...radius })),
      ...(measured !== undefined && options.base !== undefined ? { baseM: times(measured.base, options.base) } : {}),
      ...(best !== undefined && options.radius !== undefined ? { radiusM: times(best.radius, options.radius) } : {}),
    },
    lines: [
      measured === undefined
        ? `base: cannot be told: ${whyNoBase(base)}`
        : `base: ${withSigma(measured.base)} of the one configured${inMetres(measured.base, options.base)}`,
      ...(measured?.turn === undefined
        ? []
        : [`unequal radii turn it ${withSigma(measured.turn, 1000, 'mrad')} a metre`]),
      ...radii.map(({ reference: { stream }, found }) =>
        typeof found === 'string'
          ? `radius by ${stream}: cannot be told: ${NEEDED[found]}`
          : `radius by ${stream}: ${withSigma(found.radius)} of the one configured${inMetres(found.radius, options.radius)}`,
      ),
      ...(references.length === 0
        ? ['radius: nothing in the log tells places; record satellites or a localiser with it']
        : []),
    ],
    ...pasted(measured, best?.radius),
    charts: chartsOf(measured, best),
  };
}

function times({ value, sigma }: Measured, factor: number): Measured {
  return { value: value * factor, sigma: sigma * factor };
}

function inMetres(measured: Measured, metres: number | undefined): string {
  return metres === undefined ? '' : `: ${withSigma(measured, metres, 'm')}`;
}

/** Turn about the vertical by the gyroscope; the vertical is where gravity points while it stands, else on the whole. */
function turnOf(imu: ImuSeries, rolled: WheelSeries): TurnSeries {
  const spans = stillSpans(imu, rolled);
  const level = turnedImu(imu, levelling(meanForce(imu, spans)));
  return { times: imu.times, angle: integralOf(imu.times, level.gyro[2]) };
}

/** The bias by rest; else by what the wheels do not turn; else none is known. */
function withoutBias(
  { times: at, angle }: TurnSeries,
  imu: Recording['imu'],
  rolled: WheelSeries,
  base: BaseCalibration | undefined,
): TurnSeries {
  const spans = imu === undefined ? [] : stillSpans(imu.series, rolled);
  let bias = base?.gyroBias ?? 0;
  if (imu !== undefined && spans.length > 0) {
    const [x, y, z] = gyroBiasOf(positionsOf(imu.series, spans)).map(({ value }) => value);
    bias = rotate(levelling(meanForce(imu.series, spans)), [x, y, z])[2];
  }
  return { times: at, angle: angle.map((value, i) => value - bias * (at[i] - at[0])) };
}

function byWheels({ times: at, heading }: WheelSeries): TurnSeries {
  return { times: at, angle: heading ?? at.map(() => 0) };
}

/** @param late how late the wheels' stamps are against the gyroscope's, s: taken off `rolled` already */
function radiusOf(
  recording: Recording,
  { stream, kind, series, lever }: Reference,
  rolled: WheelSeries,
  turn: TurnSeries,
  late: number,
): ByReference['found'] {
  const against = recording.wheels === undefined ? 0 : (latenessOf(recording, stream, recording.wheels.stream) ?? 0);
  const places: PlaceSeries = { ...series, times: series.times.map((at) => at - against - late) };
  if (places.times.length < 2) return 'no places';
  if (rolled.times.length < 2 || turn.times.length < 2) return 'too short';
  return kind === 'velocity' ? radiusBySpeeds(places, rolled) : radiusByPlaces(places, rolled, turn, lever);
}

function whyNoBase(base: BaseCalibration | BaseTrouble | undefined): string {
  if (base === undefined || typeof base === 'object') return 'there is no gyroscope in the log';
  return base === 'no turning' ? `${NEEDED[base]} (and the odometry must tell turns)` : NEEDED[base];
}

function nothing(base: Parameters<typeof whyNoBase>[0], radii: readonly ByReference[]): string {
  const radius = radii.map(({ found }) => (typeof found === 'string' ? NEEDED[found] : '')).at(0);
  return `no base: ${whyNoBase(base)}; no radius: ${radius ?? 'nothing in the log tells places'}`;
}

/** What the filter takes: errors that last, as standard deviations. */
function pasted(
  base: BaseCalibration | undefined,
  radius: Measured | undefined,
): Pick<Found, 'configuration' | 'comments'> {
  const size = ({ value, sigma }: Measured, right: number): number => rounded(Math.hypot(value - right, sigma), 2);
  const turn = base?.turn === undefined ? {} : { wheelTurn: size(base.turn, 0) };
  const scale = radius === undefined ? {} : { wheelScale: size(radius, 1) };
  return {
    configuration: { fusion: { pose: { noise: { ...scale, ...turn } } } },
    comments: [
      'The errors as they are. Better: multiply the radius and the base in the driver of the wheels by the factors above, and',
      'write three of their standard deviations here.',
    ],
  };
}

function chartsOf(base: BaseCalibration | undefined, radius: RadiusCalibration | undefined): Found['charts'] {
  return [
    ...(base === undefined
      ? []
      : [
          {
            title: 'turn rate of the wheels (rad/s) over that of the gyroscope',
            x: 'gyroscope (rad/s)',
            drawn: [
              {
                label: 'a second each',
                as: 'dots' as const,
                points: base.pairs.map(({ gyro, wheels: w }) => [gyro, w] as const),
              },
            ],
          },
        ]),
    ...(radius === undefined
      ? []
      : [
          {
            title: 'the reference over the wheels, piece by piece',
            x: 'wheels (m or m/s)',
            drawn: [
              {
                label: 'reference / wheels',
                as: 'dots' as const,
                points: radius.pairs.map(({ wheels: w, reference }) => [w, reference / w] as const),
              },
            ],
          },
        ]),
  ];
}
