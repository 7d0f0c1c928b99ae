import { between, pick } from '../place/chance.ts';
import type { Part } from '../place/parts.ts';
import type { Random } from '../random.ts';
import { classesOf, unkept, type CatalogueEntry } from './catalogue.ts';

/**
 * Things of no class: what looks like them a robot cannot name. Half of them have the foot of one class of the train split and the head of another, some have
 * parts of one turned upside down and moved about, the others are a few solids by chance.
 */

/** Numbers of names. */
const NAMES = 1_000_000;
/** Shares of those that are put together of two, and of one. */
const OF_TWO = 0.5;
const OF_ONE = 0.25;
/** At that height, in shares of it, one class ends and the other begins. */
const CUT = [0.3, 0.7] as const;
/** What is left of the parts of one. */
const LEFT = 0.7;
const SOLIDS = ['box', 'cylinder', 'ellipsoid', 'cone'] as const;
const ACCENTS = ['black', 'white', 'brown', 'steel', 'straw'];
/** Of parts so many have a colour of their own. */
const ACCENTED = 0.2;
const ATTEMPTS = 30;

/**
 * Invents a class.
 * @param fits what it must be like; after {@link ATTEMPTS} tries that are not there is none
 */
export function invent(random: Random, fits: (its: CatalogueEntry) => boolean): CatalogueEntry | undefined {
  const pool = classesOf('train').filter(({ label }) => label !== 'table');
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const one = pick(random, pool);
    const { stands } = one;
    const other = pick(
      random,
      pool.filter((its) => its.stands === stands),
    );
    const parts = upright(partsOf(random, one, other));
    if (one === other || parts.length < 2) continue;
    const side = (i: 0 | 1 | 2): number => pick(random, [one, other]).size[i] * between(random, 0.8, 1.25);
    const its = unkept({
      label: `invented${Math.floor(random.uniform() * NAMES)}`,
      size: [side(0), side(1), side(2)],
      matter: one.matter,
      parts,
      stands,
      bears: false,
    });
    if (fits(its)) return its;
  }
  return undefined;
}

function partsOf(random: Random, one: CatalogueEntry, other: CatalogueEntry): Part[] {
  const how = random.uniform();
  if (how < OF_TWO) {
    const cut = between(random, CUT[0], CUT[1]);
    const [feet, heads] = [
      one.parts.filter((part) => heightOf(part) <= cut),
      other.parts.filter((part) => heightOf(part) > cut),
    ];
    return feet.length === 0 || heads.length === 0 ? [] : [...feet, ...heads];
  }
  if (how < OF_TWO + OF_ONE) {
    const kept = one.parts.filter(() => random.uniform() < LEFT);
    return kept.map((part) => moved(part, between(random, -0.15, 0.15), (z) => 1 - z));
  }
  return Array.from({ length: 2 + Math.floor(random.uniform() * 4) }, () => solid(random));
}

/** A solid, bar or ring by chance. */
function solid(random: Random): Part {
  const colour = random.uniform() < ACCENTED ? { colour: pick(random, ACCENTS) } : {};
  const place = () => [between(random, -0.4, 0.4), between(random, -0.4, 0.4), between(random, 0.05, 0.95)] as const;
  const how = random.uniform();
  if (how < 0.15) {
    const [middle, across] = [place(), between(random, 0.3, 0.9)];
    return {
      solid: 'ring',
      middle,
      across,
      thick: between(random, 0.06, 0.2),
      lies: random.uniform() < 0.5,
      arc: [0, random.uniform() < 0.5 ? 360 : 180],
      ...colour,
    };
  }
  if (how < 0.3) return { solid: 'rod', from: place(), to: place(), thick: between(random, 0.06, 0.3), ...colour };
  const size = [between(random, 0.2, 1), between(random, 0.2, 1), between(random, 0.1, 0.9)] as const;
  const [aside, ahead] = [0, 1].map((i) => between(random, -0.5, 0.5) * (1 - size[i]));
  const at = between(random, size[2] / 2, 1 - size[2] / 2);
  const kind = pick(random, SOLIDS);
  const ends = kind === 'cone' ? { foot: 1, top: between(random, 0.05, 0.8) } : {};
  return { solid: kind, at, aside, ahead, size, ...ends, ...colour };
}

/** The height of the middle of a part, in shares of the thing's. */
function heightOf(part: Part): number {
  if (part.solid === 'ring') return part.middle[2];
  return part.solid === 'rod' ? (part.from[2] + part.to[2]) / 2 : part.at;
}

/** A part elsewhere: aside, and at another height. */
function moved(part: Part, aside: number, height: (z: number) => number): Part {
  const put = ([x, y, z]: readonly [number, number, number]) => [x + aside, y, height(z)] as const;
  if (part.solid === 'ring') return { ...part, middle: put(part.middle) };
  if (part.solid === 'rod') return { ...part, from: put(part.from), to: put(part.to) };
  return { ...part, at: height(part.at), aside: (part.aside ?? 0) + aside };
}

/** Lowered, or lifted, so that the lowest part stands. */
function upright(parts: readonly Part[]): Part[] {
  const foot = Math.min(
    ...parts.map((part) => {
      if (part.solid === 'ring') return part.middle[2];
      return part.solid === 'rod' ? Math.min(part.from[2], part.to[2]) : part.at - part.size[2] / 2;
    }),
  );
  return parts.map((part) => moved(part, 0, (z) => z - foot));
}
