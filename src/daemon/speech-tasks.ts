import { SensoriumError } from '../contract/index.ts';
import { inOne, openTranscriber, referenceOf, withoutSigns } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import { SPEECH_RATE, type SpeechAnswer } from '../perception/index.ts';
import type { Running } from '../workers/index.ts';
import { oneOpen } from './one-open.ts';
import type { TranscribeJob } from './jobs.ts';

/** Tasks of a worker that are done by models that write down what is said. */
export interface SpeechTasks {
  /** @param data the samples: floats of one channel */
  transcribe(job: TranscribeJob, data: Uint8Array, running: Running): Promise<SpeechAnswer>;
  /** Opens a model before it is asked. */
  load(model: string): Promise<unknown>;
}

/** Makes them. */
export function createSpeechTasks(): SpeechTasks {
  const opened = oneOpen(async (model) => {
    const { folder, precision } = referenceOf(modelFolder(), model);
    const transcriber = await openTranscriber(folder, { precision });
    if (transcriber.sampleRate === SPEECH_RATE) return transcriber;
    await transcriber.close();
    const what = `expected a model that takes ${SPEECH_RATE} samples a second, it takes ${transcriber.sampleRate}`;
    throw new SensoriumError('E_MODEL_MANIFEST', what, { path: folder });
  });
  return {
    load: opened,
    async transcribe({ model, language, deadlineMs }, data, { signal }) {
      const transcriber = await opened(model);
      // A copy: what comes beside a message need not lie where floats may.
      const samples = new Float32Array(new Uint8Array(data).buffer);
      const windows = await transcriber.transcribe(samples, {
        signal,
        deadlineMs,
        ...(language === undefined ? {} : { language }),
      });
      const { text, ...its } = inOne(windows);
      const { precision } = referenceOf(modelFolder(), model);
      return { sha256: transcriber.sha256, precision, text: withoutSigns(text), ...its };
    },
  };
}
