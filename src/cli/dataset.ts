import { build } from './dataset/build.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Data sets are folders with dataset.json and .npy files, which "sensorium train", "eval fusion" and "ablate" read (docs/learning.md).

Examples:
  sensorium dataset build monday.mcap --config robot.yaml --labels floors.csv --out floors
  sensorium dataset build --help`;

/** `sensorium dataset`: data sets for fusion heads. */
export const dataset: Verb = (program, context) => {
  const group = program
    .command('dataset')
    .description('make data sets for fusion heads')
    .addHelpText('after', EXAMPLES);
  build(group, context);
};
