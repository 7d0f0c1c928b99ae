import {
  SensoriumError,
  type ImagineAnswer,
  type ProgressAnswer,
  type Standing,
  type WantedGoal,
} from '../contract/index.ts';
import { nearnessOf, openImaginer, type Imaginer } from '../hub/index.ts';
import { decodePicture, modelFolder } from '../inference/index.ts';
import { createThumbnail } from '../recall/index.ts';
import type { ImagineJob, ProgressJob } from './jobs.ts';
import { oneOpen } from './one-open.ts';
import { pixelsOf } from './pixels.ts';

/** What is no words, or no picture, for this model. */
interface Refusal {
  readonly refused: string;
}

/** Tasks of a worker that are done by models that imagine. */
export interface ImagineTasks {
  imagine(job: ImagineJob): Promise<ImagineAnswer | Refusal>;
  progress(job: ProgressJob, data: Uint8Array): Promise<ProgressAnswer | Refusal>;
}

/** Makes them. One model is open at a time. */
export function createImagineTasks(): ImagineTasks {
  const opened = oneOpen((model) => openImaginer(modelFolder(), model));

  return {
    imagine: ({ model, words, seed }) =>
      refusing(async () => {
        const imaginer = await opened(model);
        const picture = await imaginer.imagine(words, seed);
        const things = (await imaginer.arrangementIn(picture)).sort((a, b) => b.place[1] - a.place[1]);
        const jpeg = Buffer.from(await createThumbnail(picture, imaginer.side)).toString('base64');
        return { sha256: imaginer.sha256, picture: jpeg, things, ...unknownIn(imaginer, words) };
      }),
    progress: ({ model, picture, goal }, data) =>
      refusing(async () => {
        const imaginer = await opened(model);
        const wanted = await wantedBy(imaginer, goal);
        const there = await imaginer.arrangementIn(await pixelsOf(picture, data));
        const unknown = 'words' in goal ? unknownIn(imaginer, goal.words) : {};
        return { sha256: imaginer.sha256, ...nearnessOf(wanted, there), wanted, there, ...unknown };
      }),
  };
}

async function wantedBy(imaginer: Imaginer, goal: WantedGoal): Promise<readonly Standing[]> {
  return 'words' in goal
    ? imaginer.arrangementOf(goal.words, goal.seed)
    : imaginer.arrangementIn(await decodePicture(Buffer.from(goal.picture, 'base64'), true));
}

function unknownIn(imaginer: Imaginer, words: string): { readonly unknown?: readonly string[] } {
  const unknown = imaginer.unknownIn(words);
  return unknown.length === 0 ? {} : { unknown };
}

async function refusing<Answer>(act: () => Promise<Answer>): Promise<Answer | Refusal> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof SensoriumError && error.code === 'E_MODEL_INPUT') return { refused: error.message };
    throw error;
  }
}
