import { ablate } from './ablate.ts';
import { ask } from './ask.ts';
import { bench } from './bench.ts';
import { calibrate } from './calibrate.ts';
import { check } from './check.ts';
import { clocks } from './clocks.ts';
import { command } from './command.ts';
import { convert } from './convert.ts';
import { dataset } from './dataset.ts';
import { devices } from './devices.ts';
import { doctor } from './doctor.ts';
import { emulate } from './emulate.ts';
import { evaluate } from './evaluate.ts';
import { find } from './find.ts';
import { imagine } from './imagine.ts';
import { info } from './info.ts';
import { memory } from './memory.ts';
import { models } from './models.ts';
import { progress } from './nearness.ts';
import { pretrain } from './pretrain.ts';
import { record } from './record.ts';
import { replay } from './replay.ts';
import { run } from './run.ts';
import { service } from './service.ts';
import { simulate } from './simulate.ts';
import { topic } from './topic.ts';
import { train } from './train.ts';
import { watch } from './watch.ts';
import { why } from './why.ts';
import type { Verb } from './verb.ts';

/** The verbs, in the order that the help shows them. */
export const VERBS: readonly Verb[] = [
  run,
  record,
  replay,
  simulate,
  info,
  convert,
  clocks,
  why,
  calibrate,
  dataset,
  pretrain,
  train,
  evaluate,
  ablate,
  bench,
  models,
  find,
  ask,
  imagine,
  progress,
  watch,
  memory,
  check,
  doctor,
  devices,
  emulate,
  topic,
  command,
  service,
];
