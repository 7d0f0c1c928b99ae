/**
 * What objects are made of: solids in shares of the object's width, depth and height. Across (x) and ahead (y) count from its
 * middle, up (z) from its foot: [0, 0, 0.5] is the very middle.
 */

/** A place in an object, or the extent of a part, in shares of its width, depth and height. */
type Triple = readonly [number, number, number];

/** A solid that stands upright. */
export interface Block {
  readonly solid: 'box' | 'cylinder' | 'ellipsoid' | 'cone';
  /** Height of its middle, in shares of the object's height. */
  readonly at: number;
  /** Offset of its middle to the side and ahead, in shares of the object's width and depth. */
  readonly aside?: number;
  readonly ahead?: number;
  /** Width, depth and height, in shares of the object's; of a cone where it is 1 wide. */
  readonly size: Triple;
  /** Widths of a cone at foot and top, as shares of its size. */
  readonly foot?: number;
  readonly top?: number;
  /** Colour of its own; unset: the object's. */
  readonly colour?: string;
}

/** A round bar between two places. */
export interface Rod {
  readonly solid: 'rod';
  readonly from: Triple;
  readonly to: Triple;
  /** Its diameter, in shares of the object's width. */
  readonly thick: number;
  readonly colour?: string;
}

/** A bar bent to a circle or an arc, upright across the object, or lying. */
export interface Ring {
  readonly solid: 'ring';
  readonly middle: Triple;
  /** Diameters of the circle and of the bar, in shares of the object's width. */
  readonly across: number;
  readonly thick: number;
  readonly lies: boolean;
  /** Where an arc begins and ends, degrees: 0 is to the side, 90 up, or ahead if it lies. */
  readonly arc: readonly [number, number];
  readonly colour?: string;
}

/** One part of an everyday object. */
export type Part = Block | Rod | Ring;

const block = (solid: Block['solid'], [aside, ahead, at]: Triple, size: Triple, colour?: string): Block => ({
  solid,
  at,
  aside,
  ahead,
  size,
  colour,
});

export const box = (middle: Triple, size: Triple, colour?: string): Part => block('box', middle, size, colour);
export const tube = (middle: Triple, size: Triple, colour?: string): Part => block('cylinder', middle, size, colour);
export const ball = (middle: Triple, size: Triple, colour?: string): Part => block('ellipsoid', middle, size, colour);
export const cone = (middle: Triple, size: Triple, foot: number, top: number, colour?: string): Part => ({
  ...block('cone', middle, size, colour),
  foot,
  top,
});
export const rod = (from: Triple, to: Triple, thick: number, colour?: string): Part => ({
  solid: 'rod',
  from,
  to,
  thick,
  colour,
});
export const ring = (
  middle: Triple,
  across: number,
  thick: number,
  colour?: string,
  arc: readonly [number, number] = [0, 360],
): Part => ({ solid: 'ring', middle, across, thick, lies: false, arc, colour });
export const hoop = (middle: Triple, across: number, thick: number, colour?: string): Part => ({
  solid: 'ring',
  middle,
  across,
  thick,
  lies: true,
  arc: [0, 360],
  colour,
});
/** The same part to the right and to the left. */
export const both = (part: (side: 1 | -1) => Part): readonly Part[] => [part(1), part(-1)];
