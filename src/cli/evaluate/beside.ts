import { dirname, join } from 'node:path';
import type { Picture } from '../../contract/index.ts';
import { SILENT, startModels } from '../../daemon/index.ts';
import type { TaskContext } from '../../evaluate/vision-language/index.ts';
import { openPictureEncoder } from '../../hub/index.ts';
import { modelFolder } from '../../inference/index.ts';
import { stampOf, type InputNumber } from '../../frame/index.ts';
import { NO_MODELS } from '../../perception/index.ts';
import { stillsOf } from '../stills.ts';
import type { CliContext } from '../verb.ts';

/** What tasks need of the rest: stills that are drawn on the way, a memory's process, and a model that embeds pictures. */
export function besides(context: CliContext): TaskContext['beside'] {
  const scripts = dirname(context.main);
  return {
    stills: (...its) => stillsOf(context, ...its),
    encoder: (model) => openPictureEncoder(modelFolder(), model, context.models),
    memory: { script: join(scripts, 'recall-worker.js') },
    embedding: (...its) => embedding(join(scripts, 'model-worker.js'), ...its),
  };
}

/** A model embeds pictures, one after the other, as in a daemon. */
async function embedding(
  script: string,
  model: string,
  pictures: readonly Picture[],
  signal: AbortSignal,
): Promise<void> {
  const stage = { model, hz: 1, alike: 1, thumbnail: 160, deadlineMs: 60_000 };
  const config = { ...NO_MODELS, embeddings: { camera: stage } };
  const runner = startModels({ config, worker: { script }, log: SILENT, deadlineMs: 60_000, queue: 1 });
  for (let i = 0; !signal.aborted; i += 1) {
    const { width, height, rowStride, data } = pictures[i % pictures.length];
    const measurement = { kind: 'image', encoding: 'rgb8', width, height, rowStride, data } as const;
    const at = stampOf(0);
    const its = {
      input: (i + 1) as InputNumber,
      stream: 'camera',
      frameId: 'camera',
      stamp: at,
      deviation: 0,
      received: at,
    };
    const request = {
      id: `embed/${i}`,
      model,
      at,
      task: 'embedPicture',
      frame: { ...its, measurement },
      thumbnail: 160,
    } as const;
    await new Promise((resolve) => runner.run(request, resolve));
  }
  await runner.close();
}
