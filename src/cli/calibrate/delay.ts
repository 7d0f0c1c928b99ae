import type { Command } from 'commander';
import type { Delay, Untold } from '../../clock/delay/index.ts';
import { SensoriumError, showValue } from '../../contract/index.ts';
import type { CliContext } from '../verb.ts';
import { readRecording, type Recording } from './recording.ts';
import { common, rounded, tell, type CommonOptions, type Found } from './told.ts';

const EXAMPLES = `
How much later the stamps of one stream are than those of another that sees the same motion, with its 95 % interval: turn rates of
IMU, wheels and poses, speeds and courses of receivers, ways (docs/delays.md). With --of and --against one pair alone.
Turn both ways, start and stop, for a minute: what does not change cannot be early or late.

Examples:
  sensorium calibrate delay drive.mcap
  sensorium calibrate delay drive.bag --of wheels --against imu
  sensorium calibrate delay vehicle/comma2k19 --plot delays.svg --json`;

interface Options extends CommonOptions {
  readonly of?: string;
  readonly against?: string;
}

/** `sensorium calibrate delay`: whose stamps are late? */
export function delay(group: Command, context: CliContext): void {
  common(group.command('delay'))
    .description('time offset between streams that see the same motion')
    .option('--of <stream>', 'the stream that may be late')
    .option('--against <stream>', 'the stream that it is compared with')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: Options) => {
      const recording = await readRecording(name, options, { delays: true }, context);
      await tell(delaysFound(recording, options), `${name}: delays with their 95 % intervals`, options, context);
    });
}

const NEEDED: Readonly<Record<Untold, string>> = {
  'too little data': 'too little data: record a minute at least',
  'no excitation': 'no motion that both see: turn both ways, start and stop',
  'not alike': 'they do not see the same motion: are these the right streams, and their axes right?',
  'out of range': 'more than a second',
};

interface ToldDelay extends Delay {
  readonly ms: number;
  readonly low: number;
  readonly high: number;
}

/** Half the width of a 95 % interval in standard deviations. */
const HALF = 1.96;

function delaysFound({ path, delays, config }: Recording, { of, against }: Options): Found {
  const asked = delays.map((one) => turned(one, of, against)).filter((one) => one !== undefined);
  if (asked.length === 0) throw new SensoriumError('E_FILE_FORMAT', nothing(delays, of, against), { path });
  const told = asked.filter((one): one is ToldDelay => one.ms !== null);
  if (told.length === 0) {
    const [first] = asked;
    const why = NEEDED[first.why ?? 'too little data'];
    throw new SensoriumError('E_FILE_FORMAT', `${first.of} against ${first.against}: ${why}`, { path });
  }
  const streams: Record<string, { latencyMs: number }> = {};
  for (const { of: a, against: b, ms } of told) {
    const late = ms >= 0 ? a : b;
    const before = config?.streams[late]?.latencyMs ?? 0;
    streams[late] ??= { latencyMs: rounded(before + Math.abs(ms)) };
  }
  return {
    result: {
      delays: asked.map(({ of: a, against: b, by, ms, low, high, why }) => ({
        of: a,
        against: b,
        by,
        ms,
        sigmaMs: low === null || high === null ? null : (high - low) / 2 / HALF,
        low,
        high,
        ...(why === undefined ? {} : { why }),
      })),
    },
    lines: asked.map(({ of: a, against: b, by, ms, low, high, why }) => {
      const pair = `${a} against ${b} by ${by}`;
      if (ms === null || low === null || high === null)
        return `${pair}: cannot be told: ${NEEDED[why ?? 'too little data']}`;
      const [least, most] = ms < 0 ? [-high, -low] : [low, high];
      const interval = `95 %: ${least.toFixed(1)} to ${most.toFixed(1)} ms`;
      return `${pair}: ${Math.abs(ms).toFixed(1)} ms ${ms < 0 ? 'earlier' : 'later'} (${interval})`;
    }),
    configuration: { streams },
    comments: ['The later of two is brought to the other. Where that one is late itself, add its own delay to both.'],
    charts: [
      {
        title: told.map(({ of: a, against: b }, i) => `${i + 1}: ${a} against ${b}`).join('; '),
        x: 'pair',
        drawn: [
          {
            label: 'delay (ms)',
            as: 'dots',
            points: told.map(({ ms }, i) => [i + 1, ms]),
            bars: told.map(({ low, high }) => (high - low) / 2),
          },
        ],
      },
    ],
  };
}

/** A delay the way round that was asked for; `undefined` for another pair. */
function turned(delay: Delay, of: string | undefined, against: string | undefined): Delay | undefined {
  const fits = (a: string, b: string): boolean => (of ?? a) === a && (against ?? b) === b;
  if (fits(delay.of, delay.against)) return delay;
  if (!fits(delay.against, delay.of)) return undefined;
  const { ms, low, high } = delay;
  const negated = (value: number | null): number | null => value && -value;
  return { ...delay, of: delay.against, against: delay.of, ms: negated(ms), low: negated(high), high: negated(low) };
}

function nothing(delays: readonly Delay[], of: string | undefined, against: string | undefined): string {
  const known = delays.map(({ of: a, against: b }) => `${a} and ${b}`).join('; ');
  if (known === '') return 'no two streams in it see the same motion: an IMU and odometry are the least';
  return `no pair of ${showValue(of ?? 'any')} and ${showValue(against ?? 'any')} sees the same motion; there are ${known}`;
}
