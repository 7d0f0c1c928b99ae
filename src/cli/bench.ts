import { alignBench } from './bench/align.ts';
import { driversBench, fuzzBench } from './bench/drivers.ts';
import { faultsBench } from './bench/faults.ts';
import { kernelsBench } from './bench/kernels.ts';
import { pipelineBench } from './bench/pipeline.ts';
import { replayBench } from './bench/replay.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Examples:
  sensorium bench align --json
  sensorium bench replay drive.mcap
  sensorium bench kernels --json
  sensorium bench drivers --json
  sensorium bench fuzz ldrobot --inputs 10000000
  sensorium bench faults --json
  sensorium bench pipeline --rate 17MBps --seconds 120 --record`;

/** `sensorium bench <what>`: how fast is it here? */
export const bench: Verb = (program, context) => {
  const group = program
    .command('bench')
    .description('measure how fast parts of Sensorium are on this machine')
    .addHelpText('after', EXAMPLES);
  const benches = [alignBench, replayBench, kernelsBench, pipelineBench, faultsBench, driversBench, fuzzBench];
  for (const add of benches) add(group, context);
};
