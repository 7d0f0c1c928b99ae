import type { Random } from '../random.ts';
import { pick } from './chance.ts';
import type { Block, Part } from './parts.ts';

/** Worlds to learn from, and worlds to be judged by: what is new in these is not among those. */
export const SPLITS = ['train', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** Red, green, blue, 0..255. */
export type Rgb = readonly [number, number, number];

/** Colours by name. */
export const COLOURS: Readonly<Record<string, Rgb>> = {
  red: [200, 40, 36],
  orange: [230, 126, 30],
  yellow: [228, 204, 52],
  green: [52, 150, 64],
  cyan: [60, 178, 188],
  blue: [44, 82, 190],
  purple: [128, 60, 168],
  pink: [232, 130, 168],
  white: [232, 232, 226],
  black: [38, 38, 42],
  brown: [122, 78, 44],
};
const COLOUR_NAMES = Object.keys(COLOURS);

/** What sounds when it falls. */
export type Matter = 'metal' | 'ceramic' | 'soft' | 'wood';

/** A class of everyday objects: how they are made, m. */
export interface ObjectClass {
  readonly label: string;
  /** Width, depth and height of a middling one, m. */
  readonly size: readonly [number, number, number];
  readonly matter: Matter;
  readonly parts: readonly Part[];
  /** Only worlds of the test split hold it. */
  readonly testOnly?: true;
}

const whole = (solid: Block['solid']): readonly Part[] => [{ solid, at: 0.5, size: [1, 1, 1] }];

/** Everyday objects, a little larger than life, so that 320 x 240 pixels show them. */
export const CLASSES: readonly ObjectClass[] = [
  {
    label: 'mug',
    size: [0.11, 0.11, 0.13],
    matter: 'ceramic',
    parts: [
      { solid: 'cylinder', at: 0.5, size: [0.8, 0.8, 1] },
      { solid: 'box', at: 0.5, aside: 0.48, size: [0.24, 0.12, 0.5] },
    ],
  },
  {
    label: 'bottle',
    size: [0.1, 0.1, 0.32],
    matter: 'ceramic',
    parts: [
      { solid: 'cylinder', at: 0.35, size: [1, 1, 0.7] },
      { solid: 'cylinder', at: 0.8, size: [0.4, 0.4, 0.3] },
      { solid: 'cylinder', at: 0.97, size: [0.46, 0.46, 0.07], colour: 'white' },
    ],
  },
  { label: 'ball', size: [0.2, 0.2, 0.2], matter: 'soft', parts: whole('ellipsoid') },
  { label: 'book', size: [0.24, 0.17, 0.05], matter: 'wood', parts: whole('box') },
  { label: 'box', size: [0.26, 0.2, 0.18], matter: 'wood', parts: whole('box') },
  { label: 'can', size: [0.1, 0.1, 0.16], matter: 'metal', parts: whole('cylinder') },
  {
    label: 'bowl',
    size: [0.24, 0.24, 0.1],
    matter: 'ceramic',
    parts: [{ solid: 'ellipsoid', at: 0.55, size: [1, 1, 0.9] }],
  },
  {
    label: 'plant',
    size: [0.24, 0.24, 0.36],
    matter: 'ceramic',
    parts: [
      { solid: 'cylinder', at: 0.18, size: [0.65, 0.65, 0.36] },
      { solid: 'ellipsoid', at: 0.66, size: [1, 1, 0.66], colour: 'green' },
    ],
  },
  {
    label: 'lamp',
    size: [0.22, 0.22, 0.4],
    matter: 'metal',
    parts: [
      { solid: 'cylinder', at: 0.03, size: [0.7, 0.7, 0.06] },
      { solid: 'cylinder', at: 0.35, size: [0.12, 0.12, 0.6] },
      { solid: 'ellipsoid', at: 0.8, size: [1, 1, 0.4], colour: 'yellow' },
    ],
  },
  {
    label: 'bag',
    size: [0.3, 0.16, 0.3],
    matter: 'soft',
    parts: [
      { solid: 'ellipsoid', at: 0.42, size: [1, 1, 0.84] },
      { solid: 'box', at: 0.88, size: [0.4, 0.15, 0.24] },
    ],
  },
  {
    label: 'teapot',
    size: [0.26, 0.16, 0.18],
    matter: 'ceramic',
    parts: [
      { solid: 'ellipsoid', at: 0.45, size: [0.7, 1, 0.9] },
      { solid: 'box', at: 0.6, aside: 0.4, size: [0.3, 0.18, 0.16] },
      { solid: 'ellipsoid', at: 0.92, size: [0.2, 0.3, 0.16], colour: 'black' },
    ],
    testOnly: true,
  },
  {
    label: 'vase',
    size: [0.18, 0.18, 0.36],
    matter: 'ceramic',
    parts: [
      { solid: 'ellipsoid', at: 0.35, size: [1, 1, 0.7] },
      { solid: 'cylinder', at: 0.82, size: [0.45, 0.45, 0.36] },
    ],
    testOnly: true,
  },
  {
    label: 'toy car',
    size: [0.3, 0.16, 0.14],
    matter: 'metal',
    parts: [
      { solid: 'box', at: 0.4, size: [1, 1, 0.5] },
      { solid: 'box', at: 0.82, size: [0.5, 0.8, 0.36], colour: 'white' },
      { solid: 'cylinder', at: 0.16, aside: 0.3, size: [0.2, 1.02, 0.32], colour: 'black' },
      { solid: 'cylinder', at: 0.16, aside: -0.3, size: [0.2, 1.02, 0.32], colour: 'black' },
    ],
    testOnly: true,
  },
];

/** Whether only worlds of the test split hold this class in this colour. A fifth of all combinations. */
export function isTestCombination(classIndex: number, colourIndex: number): boolean {
  return (classIndex * 3 + colourIndex) % 5 === 0;
}

/** What an object is, and what of it the training split does not hold. */
export interface Identity {
  readonly kind: ObjectClass;
  readonly colour: string;
  /** Factor on the size of a middling one of its class. */
  readonly grown: number;
  /** Number of its texture. */
  readonly texture: number;
  readonly unseen: readonly ('instance' | 'combination' | 'class')[];
}

/** Steps of size, of which the even ones are trained on and the odd ones judged by; and so with textures. */
const SIZES = 8;
/** Textures of objects: this many of either kind. */
export const OBJECT_TEXTURES = 4;

/**
 * An object by chance. In the test split, instances (sizes and textures) are always new, a quarter are combinations of
 * class and colour that are new, and a quarter classes that are.
 */
export function drawIdentity(random: Random, split: Split): Identity {
  const test = split === 'test';
  const odd = test ? 1 : 0;
  const lot = random.uniform();
  const wanted = test && lot < 0.25 ? 'class' : test && lot < 0.5 ? 'combination' : 'instance';
  const classes = CLASSES.filter(({ testOnly }) => (testOnly === true) === (wanted === 'class'));
  const kind = pick(random, classes);
  const index = CLASSES.indexOf(kind);
  const fitting = COLOUR_NAMES.filter(
    (_, colour) => wanted === 'class' || isTestCombination(index, colour) === (wanted === 'combination'),
  );
  return {
    kind,
    colour: pick(random, fitting),
    grown: 0.8 + 0.05 * (2 * Math.floor((random.uniform() * SIZES) / 2) + odd),
    texture: 2 * Math.floor(random.uniform() * OBJECT_TEXTURES) + odd,
    unseen: !test ? [] : wanted === 'instance' ? ['instance'] : ['instance', wanted],
  };
}

/** People that there are; every fourth only in worlds of the test split, and so their voices. */
const POPULATION = 64;

/** Someone by chance: who, from 0 on. */
export function drawPerson(random: Random, split: Split): number {
  const block = Math.floor((random.uniform() * POPULATION) / 4);
  return 4 * block + (split === 'test' ? 3 : Math.floor(random.uniform() * 3));
}
