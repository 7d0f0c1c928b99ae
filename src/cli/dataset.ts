import { build } from './dataset/build.ts';
import type { Verb } from './verb.ts';

/** `sensorium dataset`: data sets for fusion heads. */
export const dataset: Verb = (program, context) => {
  const group = program.command('dataset').description('make data sets for fusion heads');
  build(group, context);
};
