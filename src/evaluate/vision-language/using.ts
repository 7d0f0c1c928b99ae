import { openAnswerer, openSenses, referenceOf, type Answerer, type Senses } from '../../hub/index.ts';
import { modelFolder } from '../../inference/index.ts';
import { openStills, openStillsAndClips, type StillSet } from '../../stills/index.ts';
import type { TaskContext, TaskRun } from './task.ts';

/** The model that comes along: it knows the simulated world. */
export const OWN_MODEL = 'simulated';
/** The model that answers and comes along: it knows the simulated world. */
const OWN_ANSWERS = 'simulated-answers';
/** The same, of clips: it knows recorded worlds. */
const OWN_CLIP_ANSWERS = 'simulated-clips';

/** What most tasks work with. */
interface Using<M> {
  readonly stills: StillSet;
  readonly model: M;
  readonly progress: TaskContext['progress'];
}
/** A model with embeddings. */
export type Opened = Using<Senses>;
/** A model that answers in words. */
export type OpenedAnswers = Using<Answerer>;

type Run<M> = (opened: Using<M>) => Promise<TaskRun>;

/** A run of a task that needs stills and a model: both are opened before, and closed after it. */
function using<M extends { close(): Promise<void> }>(open: (model: string) => Promise<M>, own: string) {
  return (run: Run<M>) =>
    async ({ data, model: name = own, progress }: TaskContext): Promise<TaskRun> => {
      const stills = await openStills(data);
      try {
        const model = await open(name);
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

/** For tasks of a model with embeddings. */
export const usingStills = using(async (model) => {
  const { folder, precision } = referenceOf(modelFolder(), model);
  return openSenses(folder, { precision });
}, OWN_MODEL);

/** For tasks that are answered in words, of stills and of clips: a run for each of both that is there. */
export function usingBoth<T>(run: (opened: OpenedAnswers) => Promise<T>) {
  return async ({ data, model: name, progress }: TaskContext): Promise<T[]> => {
    const sets = await openStillsAndClips(data);
    const done: T[] = [];
    try {
      for (const stills of sets) {
        const model = await openAnswerer(modelFolder(), name ?? (stills.isClips ? OWN_CLIP_ANSWERS : OWN_ANSWERS));
        const part = (share: number, what: string): void => progress((done.length + share) / sets.length, what);
        try {
          done.push(await run({ stills, model, progress: part }));
        } finally {
          await model.close();
        }
      }
    } finally {
      for (const stills of sets) stills.close();
    }
    return done;
  };
}
