import { avDigits } from './dataset/av-digits.ts';
import { fromLogs } from './dataset/from-logs.ts';
import type { Verb } from './verb.ts';

/** `sensorium dataset`: data sets that heads learn from. */
export const dataset: Verb = (program, context) => {
  const group = program.command('dataset').description('make data sets that fusion heads learn from');
  const build = group.command('build').description('make one of recordings, or of other data sets');
  fromLogs(build, context);
  avDigits(build, context);
};
