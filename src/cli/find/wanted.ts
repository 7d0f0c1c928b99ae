import { meanOf, SensoriumError, showValue } from '../../contract/index.ts';
import type { PictureEncoder } from '../../hub/index.ts';
import { pictureOf } from '../../inference/index.ts';

/** What is looked for: what words say, or what looks like pictures. */
export type Wanted = { readonly words: string } | { readonly examples: readonly string[] };

/**
 * Where it lies in an encoder's space, of length 1.
 * @param model its name, for errors
 * @throws SensoriumError E_USAGE where words are wanted of a model that knows none; E_FILE_*, E_MODEL_*
 */
export async function embeddingOf(wanted: Wanted, encoder: PictureEncoder, model: string): Promise<Float32Array> {
  if ('words' in wanted) {
    if (encoder.embedWords !== undefined) return encoder.embedWords(wanted.words);
    const what = `expected a model that knows words, or --example with pictures; it knows pictures only: ${showValue(model)}`;
    throw new SensoriumError('E_USAGE', what, { path: '--model' });
  }
  const seen: Float32Array[] = [];
  for (const path of wanted.examples) seen.push(await encoder.embedPicture(await pictureOf(path)));
  return meanOf(seen);
}
