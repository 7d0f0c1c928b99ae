import type { Novelty, StillSplit } from './still.ts';

/** A place on a table-top: metres ahead of the camera and to the left of its axis. */
export type GoalPlace = readonly [ahead: number, left: number];

/** Something that stands on the table of a goal. */
export interface GoalThing {
  readonly label: string;
  readonly colour: string;
  /** Whether the train split ever shows the class in the colour. */
  readonly kind: Exclude<Novelty, 'class'>;
  /** Where it stands in the goal. */
  readonly place: GoalPlace;
}

/** How the same things stand on the way to a goal. */
export interface GoalState {
  /** Of each thing. */
  readonly places: readonly GoalPlace[];
  /** Metres that things still have to go, all together. */
  readonly remaining: number;
}

/** The truth about a goal. */
export interface GoalTruth {
  /** From 0 on. */
  readonly goal: number;
  readonly split: StillSplit;
  /** `combination` where one of the things is. */
  readonly kind: GoalThing['kind'];
  /** From left to right. */
  readonly things: readonly GoalThing[];
  /** From the shuffled arrangement, the first, to the goal itself, the last. */
  readonly states: readonly GoalState[];
}

/** A goal with its pictures: `rgb8`, row by row. */
export interface Goal {
  readonly picture: Uint8Array;
  /** Pictures of the states, one behind another; each with noise of its own. */
  readonly states: Uint8Array;
  readonly truth: GoalTruth;
}

/** Goals of a seed: each one follows from the seed, the split and its number alone. */
export interface GoalSource {
  readonly classes: readonly string[];
  readonly colours: readonly string[];
  /** Class and colour, `red ball`, that the train split never shows. */
  readonly combinations: readonly string[];
  readonly width: number;
  readonly height: number;
  /** States of each goal. */
  readonly states: number;
  goal(index: number): Goal;
}
