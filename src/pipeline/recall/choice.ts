import { exampleAt, type SeenThing, type Sought } from '../../contract/index.ts';
import { Wrong } from '../turns.ts';

/** Which thing of a picture is meant. */
export type Choice =
  | { readonly by: 'largest' | 'nearest' }
  /** Shares of the picture's sides. */
  | { readonly by: 'box'; readonly box: SeenThing['box'] }
  /** To the left of the camera's axis, rad. */
  | { readonly by: 'direction'; readonly angle: number };

/** A picture as it was seen. */
export interface Viewed<Thing extends SeenThing> {
  readonly embedding: Float32Array;
  /** `undefined`: the encoder knows pictures as a whole only. */
  readonly things: readonly Thing[] | undefined;
  /** Where a thing is to the left of the camera's axis, rad; `undefined` where the camera's intrinsics are not known. */
  readonly bearingOf: (thing: SeenThing) => number | undefined;
}

/** Angle within which a thing lies in a direction, rad: 10°. */
const WITHIN = 0.175;

/** The thing that is meant, or the picture as a whole where the encoder knows no things. @throws Wrong where there is none */
export function chosenIn<Thing extends SeenThing>(view: Viewed<Thing>, choice: Choice): Thing | Sought {
  const { things, embedding } = view;
  if (things === undefined) return { embedding };
  if (things.length === 0) throw new Wrong('nothing is seen there');
  switch (choice.by) {
    case 'largest':
      return leastOf(things, ({ box }) => -(box[2] - box[0]) * (box[3] - box[1]));
    case 'nearest':
      return leastOf(things, ({ distance }) => distance);
    case 'box': {
      const found = exampleAt(view, choice.box);
      if (found === undefined) throw new Wrong('box: nothing is seen there');
      return found;
    }
    case 'direction': {
      const off = (thing: Thing): number => Math.abs((view.bearingOf(thing) ?? NaN) - choice.angle);
      const found = leastOf(things, off);
      if (Number.isNaN(off(found))) throw new Wrong('direction: the intrinsics of the camera are not known');
      if (off(found) > WITHIN) throw new Wrong('direction: nothing is seen there');
      return found;
    }
  }
}

function leastOf<Thing>(things: readonly Thing[], valueOf: (thing: Thing) => number): Thing {
  return things.reduce((best, thing) => (valueOf(thing) < valueOf(best) ? thing : best));
}
