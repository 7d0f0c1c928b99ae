import type { FloatTensor } from '../../fusion/heads/index.ts';
import type { Scalings } from '../dataset/scaling.ts';

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

/** The derivatives by what is to be learned. */
export function learned<V>(gradients: ReadonlyMap<string, V>, start: Start | undefined): ReadonlyMap<string, V> {
  if (start?.isFrozen !== true) return gradients;
  return new Map([...gradients].filter(([name]) => !start.parameters.has(name)));
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
