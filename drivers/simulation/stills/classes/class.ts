import type { Part } from '../../place/parts.ts';
import type { ObjectClass } from '../../place/split.ts';

/** A class of objects that stills show. */
export interface StillClass extends ObjectClass {
  /** What it is put on. */
  readonly stands: 'table' | 'floor';
  /** Its top is level: other things may stand on it. */
  readonly bears: boolean;
}

/**
 * A class by its numbers.
 * @param size width, depth and height of a middling one, m
 * @param parts in shares of the size: see `parts.ts`
 */
export type Make = (
  label: string,
  size: ObjectClass['size'],
  matter: ObjectClass['matter'],
  parts: readonly Part[],
) => StillClass;

export const onTable: Make = (label, size, matter, parts) => ({
  label,
  size,
  matter,
  parts,
  stands: 'table',
  bears: false,
});
export const onFloor: Make = (label, size, matter, parts) => ({
  label,
  size,
  matter,
  parts,
  stands: 'floor',
  bears: false,
});
/** The same, and other things may stand on it. */
export const bearing = (its: StillClass): StillClass => ({ ...its, bears: true });
