import { avDigits } from './dataset/av-digits.ts';
import { fromLogs } from './dataset/from-logs.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Data sets are folders with dataset.json and .npy files, which "sensorium train", "eval fusion" and "ablate" read (docs/fusion.md).

Examples:
  sensorium dataset build monday.mcap --config robot.yaml --labels floors.csv --out floors
  sensorium dataset build av-digits --speakers learned/spoken_digits --out av-digits
  sensorium dataset build logs --help`;

/** `sensorium dataset`: data sets that heads learn from. */
export const dataset: Verb = (program, context) => {
  const group = program
    .command('dataset')
    .description('make data sets that fusion heads learn from')
    .addHelpText('after', EXAMPLES);
  const build = group.command('build').description('make one of recordings, or of other data sets');
  fromLogs(build, context);
  avDigits(build, context);
};
