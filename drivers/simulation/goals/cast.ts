import type { GoalPlace, GoalThing } from '../../../src/contract/index.ts';
import { between, pick } from '../place/chance.ts';
import type { Split } from '../place/split.ts';
import type { Random } from '../random.ts';
import { CATALOGUE, coloursOf, type CatalogueEntry } from '../stills/catalogue.ts';
import { rounded } from '../stills/rounded.ts';

/** Classes that are told apart by some 18 pixels, whatever their colour. */
export const LABELS: readonly string[] = [
  'ball',
  'box',
  'bucket',
  'cactus',
  'castle',
  'funnel',
  'hat',
  'kettle',
  'rocket',
  'snowman',
];
const CLASSES = CATALOGUE.filter(({ label }) => LABELS.includes(label));
/** Most things of a goal. */
const MOST = 3;
/** How far apart two of them stand, m, by how many there are. */
const APART = [0, 0, 0.4, 0.31];
/** How far ahead of the camera they stand, m, and how far chance moves one. */
const AHEAD = 0.85;
const ASIDE = 0.02;
/** How far it is turned at most, rad. */
const TURNED = 0.3;
/** Share of what is new among the things of goals that have something new, the first aside, which always is. */
const NEW = 0.6;

/** A thing of a goal, with its looks. */
export interface Actor extends GoalThing {
  readonly its: CatalogueEntry;
  readonly yaw: number;
  /** Width, depth and height, m. */
  readonly size: readonly [number, number, number];
}

/** Draws what stands on the table of a goal, from left to right, evenly spaced: things of classes that differ. */
export function castOf(random: Random, split: Split): readonly Actor[] {
  const isNew = split === 'test' && random.uniform() < 0.5;
  const count = 1 + Math.floor(random.uniform() * MOST);
  const first = Math.floor(random.uniform() * count);
  const left = [...CLASSES];
  return Array.from({ length: count }, (_, i): Actor => {
    const [its] = left.splice(Math.floor(random.uniform() * left.length), 1);
    const isNewToo = isNew && (i === first || random.uniform() < NEW);
    const grown = between(random, 0.9, 1.1);
    const place: GoalPlace = [
      rounded(AHEAD + between(random, -ASIDE, ASIDE)),
      rounded(APART[count] * ((count - 1) / 2 - i) + between(random, -ASIDE, ASIDE)),
    ];
    return {
      label: its.label,
      colour: pick(random, coloursOf(its, isNewToo)),
      kind: isNewToo ? 'combination' : 'seen',
      place,
      its,
      yaw: between(random, -TURNED, TURNED),
      size: [its.size[0] * grown, its.size[1] * grown, its.size[2] * grown],
    };
  });
}
