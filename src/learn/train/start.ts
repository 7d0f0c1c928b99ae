import type { FloatTensor } from '../../fusion/heads/index.ts';
import type { Scalings } from '../dataset/scaling.ts';
import type { HeadDescription } from '../head/description.ts';
import { reachName, retreatName } from '../head/far.ts';
import { SHARPNESS } from '../head/sharpen.ts';

/** What a head begins with instead of chance. */
export interface Start {
  /** Under which the parameters were learned. */
  readonly scalings: Scalings;
  /** By the names that they have in a head; those that it has not are passed over. */
  readonly parameters: ReadonlyMap<string, FloatTensor>;
  /** They stay as they are, and only the rest is learned. */
  readonly isFrozen: boolean;
}

/** Puts what a head begins with in the place of chance. */
export function begin(parameters: Map<string, FloatTensor>, start: Start | undefined): void {
  for (const [name, { data }] of sharedWith(parameters, start)) parameters.get(name)?.data.set(data);
}

/** The derivatives by what is to be learned: not by what is frozen, nor by what is fitted before and after. */
export function learned<V>(
  { modalities }: HeadDescription,
  gradients: ReadonlyMap<string, V>,
  start: Start | undefined,
): ReadonlyMap<string, V> {
  const fixed = new Set([SHARPNESS, ...modalities.flatMap(({ name }) => [reachName(name), retreatName(name)])]);
  if (start?.isFrozen === true) for (const name of start.parameters.keys()) fixed.add(name);
  return new Map([...gradients].filter(([name]) => !fixed.has(name)));
}

/** What a head has of what it is to begin with: the same names and shapes. */
export function sharedWith(
  parameters: ReadonlyMap<string, FloatTensor>,
  start: Start | undefined,
): ReadonlyMap<string, FloatTensor> {
  return new Map(
    [...(start?.parameters ?? [])].filter(([name, { shape }]) => parameters.get(name)?.shape.join() === shape.join()),
  );
}
