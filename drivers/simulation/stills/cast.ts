import { NOVELTIES, type Novelty, type StrangeThings } from '../../../src/contract/index.ts';
import { between, pick } from '../place/chance.ts';
import { OBJECT_TEXTURES, type Split } from '../place/split.ts';
import { createRandom, type Random } from '../random.ts';
import { classesOf, coloursOf, FURTHER, type CatalogueEntry } from './catalogue.ts';
import { invent } from './invent.ts';

/** Something that is to be in view, without its place. */
export interface Actor {
  readonly its: CatalogueEntry;
  readonly colour: string;
  /** Factor on the size of a middling one of its class. */
  readonly grown: number;
  readonly texture: number;
}

/** What is to be in view of a still, and how it is to stand: pairs of numbers of actors. */
export interface Cast {
  readonly kind: Novelty;
  readonly stage: 'table' | 'floor';
  readonly actors: readonly Actor[];
  readonly leftOf?: readonly [number, number];
  readonly nearerThan?: readonly [number, number];
  readonly on?: readonly [number, number];
  /** Something that stands behind the robot. */
  readonly behind?: Actor;
}

const THEMES = ['counting', 'comparing', 'relating', 'stacking'] as const;
/** Share of pairs on a table-top. */
const TABLES = 0.6;
/** Share of what is new among the actors of pairs of a kind, the first actor aside, which always is. */
const NEW = 0.75;
/** Most of one class. */
const MOST = 4;
/** Widest of a class of which there are several, and of what stands on something, m. */
const NARROW = { table: 0.27, floor: 0.42 } as const;
const SMALL = 0.2;
/** Factors on the sizes of two that are compared. */
const LITTLE = 0.75;
const LARGE = 1.3;

/** Draws classes, each once, and colours for them. */
interface Drawing {
  /** An actor of a class that has not been drawn yet. */
  readonly actor: (fits?: (its: CatalogueEntry) => boolean) => Actor;
  /** The same in another colour. */
  readonly another: (actor: Actor) => Actor;
}

/** Share of things that are strange, of a pair, and what they are. */
interface Strangeness {
  readonly things: StrangeThings;
  readonly share: number;
}

function drawing(random: Random, split: Split, kind: Novelty, stage: Cast['stage'], strange?: Strangeness): Drawing {
  const gone = new Set<string>(['table']);
  let first = true;

  function draw(its: CatalogueEntry, isNew: boolean, but?: string): Actor {
    const colours = coloursOf(its, isNew && its.coloured && !its.heldOut).filter((colour) => colour !== but);
    const odd = split === 'test' ? 1 : 0;
    return {
      its,
      colour: pick(random, colours),
      grown: between(random, 0.88, 1.15),
      texture: 2 * Math.floor(random.uniform() * OBJECT_TEXTURES) + odd,
    };
  }

  function stranger({ things }: Strangeness, fits: (its: CatalogueEntry) => boolean): CatalogueEntry | undefined {
    if (things === 'invented') return invent(random, fits);
    const pool = FURTHER.filter((its) => !gone.has(its.label) && fits(its));
    if (pool.length === 0) return undefined;
    const its = pick(random, pool);
    gone.add(its.label);
    return its;
  }

  return {
    actor(fits = (its) => its.stands === stage) {
      const made = strange !== undefined && random.uniform() < strange.share ? stranger(strange, fits) : undefined;
      if (made !== undefined) return draw(made, false);
      const isNew = kind !== 'seen' && (first || random.uniform() < NEW);
      const pool = classesOf(split).filter((its) => !gone.has(its.label) && fits(its));
      const wanted = pool.filter(({ heldOut }) => heldOut === (isNew && kind === 'class'));
      const its = pick(random, wanted.length > 0 ? wanted : pool.filter(({ heldOut }) => !heldOut));
      first = false;
      gone.add(its.label);
      return draw(its, isNew && kind === 'combination');
    },
    another: ({ its, colour }) => draw(its, false, colour),
  };
}

