import { SensoriumError, type Sought } from '../contract/index.ts';
import type { DualEncoder } from '../hub/index.ts';
import { pictureOf } from '../inference/index.ts';
import { chosenIn } from '../pipeline/recall/choice.ts';

/**
 * The example that a picture of a file gives: its largest thing, or the picture as a whole, where the encoder knows no things.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT; E_MODEL_INPUT where nothing is seen in it
 */
export async function exampleIn(encoder: DualEncoder, file: string): Promise<Sought> {
  const look = await encoder.look(await pictureOf(file));
  const things = await encoder.things?.(look);
  if (things?.length === 0) throw new SensoriumError('E_MODEL_INPUT', 'nothing is seen in it', { path: file });
  return chosenIn({ embedding: look.embedding, things, bearingOf: () => undefined }, { by: 'largest' });
}
