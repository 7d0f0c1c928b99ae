import { alignBench } from './bench/align.ts';
import { faultsBench } from './bench/faults.ts';
import { kernelsBench } from './bench/kernels.ts';
import { replayBench } from './bench/replay.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Examples:
  sensorium bench align --json
  sensorium bench replay drive.mcap
  sensorium bench kernels --json
  sensorium bench faults --json`;

/** `sensorium bench <what>`: how fast is it here? */
export const bench: Verb = (program, context) => {
  const group = program
    .command('bench')
    .description('measure how fast parts of Sensorium are on this machine')
    .addHelpText('after', EXAMPLES);
  for (const add of [alignBench, replayBench, kernelsBench, faultsBench]) add(group, context);
};
