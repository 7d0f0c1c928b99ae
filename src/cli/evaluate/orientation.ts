import { Option, type Command } from 'commander';
import { loadConfig, type Section } from '../../config/index.ts';
import { inject, INJECTIONS, type Injection } from '../../evaluate/orientation/inject.ts';
import { orientationPicture, type TrialEstimates } from '../../evaluate/orientation/picture.ts';
import { runTrial, updatesPerSecond, type TrialRun } from '../../evaluate/orientation/run.ts';
import { meanOf, scoreOf, type OrientationError } from '../../evaluate/orientation/score.ts';
import { readTrial, trialsIn } from '../../evaluate/orientation/trial.ts';
import { npyFile } from '../../numpy/write.ts';
import { setting } from '../arguments.ts';
import { dataPath } from '../path.ts';
import { createProgress } from '../progress.ts';
import { tableOf } from '../table.ts';
import type { CliContext } from '../verb.ts';
import { drawn } from '../drawn.ts';
import { makeFolder, put } from '../folder.ts';

const EXAMPLES = `
Runs the orientation filter over recordings of an inertial and magnetic sensor whose orientation is known: one folder a trial, as
the BROAD data set has them. Each sample is judged by what the filter knew by then; nothing is aligned, and nothing is left out at
the start. Errors are root mean squares over the samples that count, in degrees; the mean is over trials.

Faults to inject from the 60th to the 80th second: nan (one sample in a hundred), clip (accelerometer at 2 g), magnet (30 µT an
axis), restart (3 s without samples, then another bias), vibration (20 m/s²).

Examples:
  sensorium eval orientation --data orientation
  sensorium eval orientation --data orientation --json --estimates estimates
  sensorium eval orientation --data orientation --inject magnet --plot magnet.svg
  sensorium eval orientation --data orientation --set fusion.orientation.bodySpeed=0.4`;

/** When a fault begins and ends, s. */
const INJECTED = { from: 60, to: 80 };

interface Options {
  readonly data: string;
  readonly estimates?: string;
  readonly plot?: string;
  readonly inject?: Injection;
  readonly set?: Section;
  readonly json?: boolean;
}

/** One trial's result. */
interface TrialReport extends OrientationError, Pick<TrialRun, 'inside95' | 'faults'> {
  readonly name: string;
}

/** `sensorium evaluate orientation`: how good is the orientation filter on recordings with a known orientation? */
export function orientation(group: Command, context: CliContext): void {
  group
    .command('orientation')
    .description('how good the orientation is on recordings with a known one')
    .requiredOption('--data <folder>', 'trials, one folder each')
    .option('--estimates <folder>', 'write <trial>.npy: [N, 4] w,x,y,z, sensor to east-north-up, one row a sample')
    .option('--plot <file>', 'draw the errors of heading and inclination over time (SVG)')
    .addOption(new Option('--inject <fault>', 'put a fault into every trial').choices([...INJECTIONS]))
    .option('--set <path=value>', 'override a value of the configuration; may be repeated', setting)
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => judged(options, context));
}

async function judged(options: Options, context: CliContext): Promise<void> {
  const { drivers, embedded } = context;
  const config = loadConfig({ embedded, drivers, overrides: options.set ?? {} }).fusion.orientation;
  const folder = dataPath(options.data);
  const names = await trialsIn(folder);
  const progress = createProgress(context.err);
  const trials: TrialReport[] = [];
  const pictured: TrialEstimates[] = [];
  let speed = NaN;
  for (const [i, name] of names.entries()) {
    progress.show(i / names.length, name);
    const trial = await readTrial(folder, name);
    if (i === 0) speed = updatesPerSecond(trial, config, processorSeconds);
    const { estimates, inside95, faults } = runTrial(
      options.inject === undefined ? trial : inject(trial, options.inject, INJECTED.from, INJECTED.to),
      config,
    );
    trials.push({ name, ...scoreOf(trial, estimates), inside95, faults });
    if (options.plot !== undefined) pictured.push({ trial, estimates });
    if (options.estimates !== undefined) {
      await makeFolder(options.estimates);
      await put(options.estimates, `${name}.npy`, npyFile(estimates, [trial.count, 4], '<f8'));
    }
  }
  progress.clear();
  await drawn(options.plot, () => orientationPicture(pictured, options.data));
  const result = { mean: meanOf(trials), trials, updatesPerSecond: Math.round(speed) };
  context.out(options.json === true ? `${JSON.stringify(result)}\n` : `${inWords(result).join('\n')}\n`);
}

/** Processor time of this process, s: other programs of the machine do not count. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function inWords(result: {
  readonly mean: OrientationError;
  readonly trials: readonly TrialReport[];
  readonly updatesPerSecond: number;
}): string[] {
  const numbers = ({ totalDeg, headingDeg, inclinationDeg }: OrientationError): string[] =>
    [totalDeg, headingDeg, inclinationDeg].map((value) => value.toFixed(2));
  const percent = (share: number): string => (100 * share).toFixed(0);
  const rows = result.trials.map((trial) => [
    trial.name,
    ...numbers(trial),
    percent(trial.inside95.heading),
    percent(trial.inside95.inclination),
    trial.faults.map(({ reason, at }) => `${reason} (${at.toFixed(1)} s)`).join(', '),
  ]);
  return [
    ...tableOf(
      ['trial', 'total °', 'heading °', 'tilt °', 'heading in 95 %', 'tilt in 95 %', 'told'],
      [...rows, ['mean', ...numbers(result.mean), '', '', '']],
    ),
    `${(result.updatesPerSecond / 1e6).toFixed(2)} million updates a second`,
  ];
}
