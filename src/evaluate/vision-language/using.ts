import { openAnswerer, openSenses, referenceOf, type Answerer, type Senses } from '../../hub/index.ts';
import { modelFolder } from '../../inference/index.ts';
import { openStills, type StillSet } from '../../stills/index.ts';
import type { TaskContext, TaskRun } from './task.ts';

/** The model that comes along: it knows the simulated world. */
export const OWN_MODEL = 'simulated';

/** What most tasks work with. */
export interface Opened {
  readonly stills: StillSet;
  readonly model: Senses;
  readonly progress: TaskContext['progress'];
}

/** A run of a task that needs stills and a model with embeddings: both are opened before, and closed after it. */
export function usingStills(run: (opened: Opened) => Promise<TaskRun>): (context: TaskContext) => Promise<TaskRun> {
  return async ({ data, model: name = OWN_MODEL, progress }) => {
    const stills = await openStills(data);
    try {
      const { folder, precision } = referenceOf(modelFolder(), name);
      const model = await openSenses(folder, { precision });
      try {
        return await run({ stills, model, progress });
      } finally {
        await model.close();
      }
    } finally {
      stills.close();
    }
  };
}

/** The model that answers and comes along: it knows the simulated world. */
const OWN_ANSWERS = 'simulated-answers';

/** What tasks work with that are answered in words. */
export interface OpenedAnswers {
  readonly stills: StillSet;
  readonly model: Answerer;
  readonly progress: TaskContext['progress'];
}

/** A run of a task that needs stills and a model that answers: both are opened before, and closed after it. */
export function usingAnswers(
  run: (opened: OpenedAnswers) => Promise<TaskRun>,
): (context: TaskContext) => Promise<TaskRun> {
  return async ({ data, model: name = OWN_ANSWERS, progress }) => {
    const stills = await openStills(data);
    try {
      const model = await openAnswerer(modelFolder(), name);
      try {
        return await run({ stills, model, progress });
      } finally {
        await model.close();
      }
    } finally {
      stills.close();
    }
  };
}
