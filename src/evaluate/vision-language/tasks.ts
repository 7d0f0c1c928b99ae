import { find } from './find.ts';
import { relations } from './relations.ts';
import { sound } from './sound.ts';
import type { Task } from './task.ts';
import { teach } from './teach.ts';

/** The tasks of `sensorium eval vision-language`, by name. */
export const TASKS: Readonly<Record<string, Task>> = { find, relations, sound, teach };
