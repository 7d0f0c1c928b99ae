import { SensoriumError, type Picture } from '../contract/index.ts';
import { openAnswerer, referenceOf, soundFor, type Answer } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import type { Running } from '../workers/index.ts';
import type { AnswerJob } from './jobs.ts';
import { oneOpen } from './one-open.ts';
import { pixelsOf } from './pixels.ts';

/** An answer, and the model that gave it. */
export interface AnswerOutput extends Answer {
  readonly sha256: string | null;
  readonly precision?: string;
  /** Words of the question that it does not know. */
  readonly unknown?: readonly string[];
}

/** A question that is none for this model: too long, a sign of its own spelled out, a clip for one that does not hear. */
export interface AnswerRefusal {
  readonly refused: string;
}

/** Tasks of a worker that are done by models that answer questions. */
export interface AnswerTasks {
  answer(job: AnswerJob, data: Uint8Array, running: Running): Promise<AnswerOutput | AnswerRefusal>;
}

/** What a camera shows that is gone. */
const BLACK: Picture = { width: 1, height: 1, format: 'rgb8', rowStride: 3, data: new Uint8Array(3) };

/** Makes them. One model is open at a time. */
export function createAnswerTasks(): AnswerTasks {
  const opened = oneOpen((model, budget: number) => openAnswerer(modelFolder(), model, { budget }));

  return {
    async answer(
      { model, question, picture, before = [], felt, clip, deadlineMs, most, budget },
      data,
      { signal, tell },
    ) {
      const last = picture === undefined ? [] : [await pixelsOf(picture, data)];
      const answerer = await opened(model, budget);
      // Who sees one picture at a time is shown the latest; who has learned what a camera shows that is gone, that: what is felt is told of all the same.
      const isGone = last.length === 0 && felt !== undefined && answerer.feels === true;
      const pixels = isGone ? [BLACK] : answerer.sees === undefined ? last : [...before, ...last];
      const options = {
        signal,
        onToken: tell,
        deadlineMs,
        ...(clip === undefined ? {} : { clip: soundFor(answerer, clip) }),
        ...(felt === undefined || answerer.feels !== true ? {} : { felt }),
        ...(most === undefined ? {} : { most }),
      };
      try {
        const answer = await answerer.answer(question, pixels, options);
        const unknown = answerer.unknownIn?.(question) ?? [];
        // A server keeps to itself what its weights are.
        const its = answerer.sha256 === null ? {} : { precision: referenceOf(modelFolder(), model).precision };
        return { sha256: answerer.sha256, ...its, ...answer, ...(unknown.length === 0 ? {} : { unknown }) };
      } catch (error) {
        if (error instanceof SensoriumError && error.code === 'E_MODEL_INPUT') return { refused: error.message };
        throw error;
      }
    },
  };
}
