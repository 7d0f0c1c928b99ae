import { ask } from './ask.ts';
import { describe } from './describe.ts';
import { find } from './find.ts';
import { imagine } from './imagine.ts';
import { memory } from './memory.ts';
import { nlvr } from './nlvr.ts';
import { progress } from './progress.ts';
import { relations } from './relations.ts';
import { sound } from './sound.ts';
import type { Task } from './task.ts';
import { teach } from './teach.ts';
import { unanswerable } from './unanswerable.ts';
import { watch } from './watch.ts';
import { where } from './where.ts';

/** The tasks of `sensorium eval vision-language`, by name. */
export const TASKS: Readonly<Record<string, Task>> = {
  find,
  relations,
  sound,
  describe,
  ask,
  unanswerable,
  teach,
  imagine,
  progress,
  where,
  watch,
  memory,
  nlvr,
};
