import {
  bestThing,
  FITS,
  likestThing,
  unpackVectors,
  type Place,
  type RememberedThing,
  type SeenThing,
} from '../../contract/index.ts';
import type { Target } from './asking.ts';
import { confidenceOf, type Usual } from './confidence.ts';
import type { FoundThing } from './found.ts';
import { known } from './known.ts';

/** Something that a picture shows, as far as it is known of one that is remembered. */
type ShownThing = Pick<SeenThing, 'embedding' | 'kind' | 'seen'> & {
  readonly box?: SeenThing['box'];
  readonly place?: Place;
};

/** A picture, and where what it shows is. */
interface Shown {
  readonly place?: Place;
  /** `undefined`: the encoder knows pictures as a whole only. */
  readonly things?: readonly ShownThing[];
}

/**
 * How a picture fits what is looked for, and where in it that is: by words as a whole, with the place of the thing that fits them or else of its middle; by
 * examples as its likest thing.
 * @param whole cosine with the picture as a whole
 */
export function shownIn(
  { place, things }: Shown,
  { sought, examples }: Target,
  whole: number,
  usual: Usual,
): Pick<FoundThing, 'similarity' | 'confidence' | 'box' | 'place' | 'isByExample'> {
  if (examples !== undefined || sought.kind !== undefined) {
    if (things === undefined) return { similarity: whole, isByExample: true, ...known({ place }) };
    const likest = likestThing(sought, things);
    return { similarity: likest?.similarity ?? -1, isByExample: true, ...whereOf(likest?.thing) };
  }
  const best = bestThing(sought, things ?? []);
  const confidence = confidenceOf(whole, usual);
  const where = best !== undefined && best.fit >= FITS ? { ...known({ place }), ...whereOf(best) } : known({ place });
  return { similarity: whole, ...known({ confidence }), ...where };
}

function whereOf(thing: ShownThing | undefined): Pick<FoundThing, 'box' | 'place'> {
  return known({ box: thing?.box, place: thing?.place });
}

/** Something that is remembered; nothing where it is damaged. */
export function unpackRemembered({ embedding, kind, seen, box, place }: RememberedThing): ShownThing[] {
  const vectors = unpackVectors({ embedding, kind });
  return vectors === undefined ? [] : [{ ...vectors, seen, ...known({ box, place }) }];
}
