import type { StillClass } from '../class.ts';
import { ANIMALS } from './animals.ts';
import { BUILDINGS } from './buildings.ts';
import { FURNITURE } from './furniture.ts';
import { GOODS } from './goods.ts';
import { INSTRUMENTS } from './instruments.ts';
import { TOOLS } from './tools.ts';
import { VEHICLES } from './vehicles.ts';

/**
 * Everyday things that no test shows and no model has to name. They are there to be learned from: the more things a training shows that have a name, the better it
 * learns what a name says of looks, and so of things that it was never shown. None is another name for a class that is kept for tests, or a kind of it.
 */
export const FURTHER_CLASSES: readonly StillClass[] = [
  ...ANIMALS,
  ...BUILDINGS,
  ...FURNITURE,
  ...GOODS,
  ...INSTRUMENTS,
  ...TOOLS,
  ...VEHICLES,
];
