/** What closes each column of a picture: one number each. */
export interface Walls {
  /** m along the optical axis; Infinity: nothing does. */
  readonly distance: Float64Array;
  /** First row of it. */
  readonly top: Int32Array;
  /** Pattern, column of texels on it, and the share of its contrast that is left. */
  readonly texture: Uint8Array;
  readonly along: Uint8Array;
  readonly fade: Float64Array;
  /** Its colour as it is lit there. */
  readonly red: Float64Array;
  readonly green: Float64Array;
  readonly blue: Float64Array;
}

/** Walls of so many columns, to be filled in. */
export function createWalls(columns: number): Walls {
  const numbers = (): Float64Array => new Float64Array(columns);
  return {
    distance: numbers(),
    top: new Int32Array(columns),
    texture: new Uint8Array(columns),
    along: new Uint8Array(columns),
    fade: numbers(),
    red: numbers(),
    green: numbers(),
    blue: numbers(),
  };
}
