import { openAnswerer, type Answer, type Answerer } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import type { Running } from '../workers/index.ts';
import type { AnswerJob } from './jobs.ts';
import { pixelsOf } from './pixels.ts';

/** An answer, and the model that gave it. */
export interface AnswerOutput extends Answer {
  readonly sha256: string | null;
}

/** Tasks of a worker that are done by models that answer questions. */
export interface AnswerTasks {
  answer(job: AnswerJob, data: Uint8Array, running: Running): Promise<AnswerOutput>;
}

/** Makes them. One model is open at a time: when another one is asked, the one before gives its memory back first. */
export function createAnswerTasks(): AnswerTasks {
  let current: { readonly model: string; readonly answerer: Answerer } | undefined;

  async function opened(model: string, budget: number): Promise<Answerer> {
    if (current?.model === model) return current.answerer;
    const before = current?.answerer;
    current = undefined;
    await before?.close();
    const answerer = await openAnswerer(modelFolder(), model, { budget });
    current = { model, answerer };
    return answerer;
  }

  return {
    async answer({ model, question, picture, deadlineMs, most, budget }, data, { signal, tell }) {
      const pixels = picture === undefined ? [] : [await pixelsOf(picture, data)];
      const answerer = await opened(model, budget);
      const answer = await answerer.answer(question, pixels, {
        signal,
        onToken: tell,
        deadlineMs,
        ...(most === undefined ? {} : { most }),
      });
      return { sha256: answerer.sha256, ...answer };
    },
  };
}
