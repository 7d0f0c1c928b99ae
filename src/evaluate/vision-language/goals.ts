import { openImaginer, type Imaginer } from '../../hub/index.ts';
import { modelFolder } from '../../inference/index.ts';
import { openGoals, type GoalSet } from '../../stills/index.ts';
import type { TaskContext, TaskRun } from './task.ts';

/** The model that imagines and comes along: it knows the simulated world. */
export const OWN_IMAGINATION = 'simulated-pictures';

/** What tasks about goals work with. */
interface OpenedGoals {
  readonly set: GoalSet;
  readonly model: Imaginer;
  readonly progress: TaskContext['progress'];
}

/** A run of a task that needs goals and a model that imagines: both are opened before, and closed after it. */
export function usingGoals(run: (opened: OpenedGoals) => Promise<TaskRun>) {
  return async ({ data, model: name = OWN_IMAGINATION, progress }: TaskContext): Promise<TaskRun> => {
    const set = await openGoals(data);
    try {
      const model = await openImaginer(modelFolder(), name);
      try {
        return await run({ set, model, progress });
      } finally {
        await model.close();
      }
    } finally {
      set.close();
    }
  };
}
