import { avDigits } from './dataset/av-digits.ts';
import type { Verb } from './verb.ts';

/** `sensorium dataset`: data sets that heads learn from. */
export const dataset: Verb = (program, context) => {
  const group = program.command('dataset').description('make data sets that fusion heads learn from');
  avDigits(group.command('build').description('build one'), context);
};