/**
 * What is in view of two stills that belong together: some classes are in both, one in either alone, and what is in both
 * differs in number, colour, size, side or distance, so that the same question has another answer.
 * @param strange what of a pair any share of things are: of no class, or of classes that nothing is judged by
 */
export function castsOf(seed: number, split: Split, pair: number, strange?: StrangeThings): readonly [Cast, Cast] {
  const random = createRandom(seed, `${split} pair ${pair}`);
  const kind = split === 'test' ? pick(random, NOVELTIES) : 'seen';
  const stage = random.uniform() < TABLES ? 'table' : 'floor';
  const draw = drawing(random, split, kind, stage, strange && { things: strange, share: random.uniform() });
  const [one, two] = scenes(pick(random, THEMES), draw, random, stage);
  const [here, there] = [draw.actor(), draw.actor()];
  // What only one of the two shows may stand behind the robot in the other.
  const hidden = (actor: Actor) => (random.uniform() < 0.5 ? { behind: actor } : {});
  const casts: [Cast, Cast] = [
    { ...one, kind, stage, actors: [...one.actors, here], ...hidden(there) },
    { ...two, kind, stage, actors: [...two.actors, there], ...hidden(here) },
  ];
  return random.uniform() < 0.5 ? casts : [casts[1], casts[0]];
}

type Scenes = readonly [Omit<Cast, 'kind' | 'stage'>, Omit<Cast, 'kind' | 'stage'>];

function scenes(theme: (typeof THEMES)[number], draw: Drawing, random: Random, stage: Cast['stage']): Scenes {
  const narrow = (its: CatalogueEntry): boolean => its.stands === stage && its.size[0] <= NARROW[stage];
  switch (theme) {
    case 'counting': {
      const sample = draw.actor(narrow);
      const other = draw.actor();
      const counts = Array.from({ length: MOST }, (_, i) => i + 1);
      const [n] = counts.splice(Math.floor(random.uniform() * MOST), 1);
      const m = pick(random, counts);
      const alike = random.uniform() < 0.5;
      const several = (count: number): Actor[] =>
        Array.from({ length: count }, (_, i) => (i === 0 || alike ? sample : draw.another(sample)));
      return [{ actors: [...several(n), other] }, { actors: [...several(m), draw.another(other)] }];
    }
    case 'comparing': {
      const sample = draw.actor((its) => narrow(its) && its.coloured);
      const twin = draw.another(sample);
      const other = draw.actor();
      const sized = (little: Actor, large: Actor): Actor[] => [
        { ...little, grown: LITTLE * between(random, 0.95, 1.05) },
        { ...large, grown: LARGE * between(random, 0.95, 1.05) },
      ];
      const nearer = random.uniform() < 0.5;
      return [
        { actors: [...sized(sample, twin), other], nearerThan: nearer ? [0, 1] : [1, 0] },
        { actors: [...sized(twin, sample), draw.another(other)], nearerThan: nearer ? [0, 1] : [1, 0] },
      ];
    }
    case 'relating': {
      const [p, q] = [draw.actor(), draw.actor()];
      const others = random.uniform() < 0.5 ? [draw.actor()] : [];
      const nearer = random.uniform() < 0.5;
      return [
        { actors: [p, q, ...others], leftOf: [0, 1], nearerThan: nearer ? [0, 1] : [1, 0] },
        { actors: [draw.another(p), q, ...others], leftOf: [1, 0], nearerThan: nearer ? [1, 0] : [0, 1] },
      ];
    }
    case 'stacking': {
      const base = draw.actor((its) => its.stands === stage && its.bears);
      const top = draw.actor(
        (its) => its.stands === 'table' && !its.bears && Math.max(its.size[0], its.size[1]) <= SMALL,
      );
      const other = draw.actor();
      const another = draw.another(top);
      return [
        { actors: [{ ...base, grown: 1.2 }, { ...top, grown: 0.9 }, other], on: [1, 0] },
        { actors: [{ ...draw.another(base), grown: 1.2 }, another, other] },
      ];
    }
  }
}
