export { OWN_IMAGINATION } from './goals.ts';
export { reportOf, type Report } from './report.ts';
export type { Case, Task, TaskContext } from './task.ts';
export { TASKS } from './tasks.ts';
export { OWN_MODEL } from './using.ts';
