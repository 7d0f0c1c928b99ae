import type { Intrinsics } from '../frame/index.ts';
import type { Clip } from './clip.ts';

/** What of a thing, a still or a sentence is not in the train split: a combination of class and colour, or a class. */
export const NOVELTIES = ['seen', 'combination', 'class'] as const;
export type Novelty = (typeof NOVELTIES)[number];

/**
 * Number that decides what is kept out of the train split, by its name: FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo), its bits mixed. What is
 * added to a list changes nothing for what is there.
 */
export function hashOf(words: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < words.length; i += 1) h = Math.imul(h ^ words.charCodeAt(i), 0x01000193) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

/** Whether stills are to learn from or to be judged by. */
export type StillSplit = 'train' | 'test';

/** Things that stills may show for what is to be learned from them, though no model has to name them: such as are of no class, or of classes that no test shows. */
export type StrangeThings = 'invented' | 'further';

/** What counts as seen: the least share of the picture, and the least share of it that nothing hides. */
export const LEAST_SHARE = 0.01;
export const LEAST_VISIBLE = 0.5;

/** Something that a still's room holds. */
export interface StillThing {
  readonly id: number;
  readonly label: string;
  /** Unset: it is not said to have one. */
  readonly colour?: string;
  readonly kind: Novelty;
  /** Width, depth and height, m. */
  readonly size: readonly [number, number, number];
  /** Its middle in `map`, and in `base_link` (x forward, y left, z up), m. */
  readonly position: readonly [number, number, number];
  readonly relative: readonly [number, number, number];
  /** What it stands on, by its number; unset: the floor. */
  readonly on?: number;
  /** Left, top, right and bottom of what is seen of it, pixels, the latter two excluded; unset: nothing is. */
  readonly box?: readonly [number, number, number, number];
  /** Share of the picture that it is seen on. */
  readonly share: number;
  /** Share of its pixels within the picture that nothing hides. */
  readonly visible: number;
}

/** What sounds in a still. */
export const SOUNDS = ['voice', 'music', 'footsteps', 'door', 'metal', 'ceramic', 'wood', 'nothing'] as const;
export type SoundName = (typeof SOUNDS)[number];

/** Sides that sound comes from: of the four quarters about the robot the one with the source. */
export const SIDES = ['front', 'left', 'behind', 'right'] as const;
export type Side = (typeof SIDES)[number];

/** What microphones hear in a still. */
export interface StillSound {
  readonly label: SoundName;
  /** Unset: it is silent. */
  readonly side?: Side;
  /** In `base_link`, m. */
  readonly relative?: readonly [number, number, number];
  /** Of a voice: who of the population, and what they say. */
  readonly who?: number;
  readonly text?: string;
}

/** The truth about a still. */
export interface StillTruth {
  /** From 0 on. Stills 2k and 2k + 1 are a pair: what is asked of both has another answer in either. */
  readonly still: number;
  readonly split: StillSplit;
  readonly kind: Novelty;
  /** Name of the room. */
  readonly room: string;
  /** Pose of the base in `map`, m and rad. */
  readonly robot: { readonly x: number; readonly y: number; readonly yaw: number };
  /** Place of the camera in `base_link`, m; it looks forward and level. */
  readonly camera: { readonly at: readonly [number, number, number]; readonly intrinsics: Intrinsics };
  readonly things: readonly StillThing[];
  /** Unset: the microphones say nothing, the samples are all zeros; in a clip also that several sounds drown one another. */
  readonly sound?: StillSound;
  /** Only of a moment of a recording: what happened in the seconds that end with it. */
  readonly clip?: Clip;
}

/** A still: row by row the picture (`rgb8`) and depth (mm, 0 for none), sound sample by sample, its channels beside one another. */
export interface Still {
  readonly picture: Uint8Array;
  readonly depth: Uint16Array;
  /** Unset: none is wanted. */
  readonly sound?: Int16Array;
  readonly truth: StillTruth;
}

/** A class that stills show. */
export interface StillClassName {
  readonly label: string;
  readonly stands: 'table' | 'floor';
  /** Only the test split shows it. */
  readonly heldOut: boolean;
  /** Its objects are said to have a colour. */
  readonly coloured: boolean;
  /** Colours in which only the test split shows it. */
  readonly heldOutColours: readonly string[];
}

/** What stills may show, by name. */
export interface StillVocabulary {
  readonly classes: readonly StillClassName[];
  readonly colours: readonly string[];
}

/** Stills of a seed: each one follows from the seed, the split and its number alone. */
export interface StillSource {
  readonly vocabulary: StillVocabulary;
  readonly width: number;
  readonly height: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples of each channel of a clip. */
  readonly samples: number;
  still(index: number, sound: boolean): Still;
  /** The truth alone, which costs less. */
  truth(index: number): StillTruth;
}
