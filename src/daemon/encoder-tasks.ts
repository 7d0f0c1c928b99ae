import { packEmbedding, packThing, type Picture } from '../contract/index.ts';
import { openEncoder, unknownWords, type DualEncoder } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import type { EmbeddingAnswer } from '../perception/index.ts';
import { createThumbnail } from '../recall/index.ts';
import type { EmbedWordsJob, NotFinite, PictureJob } from './jobs.ts';
import { oneOpen } from './one-open.ts';
import { pixelsOf } from './pixels.ts';

/** An answer with the small picture that was wanted. */
export interface PictureAnswer extends EmbeddingAnswer {
  /** JPEG. */
  readonly thumbnail?: Uint8Array;
}

/** The tasks of a worker that are done by dual encoders. */
export interface EncoderTasks {
  embedWords(job: EmbedWordsJob): Promise<EmbeddingAnswer | NotFinite>;
  embedPicture(job: PictureJob, data: Uint8Array): Promise<PictureAnswer | NotFinite>;
  /** Opens an encoder before it is asked. */
  load(model: string): Promise<unknown>;
}

/** Makes them. One encoder is open at a time. */
export function createEncoderTasks(): EncoderTasks {
  const opened = oneOpen((model) => openEncoder(modelFolder(), model));

  async function answer(
    model: string,
    embed: (encoder: DualEncoder) => Promise<Float32Array>,
  ): Promise<EmbeddingAnswer | NotFinite> {
    const encoder = await opened(model);
    const embedding = await embed(encoder);
    if (!embedding.every(Number.isFinite)) return { notFinite: 'embedding' };
    return { sha256: encoder.sha256, embedding: packEmbedding(embedding) };
  }

  return {
    load: opened,
    async embedWords({ model, words }) {
      const found = await answer(model, (encoder) => encoder.embedWords(words));
      if ('notFinite' in found) return found;
      const unknown = unknownWords(words, (await opened(model)).tokens);
      return unknown.length === 0 ? found : { ...found, unknown };
    },
    async embedPicture({ model, picture, thumbnail }, data) {
      const pixels: Picture = await pixelsOf(picture, data);
      const encoder = await opened(model);
      const look = await encoder.look(pixels);
      const found = await answer(model, () => Promise.resolve(look.embedding));
      if (thumbnail === undefined || 'notFinite' in found) return found;
      const things = (await encoder.things?.(look))?.map(packThing);
      return { ...found, ...(things && { things }), thumbnail: await createThumbnail(pixels, thumbnail) };
    },
  };
}
