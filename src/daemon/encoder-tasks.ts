import type { Picture } from '../contract/index.ts';
import { openDualEncoder, referenceOf, type DualEncoder } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import type { EmbedWordsJob, NotFinite, PictureJob } from './jobs.ts';
import { pixelsOf } from './pixels.ts';

/** An embedding of length 1, and the encoder in whose space it lies. */
export interface EmbeddingAnswer {
  readonly sha256: string;
  readonly embedding: Float32Array;
}

/** The tasks of a worker that are done by dual encoders. */
export interface EncoderTasks {
  embedWords(job: EmbedWordsJob): Promise<EmbeddingAnswer | NotFinite>;
  embedPicture(job: PictureJob, data: Uint8Array): Promise<EmbeddingAnswer | NotFinite>;
}

/** Makes them. One encoder is open at a time: when another one is asked, the one before gives its memory back first. */
export function createEncoderTasks(): EncoderTasks {
  let current: { readonly model: string; readonly encoder: DualEncoder } | undefined;

  async function opened(model: string): Promise<DualEncoder> {
    if (current?.model === model) return current.encoder;
    const { folder, precision } = referenceOf(modelFolder(), model);
    const before = current?.encoder;
    current = undefined;
    await before?.close();
    const encoder = await openDualEncoder(folder, { precision });
    current = { model, encoder };
    return encoder;
  }

  async function answer(
    model: string,
    embed: (encoder: DualEncoder) => Promise<Float32Array>,
  ): Promise<EmbeddingAnswer | NotFinite> {
    const encoder = await opened(model);
    const embedding = await embed(encoder);
    return embedding.every(Number.isFinite) ? { sha256: encoder.sha256, embedding } : { notFinite: 'embedding' };
  }

  return {
    embedWords: ({ model, words }) => answer(model, (encoder) => encoder.embedWords(words)),
    async embedPicture({ model, picture }, data) {
      const pixels: Picture = await pixelsOf(picture, data);
      return answer(model, (encoder) => encoder.embedPicture(pixels));
    },
  };
}
