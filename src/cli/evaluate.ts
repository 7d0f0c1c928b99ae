import { duration, setting } from './arguments.ts';
import type { SeedsOptions } from './evaluate/seeds.ts';
import { called, type Loaders, type Verb } from './verb.ts';

const EXAMPLES = `
Runs the simulated robot with many seeds and asks whether the fused pose's covariance is honest: once a second the mean
NEES of x, y and yaw over all seeds should lie in its 95 % band. Beside it the position error, and the wheels' own.

Examples:
  sensorium evaluate --seeds 20 --duration 2m
  sensorium evaluate --seeds 20 --json
  sensorium evaluate events --help
  sensorium eval fusion --help
  sensorium eval orientation --help
  sensorium eval odometry --help
  sensorium eval pose --help
  sensorium eval pretraining --help
  sensorium eval trajectory --help
  sensorium eval vision-language --help`;

/** What else is measured. */
const TASKS: Loaders = {
  events: async () => (await import('./evaluate/events.ts')).events,
  fusion: async () => (await import('./evaluate/fusion.ts')).fusion,
  orientation: async () => (await import('./evaluate/orientation.ts')).orientation,
  odometry: async () => (await import('./evaluate/odometry.ts')).odometry,
  pose: async () => (await import('./evaluate/pose.ts')).pose,
  pretraining: async () => (await import('./evaluate/pretraining.ts')).pretraining,
  trajectory: async () => (await import('./evaluate/trajectory.ts')).trajectory,
  'vision-language': async () => (await import('./evaluate/vision-language.ts')).visionLanguage,
};

/** `sensorium evaluate`: is the fused pose consistent, and better than the wheels alone? */
export const evaluate: Verb = async (program, context, rest) => {
  const group = program
    .command('evaluate')
    .alias('eval')
    .enablePositionalOptions()
    .description('measure the fused pose against the simulated truth')
    .option('--seeds <count>', 'seeds 1..count', Number, 20)
    .option('-d, --duration <time>', 'length of each run', duration, 120)
    .option('--set <path=value>', 'override a value of the configuration; may be repeated', setting)
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: SeedsOptions) => {
      const { evaluateSeeds } = await import('./evaluate/seeds.ts');
      evaluateSeeds(options, context);
    });
  for (const task of await called(TASKS, rest)) await task(group, context, rest.slice(1));
};
