import { basename } from 'node:path';
import { SensoriumError, showValue, type ModelDefinition } from '../../contract/index.ts';
import { hearingOfFolder, referenceOf, type Kind } from '../../hub/index.ts';
import { filesIn, isSoundFile, modelFolder } from '../../inference/index.ts';
import type { Wanted } from './wanted.ts';

/** What a model does, and whether it puts sounds and words into one space. */
export interface Ability {
  /** Unset: it is none of a hub. */
  readonly kind?: Kind;
  readonly hears: boolean;
}

/**
 * What a model can do; `undefined` where nothing can be told: what is wrong with it is said by who opens it.
 * @param known models of this build
 */
export async function abilityOf(model: string, known: readonly ModelDefinition[]): Promise<Ability | undefined> {
  try {
    return await hearingOfFolder(referenceOf(modelFolder(), model).folder);
  } catch (error) {
    if (!(error instanceof SensoriumError)) throw error;
    return known.some(({ manifest }) => manifest.name === basename(model)) ? { hears: false } : undefined;
  }
}

/**
 * Whether sounds are looked for and not pictures: with a model that knows no pictures, by examples that are sounds, and by words where there are sounds only.
 * @param err is told of sounds that a model could hear beside pictures: similarities of two senses cannot be compared, so that they are not ranked together
 * @returns names of the sounds in the folder; `undefined`: look for pictures
 * @throws SensoriumError E_USAGE where a model does not hear, or examples are of both; E_FILE_MISSING where there is nothing that it takes
 */
export async function soundsFor(
  wanted: Wanted,
  folder: string,
  model: string,
  ability: Ability | undefined,
  err: (text: string) => void,
): Promise<readonly string[] | undefined> {
  const { pictures, sounds } = await filesIn(folder);
  const hasOnlyEars = ability?.kind === 'words and sounds';
  const examples = 'words' in wanted ? [] : wanted.examples;
  const heard = examples.filter(isSoundFile);
  if (heard.length > 0 && heard.length < examples.length) {
    throw new SensoriumError('E_USAGE', 'expected pictures or sounds (.wav), got both', { path: '--example' });
  }
  const isByWords = examples.length === 0;
  const areMeant = hasOnlyEars || heard.length > 0 || (isByWords && pictures.length === 0 && sounds.length > 0);
  if (!areMeant) {
    if (isByWords && ability?.hears === true) tellOfBoth(folder, pictures, sounds, err);
    return undefined;
  }
  if (ability?.hears === false) {
    const what = `expected a model that puts sounds and words into one space (CLAP, simulated), got ${showValue(model)}`;
    throw new SensoriumError('E_USAGE', what, { path: '--model' });
  }
  if (sounds.length > 0) return sounds;
  throw new SensoriumError('E_FILE_MISSING', 'expected sounds (.wav), got none', { path: folder });
}

function tellOfBoth(
  folder: string,
  pictures: readonly string[],
  sounds: readonly string[],
  err: (text: string) => void,
): void {
  if (pictures.length === 0) {
    const what = 'expected pictures (.jpg, .png, .webp) or sounds (.wav), got none';
    throw new SensoriumError('E_FILE_MISSING', what, { path: folder });
  }
  if (sounds.length === 0) return;
  const those = sounds.length === 1 ? '1 sound was' : `${sounds.length} sounds were`;
  err(`${folder}: ${those} not listened to, for there are pictures: put sounds into a folder of their own\n`);
}
