import { meanOf, SensoriumError, showValue } from '../../contract/index.ts';

/** What is looked for: what words say, or what is like examples: pictures, or sounds. */
export type Wanted = { readonly words: string } | { readonly examples: readonly string[] };

/** Puts files and words into one space. */
export interface Space {
  /** Unset: it knows no words. */
  readonly embedWords?: (words: string) => Promise<Float32Array>;
  /** Of a file, of length 1. */
  readonly embedExample: (path: string) => Promise<Float32Array>;
}

/**
 * Where it lies in a space, of length 1.
 * @param model its name, for errors
 * @throws SensoriumError E_USAGE where words are wanted of a model that knows none; E_FILE_*, E_MODEL_*
 */
export async function embeddingOf(wanted: Wanted, space: Space, model: string): Promise<Float32Array> {
  if ('words' in wanted) {
    if (space.embedWords !== undefined) return space.embedWords(wanted.words);
    const what = `expected a model that knows words, or --example with pictures; it knows pictures only: ${showValue(model)}`;
    throw new SensoriumError('E_USAGE', what, { path: '--model' });
  }
  const all: Float32Array[] = [];
  for (const path of wanted.examples) all.push(await space.embedExample(path));
  return meanOf(all);
}
